using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowHost.Demo;

/// <summary>
/// A PostgreSQL of our own, for the demo and for tests: a child process on a Unix socket only, in a folder only its
/// account can enter, so no password is needed. It stops with us, however we end.
/// </summary>
/// <remarks>
/// What survives a crash here: the data folder. Killed with us or alone, the next start recovers it. The kernel frees
/// the folder's lock and sends the server SIGINT when we die; what is left over all the same is stopped by the next start.
/// </remarks>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Superuser = "workflows";
    private const int Port = 5432, LongestSocketPath = 107, Fast = 2, AtOnce = 3, Kill = 9;

    private const string FindDatabase =
        """
        -- PrivatePostgres.FindDatabase
        select exists (select from pg_database where datname = @name)
        """;

    private readonly DataFolder folder;
    private readonly ServerUser user;
    private readonly PrivatePostgresOptions options;
    private readonly Queue<string> lastLines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string socketFolder = "";
    private readonly TaskCompletionSource<int?> launched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? server;

    private PrivatePostgres(PrivatePostgresOptions options, DataFolder folder, ServerUser user) =>
        (this.options, this.folder, this.user) = (options, folder, user);

    /// <summary>The folder that holds the data, for messages.</summary>
    public string DataPath => folder.Path;

    /// <summary>The server's process number.</summary>
    public int ProcessId => server!.Value;

    /// <summary>Ends when the server has ended, on our order or by itself.</summary>
    public Task Exited => exited.Task;

    /// <summary>How to reach <see cref="PrivatePostgresOptions.Database"/>.</summary>
    public string ConnectionString => ConnectionTo(options.Database);

    /// <summary>How to reach another database of this server.</summary>
    public string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Port = Port,
        Username = Superuser,
        Database = database,
        IncludeErrorDetail = true,
    }.ConnectionString;

    /// <summary>
    /// Starts the server (a first start takes about a second, a later one a fifth of it) and sees that the database is
    /// there. Throws <see cref="StartupProblem"/> with one clear message for everything that can be wrong outside.
    /// </summary>
    public static async Task<PrivatePostgres> Start(PrivatePostgresOptions options, CancellationToken cancel = default)
    {
        var user = ServerUser.Find();
        var folder = DataFolder.Open(DataFolder.Choose(options, user), user);
        PrivatePostgres? postgres = null;
        try
        {
            if (Directory.Exists(folder.Cluster)) user = user.OwnerOf(folder.Cluster);
            postgres = new PrivatePostgres(options, folder, user);
            var programs = PostgresPrograms.Find(options, folder.Path, folder.Major, folder.Origin, user, folder.Path);
            postgres.MakeCluster(programs);
            postgres.ClearLeftOvers();
            postgres.MakeSocketFolder();
            await postgres.StartServer(programs, cancel);
            await postgres.MakeDatabase(cancel);
            return postgres;
        }
        catch (Exception e)
        {
            if (postgres is not null) await postgres.DisposeAsync();
            else folder.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new StartupProblem($"The data folder {folder.Path} cannot be used: {e.Message}", e);
            if (e is NpgsqlException)
                throw new StartupProblem($"The private PostgreSQL in {folder.Path} does not answer: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Stops the server fast (sessions are cut, data is written), then at once, and frees the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (server is { } pid)
        {
            foreach (var signal in (int[])[Fast, AtOnce, Kill])
            {
                if (exited.Task.IsCompleted) break;
                PostmasterFile.Signal(pid, signal);
                await Task.WhenAny(exited.Task, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System));
            }
            await exited.Task;
        }
        if (socketFolder.Length > 0 && Directory.Exists(socketFolder)) Directory.Delete(socketFolder, recursive: true);
        folder.Dispose();
    }

    // Made aside and renamed, so that a folder named "postgres" is always whole: a crash in between leaves ".new".
    private void MakeCluster(PostgresPrograms programs)
    {
        if (Directory.Exists(folder.Cluster)) return;
        var aside = folder.Cluster + ".new";
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        DataFolder.Create(aside, closed: true);
        user.Own(aside);
        string[] arguments =
        [
            "-D", aside, "-U", Superuser, "--auth-local=trust", "--auth-host=reject", "-E", "UTF8",
            "--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8", "--no-instructions",
        ];
        var (exit, output) = ServerUser.Run(user.Command(programs.InitDb, options.Throwaway ? [.. arguments, "--no-sync"] : arguments));
        if (exit != 0)
            throw new StartupProblem($"PostgreSQL could not make its data folder {folder.Cluster}: {LastLine(output)}");
        folder.Origin = programs.Origin;
        Directory.Move(aside, folder.Cluster);
    }

    private void ClearLeftOvers()
    {
        if (PostmasterFile.Read(folder.Cluster) is not { } left) return;
        left.StopLeftOver();
        if (left.SocketFolder is { } sockets && Path.GetFileName(sockets).StartsWith(SocketPrefix, StringComparison.Ordinal) && Directory.Exists(sockets))
            Directory.Delete(sockets, recursive: true);
    }

    private const string SocketPrefix = "workflows-";

    // A Unix socket's path may have 107 bytes, and a data folder may lie deep: then the socket gets a short folder of its own.
    private void MakeSocketFolder()
    {
        var beside = Path.Combine(folder.Path, "socket");
        if (Fits(beside))
        {
            if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
            socketFolder = beside;
        }
        else
        {
            socketFolder = Path.Combine(Path.GetTempPath(), SocketPrefix + Guid.NewGuid().ToString("N")[..12]);
            if (!Fits(socketFolder) || user.ClosedFolderOn(Path.GetTempPath().TrimEnd('/')) is not null)
                socketFolder = Path.Combine("/tmp", Path.GetFileName(socketFolder));
        }
        DataFolder.Create(socketFolder, closed: true);
        user.Own(socketFolder);
    }

    private static bool Fits(string folder) =>
        Encoding.UTF8.GetByteCount(string.Create(CultureInfo.InvariantCulture, $"{folder}/.s.PGSQL.{Port}")) <= LongestSocketPath;

    private async Task StartServer(PostgresPrograms programs, CancellationToken cancel)
    {
        var start = user.Command(programs.Postgres, ["-D", folder.Cluster, .. Settings().SelectMany(s => (string[])["-c", s])], diesWithUs: true);
        // The kernel's "parent died" signal is tied to the thread that started the child, so that thread lives as long.
        var keeper = new Thread(() => Keep(start)) { IsBackground = true, Name = "private PostgreSQL" };
        keeper.Start();
        server = await launched.Task;

        var limit = Task.Delay(TimeSpan.FromMinutes(5), TimeProvider.System, cancel);
        await Task.WhenAny(ready.Task, exited.Task, limit);
        cancel.ThrowIfCancellationRequested();
        if (ready.Task.IsCompletedSuccessfully) return;
        throw new StartupProblem(exited.Task.IsCompleted
            ? $"The private PostgreSQL in {folder.Path} did not start: {Reason()}"
            : $"The private PostgreSQL in {folder.Path} was not ready after five minutes: {Reason()}");
    }

    private IEnumerable<string> Settings()
    {
        yield return "listen_addresses=";
        yield return "unix_socket_directories=" + socketFolder;
        yield return "unix_socket_permissions=0700";
        yield return string.Create(CultureInfo.InvariantCulture, $"port={Port}");
        yield return "cluster_name=workflows";
        yield return "lc_messages=C";
        yield return "timezone=UTC";
        yield return "log_timezone=UTC";
        yield return string.Create(CultureInfo.InvariantCulture, $"max_connections={options.MaxConnections}");
        yield return "shared_buffers=256MB";
        yield return "work_mem=16MB";
        yield return "maintenance_work_mem=128MB";
        yield return "max_wal_size=2GB";
        yield return "random_page_cost=1.1";
        yield return "jit=off";
        yield return "logging_collector=off";
        yield return "log_destination=stderr";
        if (!options.Throwaway) yield break;
        yield return "fsync=off";
        yield return "full_page_writes=off";
        yield return "synchronous_commit=off";
    }

    private void Keep(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            launched.TrySetResult(process.Id);
            process.StandardInput.Close();
            // A program that doesn't start says why on one of the two; PostgreSQL logs on standard error.
            var heard = Task.WhenAll(Listen(process.StandardOutput), Listen(process.StandardError));
            // Not the plain WaitForExit: that waits for the end of the output too, which sessions of a killed server hold open.
            process.WaitForExit(int.MaxValue);
            heard.Wait(TimeSpan.FromSeconds(1));
        }
        catch (Exception e)
        {
            Hear("FATAL:  " + e.Message);
        }
        launched.TrySetResult(null);
        exited.TrySetResult();
    }

    private async Task Listen(StreamReader output)
    {
        try
        {
            while (await output.ReadLineAsync() is { } line) Hear(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process is over and its output was closed under us.
        }
    }

    private void Hear(string line)
    {
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > 50) lastLines.Dequeue();
        }
        if (line.Contains("database system is ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult();
        options.Log?.Invoke(line);
    }

    private string Reason()
    {
        lock (lastLines)
            return lastLines.LastOrDefault(l => l.Contains("FATAL:", StringComparison.Ordinal)) ?? lastLines.LastOrDefault() ?? "it said nothing";
    }

    private static string LastLine(string output) => output.Split('\n').LastOrDefault(l => l.Contains("error", StringComparison.Ordinal)) ?? output;

    private async Task MakeDatabase(CancellationToken cancel)
    {
        if (options.Database == "postgres") return;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionTo("postgres")) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var find = new NpgsqlCommand(FindDatabase, connection);
        find.Parameters.AddWithValue("name", options.Database);
        if ((bool)(await find.ExecuteScalarAsync(cancel))!) return;
#pragma warning disable CA2100 // a database's name cannot be a parameter; it is quoted
        await using var create = new NpgsqlCommand($"create database \"{options.Database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancel);
    }
}
