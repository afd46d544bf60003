using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>What a script gave: the value of its last statement or of a top-level <c>return</c>.</summary>
/// <param name="Value">The value as JSON, without a parent; null for both null and undefined.</param>
/// <param name="IsUndefined">The value was undefined rather than null.</param>
public readonly record struct ScriptResult(JsonNode? Value, bool IsUndefined);
