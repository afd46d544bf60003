namespace WorkflowEngine.Definitions;

/// <summary>A definition as read.</summary>
/// <param name="Workflow">The graph.</param>
/// <param name="Warnings">What was left out or replaced while reading: inputs, connections, variables, unknown activities.</param>
public sealed record ReadResult(Workflow Workflow, IReadOnlyList<DefinitionProblem> Warnings);
