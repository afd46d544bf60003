using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// A function the host gives to scripts. It throws <see cref="ScriptErrorException"/> for an error the script may catch;
/// any other exception ends the run and reaches the caller as it is.
/// </summary>
public delegate JsonNode? ScriptFunction(ScriptArguments arguments);
