using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Storage;

/// <summary>
/// One numbered SQL file: engine files are 0001-0999, the union's 1001-1999, further worlds their own thousand.
/// <see cref="Sha256"/> is over the text with LF line ends, so a checkout with other line ends is the same file.
/// </summary>
public sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>The file as it stands in the repository, e.g. <c>0001_engine.sql</c>.</summary>
    public string File => $"{Number:D4}_{Name}.sql";

    /// <summary>Fingerprint in lower-case hex; a file is frozen once a database has applied it.</summary>
    public string Sha256 => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>Numbers are gapless within a thousand, so the engine's files can grow after the union's are released.</summary>
    public int Band => Number / 1000;

    /// <summary>
    /// Every <c>.sql</c> resource in a <c>Migrations</c> folder of the assemblies, in order.
    /// Throws <see cref="StartupProblem"/> naming a file whose name, number or place in the sequence is wrong.
    /// </summary>
    public static IReadOnlyList<Migration> ReadFrom(params IEnumerable<Assembly> assemblies) =>
        Ordered(assemblies.SelectMany(ReadResources));

    /// <summary>Sorts and refuses a number used twice or left out.</summary>
    public static IReadOnlyList<Migration> Ordered(IEnumerable<Migration> migrations)
    {
        var ordered = migrations.OrderBy(m => m.Number).ToList();
        Migration? before = null;
        foreach (var migration in ordered)
        {
            if (migration.Number == before?.Number)
                throw new StartupProblem($"The migrations {before.File} and {migration.File} have the same number.");
            var expected = before?.Band == migration.Band ? before.Number + 1 : migration.Band * 1000 + 1;
            if (migration.Number != expected)
                throw new StartupProblem($"The migration before {migration.File} is missing: number {expected:D4} was expected.");
            before = migration;
        }
        return ordered;
    }

    private static IEnumerable<Migration> ReadResources(Assembly assembly)
    {
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)
                || !resource.Contains(".Migrations.", StringComparison.Ordinal)) continue;
            var match = FileName().Match(resource);
            if (!match.Success)
                throw new StartupProblem($"The migration {resource} is not named NNNN_name.sql (four digits, lower-case letters).");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            yield return new Migration(
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Value, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"\.([0-9]{4})_([a-z0-9_]+)\.sql$")]
    private static partial Regex FileName();
}
