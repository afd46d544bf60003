using Xunit.Abstractions;

namespace Workflows;

/// <summary>Starts the collections that take longest first: none of them then runs alone at the end, on one core of two. Each test project names it in its project file.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] _long =
    [
        "at the designer's desk", ".CrashTests", "on the issued plan", ".LoadCrashTests", ".Studio_in_Vietnamese_Tests", ".Plan_23_in_a_browser_Tests",
        ".DatabaseCorpusTests", ".RowTests", "demo in January", ".PrivatePostgresTests", ".FlowPropertyTests", ".Story_5_and_6_Tests", ".RandomHistoryTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => Array.FindIndex(_long, name => c.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : _long.Length);
}
