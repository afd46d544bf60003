using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Conformance;

/// <summary>Every definition of the corpus, read and written back, equals what Elsa 3.8.0 wrote.</summary>
public sealed class WrittenJson
{
    private readonly Dictionary<string, List<Workflow>> _imported = new(StringComparer.Ordinal);

    public static TheoryData<string> AllCases => [.. Corpus.Cases];

    [Theory]
    [MemberData(nameof(AllCases))]
    public void A_definition_is_written_as_Elsa_writes_it(string caseName)
    {
        var (written, normal) = ((JsonObject)Corpus.Json(caseName, "written.json"), new Normalised(caseName));
        foreach (var import in Corpus.Json(caseName, "expected.json")["imports"]!.AsArray().OfType<JsonObject>())
        {
            var file = import["file"]!.GetValue<string>();
            var document = Prepared(Corpus.Json(caseName, file).AsObject(), import);
            if (import["error"] is not null)
            {
                Should.Throw<DefinitionFormatException>(() => Reader.Read(document));
                continue;
            }

            var workflow = Reader.Read(document).Workflow;
            var json = DefinitionWriter.Write(workflow);
            json.Remove("createdAt");
            json.Remove("toolVersion");
            Normalised.Differences(written[file], normal.Of(json)).ShouldBeEmpty();

            // What we wrote, read again, is the same graph.
            DefinitionWriter.WriteText(Reader.Read(DefinitionWriter.WriteText(workflow)).Workflow).ShouldBe(DefinitionWriter.WriteText(workflow));
            if (!_imported.TryGetValue(workflow.DefinitionId, out var versions)) _imported[workflow.DefinitionId] = versions = [];
            versions.Add(workflow);
        }
    }

    private DefinitionReader Reader => new(CorpusCatalog.All, Find);

    /// <summary>What the server decides at an import: version, published or not, and a new id for a further version.</summary>
    private JsonObject Prepared(JsonObject document, JsonObject import)
    {
        if (import["definitionId"]?.GetValue<string>() is not { } definitionId) return document;
        if (import["published"] is { } published) Set("isPublished", published.DeepClone());
        if (import["version"] is { } version) Set("version", version.DeepClone());
        if (_imported.TryGetValue(definitionId, out var earlier))
            Set("id", (0xa0b1c2d3e4f50000 + (ulong)earlier.Count).ToString("x16", CultureInfo.InvariantCulture));
        return document;

        void Set(string name, JsonNode value)
        {
            var spelt = document.Select(m => m.Key).FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase));
            document[spelt ?? name] = value;
        }
    }

    private Composite? Find(CompositeReference reference)
    {
        var usable = _imported.Values.SelectMany(v => v).Where(w => w is { IsPublished: true, Options.UsableAsActivity: true }).ToList();
        var found = (reference.VersionId is { } id ? usable.Find(w => w.Id == id) : null)
            ?? Newest(usable.Where(w => Words.Pascal(w.Name ?? "") == reference.TypeName), reference.Version)
            ?? Newest(usable.Where(w => w.DefinitionId == reference.DefinitionId), null);
        if (found is null) return null;
        var latest = usable.Where(w => w.DefinitionId == found.DefinitionId).MaxBy(w => w.Version)!;
        return new Composite(found, latest.Version, latest.Id);

        static Workflow? Newest(IEnumerable<Workflow> versions, int? exact) => versions.OrderByDescending(w => w.Version == exact).ThenByDescending(w => w.Version).FirstOrDefault();
    }
}
