using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workflows.Conformance;

/// <summary>The files of one case: <c>definition.json</c>, <c>children/*.json</c>, <c>steps.json</c>.</summary>
public sealed class CaseFiles(string folder)
{
    public string Text(string file) => File.ReadAllText(Path.Combine(folder, file));

    /// <exception cref="JsonException">It is no JSON, or a member stands twice in its object, which the reader refuses too.</exception>
    public JsonNode Json(string file) => JsonNode.Parse(Text(file), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!;

    /// <summary>The steps, each an object with one member.</summary>
    public IReadOnlyList<JsonObject> Steps => [.. Json("steps.json").AsArray().OfType<JsonObject>()];

    /// <summary>Definitions in the order of their import: children by file name, the case's own last.</summary>
    public IEnumerable<string> Definitions
    {
        get
        {
            var children = Path.Combine(folder, "children");
            if (Directory.Exists(children))
                foreach (var file in Directory.EnumerateFiles(children, "*.json").Order(StringComparer.Ordinal)) yield return "children/" + Path.GetFileName(file);
            yield return "definition.json";
        }
    }
}
