using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using WorkflowEngine.Storage;

namespace WorkflowHost.Demo;

/// <summary>
/// The account PostgreSQL runs under. Its programs refuse root, so root drops to <c>postgres</c>, else <c>nobody</c>,
/// through <c>setpriv</c>; anybody else starts them as themselves (<see cref="Uid"/> is null then).
/// </summary>
public sealed record ServerUser(string Name, int? Uid, int? Gid)
{
    /// <summary>The account for this process's own rights.</summary>
    public static ServerUser Find()
    {
        if (!Environment.IsPrivilegedProcess) return new ServerUser(Environment.UserName is { Length: > 0 } name ? name : "this account", null, null);
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        foreach (var account in (string[])["postgres", "nobody"])
        {
            if (accounts.FirstOrDefault(fields => fields[0] == account) is { } found
                && int.TryParse(found[2], out var uid) && int.TryParse(found[3], out var gid))
                return new ServerUser(account, uid, gid);
        }
        throw new StartupProblem("PostgreSQL refuses to run as root, and there is no account 'postgres' or 'nobody' to run it as.");
    }

    /// <summary>Root continues as whoever made the folder before; PostgreSQL insists on owning its files.</summary>
    public ServerUser OwnerOf(string folder)
    {
        if (Uid is null) return this;
        var (exit, output) = Run(new ProcessStartInfo(Tool("stat") ?? "stat", ["-c", "%u %g", folder]));
        var ids = output.Split(' ', '\n');
        return exit == 0 && ids is [var u, var g, ..]
            && int.TryParse(u, out var uid) && int.TryParse(g, out var gid) && uid != 0 && uid != Uid
            ? new ServerUser(string.Create(CultureInfo.InvariantCulture, $"uid {uid}"), uid, gid)
            : this;
    }

    /// <summary>
    /// A start of <paramref name="program"/> under this account, with an environment of its own.
    /// <paramref name="diesWithUs"/>: it gets SIGINT when the *thread* that starts it ends (Linux ties the signal to the
    /// thread), however this process ends, and Ctrl+C at the terminal does not reach it: it lives in a session of its own.
    /// </summary>
    public ProcessStartInfo Command(string program, IEnumerable<string> arguments, bool diesWithUs = false)
    {
        var line = new List<string>();
        if (diesWithUs && Tool("setsid") is { } setsid) line.Add(setsid);
        var rights = new List<string>();
        var setpriv = Tool("setpriv");
        if (diesWithUs && setpriv is not null) rights.Add("--pdeathsig=INT");
        if (Uid is not null)
            rights.AddRange([
                string.Create(CultureInfo.InvariantCulture, $"--reuid={Uid}"),
                string.Create(CultureInfo.InvariantCulture, $"--regid={Gid}"), "--clear-groups"]);
        if (rights.Count > 0) line.AddRange([setpriv ?? "setpriv", .. rights, "--"]);
        line.AddRange([Tool(program) ?? program, .. arguments]);

        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    /// <summary>The outermost folder on the way to <paramref name="path"/> that this account cannot enter, or null.</summary>
    public string? ClosedFolderOn(string path)
    {
        var way = new Stack<string>();
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder)) way.Push(folder);
        return way.Where(Directory.Exists).FirstOrDefault(folder => Run(Command("test", ["-x", folder])).Exit != 0);
    }

    /// <summary>Makes this account the owner of a file or folder we made for it.</summary>
    public void Own(string path)
    {
        if (Uid is { } uid && chown(Encoding.UTF8.GetBytes(path + '\0'), uid, Gid ?? uid) != 0)
            throw new StartupProblem($"Cannot give {path} to the account '{Name}' (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>Runs a short program to its end; its two outputs come together.</summary>
    public static (int Exit, string Output) Run(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            return (process.ExitCode, output.Trim());
        }
        catch (Win32Exception e)
        {
            throw new StartupProblem($"The program {start.FileName} cannot be started: {e.Message}. On Debian it is in util-linux or coreutils.", e);
        }
    }

    // By its whole path: Process.Start would look into the current folder before PATH, and this checkout has a ./test.
    private static string? Tool(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? name : ((string[])["/usr/bin/", "/bin/"]).Select(folder => folder + name).FirstOrDefault(File.Exists);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int chown(byte[] path, int owner, int group);
}
