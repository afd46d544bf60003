namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A time that the host hands to a script as a <c>Date</c>. Never stored: it stands in a JSON value on the way across the border only.</summary>
internal readonly record struct ScriptMoment(DateTimeOffset Time);
