using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>What one reading of a document carries along: where types come from, and what was found wrong so far.</summary>
internal sealed class ReadSession(ActivityCatalog catalog, Func<CompositeReference, Composite?> composites)
{
    /// <summary>A broken document shows its first problems; a hostile one must not make us list millions.</summary>
    private const int MostProblems = 50;
    private const int MostWarnings = 500;

    private readonly List<DefinitionProblem> _problems = [];
    private readonly List<DefinitionProblem> _warnings = [];

    public ActivityCatalog Catalog { get; } = catalog;

    public IReadOnlyList<DefinitionProblem> Warnings => _warnings;

    public Composite? FindComposite(CompositeReference reference) => composites(reference);

    /// <exception cref="DefinitionFormatException">There are too many problems to go on.</exception>
    public void Problem(Place place, string message, string messageVi)
    {
        _problems.Add(new DefinitionProblem(place.ToString(), message, messageVi));
        if (_problems.Count >= MostProblems) ThrowIfBroken();
    }

    public void Warn(Place place, string message, string messageVi)
    {
        if (_warnings.Count < MostWarnings) _warnings.Add(new DefinitionProblem(place.ToString(), message, messageVi));
    }

    /// <exception cref="DefinitionFormatException">Problems were found.</exception>
    public void ThrowIfBroken()
    {
        if (_problems.Count > 0) throw new DefinitionFormatException(_problems);
    }
}
