using System.Security.Cryptography;
using System.Text;
using WorkflowEngine.Storage;

namespace WorkflowHost.Demo;

/// <summary>
/// The folder that holds everything a private installation keeps: our marker, the lock of the one program that uses it,
/// and PostgreSQL's own folder. Nothing without the marker is ever deleted, and no foreign folder ever gets one.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string MarkerName = "workflows-data.txt";
    private const string LockName = "in-use.lock";
    private const string OriginPrefix = "PostgreSQL from: ";

    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    public string Path { get; }

    /// <summary>PostgreSQL's own data folder.</summary>
    public string Cluster => System.IO.Path.Combine(Path, "postgres");

    /// <summary>The major version that wrote the cluster, from its <c>PG_VERSION</c>; null when there is none yet.</summary>
    public int? Major
    {
        get
        {
            if (!Directory.Exists(Cluster)) return null;
            var file = System.IO.Path.Combine(Cluster, "PG_VERSION");
            if (!File.Exists(file)) throw new StartupProblem($"{Cluster} is not readable as PostgreSQL's data: it has no PG_VERSION. Choose another DATA_DIR or begin anew with ./run --reset.");
            var text = File.ReadAllText(file).Trim();
            return int.TryParse(text, out var major) ? major : throw new StartupProblem($"{file} holds '{text}', which is no version this program knows.");
        }
    }

    /// <summary>Which installation wrote the cluster (<c>debian</c>, <c>npm</c>), when recorded.</summary>
    public string? Origin
    {
        get => File.ReadLines(Marker(Path)).FirstOrDefault(l => l.StartsWith(OriginPrefix, StringComparison.Ordinal))?[OriginPrefix.Length..].Trim();
        set => File.WriteAllText(Marker(Path), MarkerText + OriginPrefix + value + "\n");
    }

    private const string MarkerText = "This folder holds the data of Workflows. ./run --reset deletes what is in it.\n";

    /// <summary>
    /// Decides the folder: <c>DATA_DIR</c>, else <c>.data</c> in the checkout, else, when root works in a folder the
    /// server's account cannot enter, one under /var/lib that carries a hash of the checkout's path.
    /// </summary>
    public static string Choose(PrivatePostgresOptions options, ServerUser user)
    {
        if (!string.IsNullOrWhiteSpace(options.DataDir)) return System.IO.Path.GetFullPath(options.DataDir);
        var checkout = System.IO.Path.GetFullPath(options.Checkout);
        if (user.Uid is null || user.ClosedFolderOn(checkout) is null) return System.IO.Path.Combine(checkout, ".data");
        return "/var/lib/workflows-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout)))[..12];
    }

    /// <summary>
    /// Makes the folder when missing, sees that the server's account can enter it and takes its lock, which the kernel
    /// releases when this process ends, however it ends. Throws <see cref="StartupProblem"/> naming the folder.
    /// </summary>
    public static DataFolder Open(string path, ServerUser user)
    {
        try
        {
            // Asked before anything is made: what we make is open.
            if (user.ClosedFolderOn(path) is { } closed)
                throw new StartupProblem(
                    $"The data folder {path} cannot be used: PostgreSQL runs as '{user.Name}', which may not enter {closed}. Choose a DATA_DIR elsewhere, or allow it: chmod o+x {closed}");
            Create(path);
            if (!File.Exists(Marker(path)))
            {
                if (Directory.EnumerateFileSystemEntries(path).Any(e => System.IO.Path.GetFileName(e) is not ("lost+found" or LockName)))
                    throw new StartupProblem($"The folder {path} holds files that are not ours. Choose an empty or new folder as DATA_DIR.");
                File.WriteAllText(Marker(path), MarkerText);
            }
            return new DataFolder(path, TakeLock(path));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartupProblem($"The data folder {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>
    /// <c>./run --reset</c>: deletes what is in the folder, the marker last, and keeps the folder itself. Returns false when
    /// there was nothing. Throws <see cref="StartupProblem"/> when it carries no marker or is in use.
    /// </summary>
    public static bool Reset(PrivatePostgresOptions options)
    {
        var path = Choose(options, ServerUser.Find());
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any()) return false;
        if (!File.Exists(Marker(path)))
            throw new StartupProblem($"Nothing was deleted: {path} does not carry our marker ({MarkerName}).");
        try
        {
            using var held = TakeLock(path);
            PostmasterFile.Read(System.IO.Path.Combine(path, "postgres"))?.StopLeftOver();
            foreach (var folder in Directory.EnumerateDirectories(path).Where(f => System.IO.Path.GetFileName(f) != "lost+found")) Directory.Delete(folder, recursive: true);
            foreach (var file in Directory.EnumerateFiles(path).Where(f => f != Marker(path))) File.Delete(file);
            File.Delete(Marker(path));
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartupProblem($"The data folder {path} could not be emptied: {e.Message}", e);
        }
    }

    public void Dispose() => held.Dispose();

    private static string Marker(string path) => System.IO.Path.Combine(path, MarkerName);

    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            var server = PostmasterFile.Read(System.IO.Path.Combine(path, "postgres"));
            throw new StartupProblem(
                $"The private PostgreSQL in {path} is running already ({(server is null ? "just starting" : $"pid {server.Pid}")}): another Workflows uses this folder. Stop it first, or give another DATA_DIR.", e);
        }
    }

    /// <summary>
    /// Makes a folder and its parents, one by one with the mode set: a strict umask would close a new parent to the
    /// server's account. <paramref name="closed"/>: nobody but its owner may enter it.
    /// </summary>
    internal static void Create(string path, bool closed = false)
    {
        if (Directory.Exists(path)) return;
        if (System.IO.Path.GetDirectoryName(path) is { } parent) Create(parent);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
#pragma warning disable CA1416 // Linux only, as PostgreSQL's programs here are
        Directory.CreateDirectory(path, owner);
        if (!closed) File.SetUnixFileMode(path, owner | others);
#pragma warning restore CA1416
    }
}
