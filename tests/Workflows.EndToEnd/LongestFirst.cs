using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Workflows.EndToEnd.LongestFirst", "Workflows.EndToEnd")]

namespace Workflows.EndToEnd;

/// <summary>Starts the collections that take longest first: none of them then runs alone at the end, on one core of two.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] _long = ["at the designer's desk", $".{nameof(CrashTests)}", $".{nameof(LoadCrashTests)}"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => Array.FindIndex(_long, name => c.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : _long.Length);
}
