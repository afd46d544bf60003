using System.Text;

namespace Unions;

/// <summary>Definitions, forms and demo data that are shipped with the product (folder <c>workflows</c> of the repository), read from this assembly.</summary>
public static class ShippedFiles
{
    private const string Root = "workflows/";

    /// <summary>Documents of workflow definitions by file name without ending, which is their definition id.</summary>
    public static IReadOnlyDictionary<string, string> Definitions { get; } = ReadFolder("");

    /// <summary>Forms by file name without ending, which is their id.</summary>
    public static IReadOnlyDictionary<string, string> Forms { get; } = ReadFolder("forms/");

    /// <summary>A file of the demo, for example <c>organisation.json</c>.</summary>
    /// <exception cref="FileNotFoundException">It is not shipped.</exception>
    public static string Demo(string file) => Read($"{Root}demo/{file}");

    private static Dictionary<string, string> ReadFolder(string folder) => typeof(ShippedFiles).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Root + folder, StringComparison.Ordinal) && n.IndexOf('/', Root.Length + folder.Length) < 0)
        .OrderBy(n => n, StringComparer.Ordinal)
        .ToDictionary(n => Path.GetFileNameWithoutExtension(n), Read, StringComparer.Ordinal);

    private static string Read(string name)
    {
        using var stream = typeof(ShippedFiles).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException($"{name} is not shipped.", name);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
