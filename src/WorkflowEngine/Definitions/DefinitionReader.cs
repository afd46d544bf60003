namespace WorkflowEngine.Definitions;
/// <summary>Replaced by the definitions branch.</summary>
public sealed class DefinitionReader
{
    public ReadResult Read(string json) => throw new NotImplementedException(json);
}
/// <summary>Replaced by the definitions branch.</summary>
public sealed record ReadResult(Workflow Workflow, IReadOnlyList<string> Warnings);
