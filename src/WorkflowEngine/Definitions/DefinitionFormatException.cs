namespace WorkflowEngine.Definitions;

/// <summary>A document that cannot be read as a definition; says where and why in both languages.</summary>
public sealed class DefinitionFormatException(IReadOnlyList<DefinitionProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public DefinitionFormatException(DefinitionProblem problem) : this([problem])
    {
    }

    /// <summary>Everything found wrong, in document order; never empty.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; } = problems;

    /// <summary>JSON path of the first problem.</summary>
    public string Path => Problems[0].Path;

    /// <summary>All problems in Vietnamese, one a line.</summary>
    public string MessageVi => string.Join(Environment.NewLine, Problems.Select(p => $"{p.Path}: {p.MessageVi}"));
}
