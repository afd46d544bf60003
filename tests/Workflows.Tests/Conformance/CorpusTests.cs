using System.Text.Json.Nodes;

namespace Workflows.Tests.Conformance;

/// <summary>
/// Every case of the corpus, run by our engine, gives what Elsa 3.8.0 was measured to give. Where we differ on purpose the case stands in
/// ruled/ with our result and its rule; what is still to do stands in open.txt, which can only shrink.
/// </summary>
public sealed class CorpusTests
{
    private static readonly string Folder = Corpus.FileOf(Path.Combine("..", "Workflows.Tests", "Conformance"));

    private static readonly Dictionary<string, string> Open = File.ReadAllLines(Path.Combine(Folder, "open.txt")).Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => l.Split(' ', 2)).ToDictionary(p => p[0], p => p.Length > 1 ? p[1] : "");

    public static TheoryData<string> AllCases => [.. Corpus.Cases];

    [Theory]
    [MemberData(nameof(AllCases))]
    public async Task A_case_runs_as_measured(string caseName)
    {
        var differences = await DifferencesAsync(caseName, new MemoryHost());
        if (Open.TryGetValue(caseName, out var reason)) differences.ShouldNotBeEmpty($"The case is green; take it out of open.txt ({reason}).");
        else differences.ShouldBeEmpty();
    }

    [Fact]
    public void Every_ruled_case_names_a_rule_of_the_compatibility_page()
    {
        var page = File.ReadAllText(Corpus.FileOf(Path.Combine("..", "..", "docs", "elsa-compatibility.md")));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "ruled"), "*.json"))
            page.ShouldContain($"| {JsonNode.Parse(File.ReadAllText(file))!["rule"]!.GetValue<string>()} |", customMessage: file);
    }

    [Fact]
    public void Open_cases_exist() => Open.Keys.ShouldBeSubsetOf(Corpus.Cases);

    /// <summary>Where a run of the case on this system differs from what was measured, or from our result where it is ruled; empty: nowhere.</summary>
    internal static async Task<List<string>> DifferencesAsync(string caseName, ICaseHost host)
    {
        JsonObject raw;
        try
        {
            raw = await CaseRun.OfAsync(new CaseFiles(Corpus.FolderOf(caseName)), host);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [e.ToString()];
        }

        var actual = (JsonObject)new Normalised(caseName).Of(InstanceReport.Of(raw))!;
        var written = (JsonObject)new Normalised(caseName).Of(raw["written"])!;
        foreach (var file in written.Select(m => m.Value!.AsObject()))
        {
            file.Remove("createdAt");
            file.Remove("toolVersion");
        }

        var ruled = Path.Combine(Folder, "ruled", caseName + ".json");
        var expected = (JsonObject)(File.Exists(ruled) ? JsonNode.Parse(File.ReadAllText(ruled))! : Corpus.Json(caseName, "expected.json"));
        expected.Remove("rule");
        var anyOrder = expected.Remove("linesOrder");
        Relax(expected, anyOrder);
        Relax(actual, anyOrder);
        return [.. Normalised.Differences(expected, actual), .. Normalised.Differences(Corpus.Json(caseName, "written.json"), written, "written")];
    }

    /// <summary>What does not count: order of bookmarks, texts of errors except those of Fault activities, the alteration log.</summary>
    private static void Relax(JsonObject result, bool anyOrder)
    {
        foreach (var instance in result["instances"]!.AsArray().OfType<JsonObject>())
        {
            Sort(instance["bookmarks"]!.AsArray());
            foreach (var incident in instance["incidents"]!.AsArray().OfType<JsonObject>())
            {
                if (incident["kind"]?.ToString() == "FaultException") continue;
                incident.Remove("message");
                incident.Remove("kind");
            }
        }

        if (anyOrder) Sort(result["lines"]!.AsArray());
        foreach (var step in result["steps"]!.AsArray().OfType<JsonObject>())
        {
            step.Remove("alterationLog");
            step["error"] = step["error"] is not null;
            if (anyOrder) Sort(step["lines"]!.AsArray());
        }

        foreach (var import in result["imports"]!.AsArray().OfType<JsonObject>())
            (import["error"], import["validationErrors"]) = (import["error"] is not null, import["validationErrors"] is not null);
    }

    private static void Sort(JsonArray items)
    {
        var sorted = items.OrderBy(InstanceReport.Sorted, StringComparer.Ordinal).Select(i => i?.DeepClone()).ToArray();
        items.Clear();
        foreach (var item in sorted) items.Add(item);
    }
}
