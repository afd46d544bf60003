using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using WorkflowEngine.Storage;

namespace WorkflowHost.Demo;

/// <summary>
/// What PostgreSQL's <c>postmaster.pid</c> says: who serves (or, after a kill -9, served) the folder, and through which
/// socket folder.
/// </summary>
public sealed record PostmasterFile(string Cluster, int Pid, string? SocketFolder)
{
    private const int Interrupt = 2, AtOnce = 3, NoSuchPid = int.MaxValue;

    private string File => Path.Combine(Cluster, "postmaster.pid");

    /// <summary>Null when there is none or it cannot be read.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            var lines = System.IO.File.ReadAllLines(Path.Combine(cluster, "postmaster.pid"));
            return lines.Length > 0 && int.TryParse(lines[0], out var pid) && pid > 0
                ? new PostmasterFile(cluster, pid, lines.Length > 4 && lines[4].Length > 0 ? lines[4] : null)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the process of that number lives and is a PostgreSQL on this folder.</summary>
    public bool IsServing
    {
        get
        {
            try
            {
                var command = System.IO.File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/cmdline")).Split('\0');
                return Path.GetFileName(command[0]) == "postgres" && command.Contains(Cluster);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// The caller holds the folder's lock, so no program of ours uses this server any more: a server still there was
    /// left over by a killed one and is stopped (it may be on its way out already). A number that meanwhile belongs to
    /// another program (usual in containers) would make PostgreSQL refuse the folder; the file stays, because PostgreSQL
    /// also finds in it the shared memory that survivors of a killed server may still use, but names nobody.
    /// </summary>
    public void StopLeftOver()
    {
        if (IsServing)
        {
            try
            {
                using var server = Process.GetProcessById(Pid);
                Signal(Pid, Interrupt);
                if (!server.WaitForExit(TimeSpan.FromSeconds(60)))
                    throw new StartupProblem($"The PostgreSQL left over in {Cluster} (pid {Pid}) does not stop. Stop it: kill -QUIT {Pid}");
            }
            catch (ArgumentException)
            {
                // It went by itself.
            }
        }
        else if (System.IO.File.Exists(File) && Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}")))
        {
            var lines = System.IO.File.ReadAllLines(File);
            lines[0] = NoSuchPid.ToString(CultureInfo.InvariantCulture);
            System.IO.File.WriteAllLines(File, lines);
        }
        // Sessions of a killed server end when they next wait for something; a busy one would keep the new server out.
        foreach (var survivor in Survivors())
        {
            using (survivor)
            {
                Signal(survivor.Id, AtOnce);
                survivor.WaitForExit(TimeSpan.FromSeconds(10));
            }
        }
    }

    // PostgreSQL's processes all work in the data folder.
    private IEnumerable<Process> Survivors()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || WorkingFolder(folder) != Cluster) continue;
            Process? process = null;
            try
            {
                process = Process.GetProcessById(pid);
            }
            catch (ArgumentException)
            {
                // It went by itself.
            }
            if (process is not null) yield return process;
        }
    }

    private static string? WorkingFolder(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // another user's, or gone
        }
    }

    /// <summary>Sends a signal: 2 stops a server fast and cleanly, 3 at once.</summary>
    internal static void Signal(int pid, int signal)
    {
        // No such process: it went by itself, which is what the signal was for.
        _ = kill(pid, signal);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
