using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// An object or list of a variable that the host hands to a script: the same one however the script asks for it, and what the script changes in it is
/// copied back. Never stored: it stands in a JSON value on the way across the border only.
/// </summary>
internal readonly record struct ScriptShared(string Variable, JsonNode Value);
