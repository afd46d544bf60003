using System.Globalization;
using Npgsql;
using WorkflowHost.Demo;

namespace Workflows.EndToEnd;

/// <summary>
/// What outlives the hosts that die: a durable private PostgreSQL (fsync on) and a mail server, both of this test process; hosts are started on them
/// and killed. Each test takes a database of its own, empty or with the demo loaded.
/// </summary>
public sealed class Durable : IAsyncLifetime
{
    private const string Demo = "demo";
    private const int Immediate = 3;
    private PrivatePostgres _server = null!;
    private int _databases;

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "workflows-crash-" + Guid.NewGuid().ToString("N")[..8]);

    /// <summary>Takes the mails; its clock is the machine's, the outbox knows the business time.</summary>
    public MailCatcher Mails { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        DataFolder.Create(Folder);
        await StartServerAsync();
        Mails = MailCatcher.Start(TimeProvider.System.GetUtcNow);
        await AdministerAsync($"create database {Demo}");
        using var host = Start(Demo);
        if (!await host.ReadyAsync()) throw new InvalidOperationException(host.Output);
        await host.StopAsync();
    }

    public async Task DisposeAsync()
    {
        await Mails.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A database with the demo as it stands after its first start, or an empty one; its name.</summary>
    public async Task<string> DatabaseAsync(bool empty = false)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"crash_{Interlocked.Increment(ref _databases)}");
        await AdministerAsync($"create database {name} template {(empty ? "template0" : Demo)}");
        return name;
    }

    public string ConnectionTo(string database, int pool = 100) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionTo(database)) { MaxPoolSize = pool, Timeout = pool < 100 ? 5 : 60, CommandTimeout = (int)Browser.Patience.TotalSeconds, ApplicationName = "host" }.ConnectionString;

    /// <summary>A host on this database; ready when <see cref="HostProcess.ReadyAsync"/> says so.</summary>
    public HostProcess Start(string database, string? crashAt = null, int? port = null, int pool = 100, IReadOnlyDictionary<string, string>? settings = null) => HostProcess.Start(Folder, new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
    {
        ["ConnectionStrings__Workflows"] = ConnectionTo(database, pool),
        ["WORKFLOWS_CRASH_AT"] = crashAt ?? "",
        ["Smtp__Host"] = "127.0.0.1",
        ["Smtp__Port"] = Mails.Port.ToString(CultureInfo.InvariantCulture),
        ["Smtp__From"] = "ke-hoach@congdoan.example.vn",
    }, port);

    /// <summary>The Message-ID of the outbox row with this id.</summary>
    public static string MessageId(string outboxId) => $"<{Guid.Parse(outboxId):N}@congdoan.example.vn>";

    /// <summary><c>pg_ctl restart -m immediate</c>: no session ends its work, the server recovers from its log.</summary>
    public async Task RestartServerAsync()
    {
        PostmasterFile.Signal(_server.ProcessId, Immediate);
        await _server.Exited;
        await _server.DisposeAsync();
        // The pools of this process must not hand out dead connections.
        NpgsqlConnection.ClearAllPools();
        await StartServerAsync();
    }

    /// <summary>Cuts every session of the hosts on this database; how many.</summary>
    public async Task<long> CutSessionsAsync(string database)
    {
        await using var postgres = NpgsqlDataSource.Create(_server.ConnectionTo("postgres"));
        await using var cut = postgres.CreateCommand("select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'workflows') x");
        cut.Parameters.Add(new() { Value = database });
        return (long)(await cut.ExecuteScalarAsync())!;
    }

    private async Task StartServerAsync() =>
        _server = await PrivatePostgres.Start(new PrivatePostgresOptions { DataDir = Folder, Checkout = Folder, Database = "postgres", MaxConnections = 300 });

    private async Task AdministerAsync(string sql)
    {
        await using var postgres = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.ConnectionTo("postgres")) { Pooling = false, CommandTimeout = (int)Browser.Patience.TotalSeconds }.ConnectionString);
#pragma warning disable CA2100 // names made above
        await using var command = postgres.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
