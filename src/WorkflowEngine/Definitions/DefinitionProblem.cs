namespace WorkflowEngine.Definitions;

/// <summary>Something wrong, or left out, at one place of a definition document.</summary>
/// <param name="Path">JSON path of the place, <c>$.root.activities[2].connections[0].source</c>.</param>
/// <param name="Message">What is wrong, English.</param>
/// <param name="MessageVi">The same in Vietnamese.</param>
public sealed record DefinitionProblem(string Path, string Message, string MessageVi)
{
    public override string ToString() => $"{Path}: {Message}";
}
