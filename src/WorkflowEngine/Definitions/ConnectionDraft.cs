namespace WorkflowEngine.Definitions;

/// <summary>A connection as the document has it; <paramref name="IsFlat"/> marks the old flat form, whose ends must exist.</summary>
internal sealed record ConnectionDraft(Connection Connection, Place Place, bool IsFlat);
