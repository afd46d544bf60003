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

    public void ExpectText(Place place) => Problem(place, "Text is expected here.", "Ở đây cần văn bản.");

    public void ExpectFlag(Place place) => Problem(place, "true or false is expected here.", "Ở đây cần true hoặc false.");

    public void ExpectWhole(Place place) => Problem(place, "A whole number is expected here.", "Ở đây cần một số nguyên.");

    public void ExpectObject(Place place) => Problem(place, "A JSON object is expected here.", "Ở đây cần một đối tượng JSON.");

    public void ExpectArray(Place place) => Problem(place, "An array is expected here.", "Ở đây cần một mảng.");

    public void ExpectOneOf(Place place, string[] names) =>
        Problem(place, $"It is one of {string.Join(", ", names)}.", $"Phải là một trong {string.Join(", ", names)}.");

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
