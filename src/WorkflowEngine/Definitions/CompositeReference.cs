namespace WorkflowEngine.Definitions;

/// <summary>How a document names a composite: its type (Pascal case of the definition's name) and version, or its ids.</summary>
public sealed record CompositeReference(string TypeName, int? Version, string? DefinitionId, string? VersionId);
