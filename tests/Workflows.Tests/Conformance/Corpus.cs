using System.Reflection;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Conformance;

/// <summary>The files under tests/corpus: definitions with what Elsa 3.8.0 was measured to make of them.</summary>
public static class Corpus
{
    private static readonly string Root = typeof(Corpus).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Corpus").Value!;

    /// <summary>Names of all cases.</summary>
    public static IEnumerable<string> Cases => Directory.EnumerateDirectories(Path.Combine(Root, "conformance")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    /// <summary>Texts of the source plans.</summary>
    public static IEnumerable<string> Seeds => Directory.EnumerateFiles(Path.Combine(Root, "seeds"), "*.txt").Order(StringComparer.Ordinal);

    public static string FileOf(string name) => Path.Combine(Root, name);

    public static string FolderOf(string caseName) => Path.Combine(Root, "conformance", caseName);

    public static string PathOf(string caseName, string file) => Path.Combine(FolderOf(caseName), file);

    public static string Text(string caseName, string file) => File.ReadAllText(PathOf(caseName, file));

    public static JsonNode Json(string caseName, string file) => JsonNode.Parse(Text(caseName, file))!;

    /// <summary>All definition files of a case, as their names stand in expected.json.</summary>
    public static IEnumerable<string> Definitions(string caseName)
    {
        yield return "definition.json";
        var children = PathOf(caseName, "children");
        if (!Directory.Exists(children)) yield break;
        foreach (var file in Directory.EnumerateFiles(children, "*.json").Order(StringComparer.Ordinal)) yield return "children/" + Path.GetFileName(file);
    }
}
