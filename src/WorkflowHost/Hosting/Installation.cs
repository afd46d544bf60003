using System.Reflection;
using Npgsql;
using Unions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;
using WorkflowHost.Email;

namespace WorkflowHost.Hosting;

/// <summary>What an installation is for; stored in its database at the first start and never changed.</summary>
public enum Mode
{
    /// <summary>Real work: system time, no demo accounts, no test addresses.</summary>
    Production,

    /// <summary>For trying out and for tests: demo data, a clock that can be moved, a mail catcher.</summary>
    Demo,
}

/// <summary>
/// The database and what stands around it, opened before the host is built: the configured server or a private one, migrated, and of the
/// mode that this process was started in. Disposing stops what was started here.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly PrivatePostgres? _server;

    private Installation(Mode mode, string connectionString, PrivatePostgres? server)
    {
        (Mode, _server) = (mode, server);
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        Clock = new BusinessClock(TimeProvider.System, movable: mode == Mode.Demo);
    }

    public Mode Mode { get; }
    public string ConnectionString { get; }
    public NpgsqlDataSource Database { get; }

    /// <summary>Business time; can be moved in a demo only.</summary>
    public BusinessClock Clock { get; }

    /// <summary>Takes the mails of a demo without a mail server; null where real mail goes out.</summary>
    public MailCatcher? Catcher { get; private set; }

    /// <summary>Where mails go: the configured server, or the catcher.</summary>
    /// <exception cref="StartupProblem">Production without a mail server, or an address that is none.</exception>
    public SmtpSettings Smtp(IConfiguration configuration)
    {
        try
        {
            return Catcher is null ? SmtpSettings.Read(configuration)
                : new SmtpSettings("127.0.0.1", Catcher.Port, SmtpSettings.ReadFrom(configuration) ?? "ke-hoach@congdoan.example.vn", "Kế hoạch Công đoàn");
        }
        catch (InvalidOperationException e)
        {
            throw new StartupProblem($"{e.Message} Set Smtp__Host, Smtp__Port and Smtp__From.", e);
        }
    }

    /// <summary>Where the data is, for the first lines people read.</summary>
    public string Place => _server is null ? "the configured PostgreSQL" : _server.DataPath;

    /// <summary>Assemblies that bring tables and activities.</summary>
    public static Assembly[] Assemblies => [typeof(Migrator).Assembly, typeof(UnionSetup).Assembly];

    /// <exception cref="StartupProblem">One message that says what is wrong and what to do.</exception>
    public static async Task<Installation> OpenAsync(IConfiguration configuration, CancellationToken cancellation = default)
    {
        var mode = ReadMode(configuration["Workflows:Mode"]);
        var configured = configuration.GetConnectionString("Workflows");
        if (mode == Mode.Production && string.IsNullOrWhiteSpace(configured))
            throw new StartupProblem("Production needs a database: set ConnectionStrings__Workflows (Host=…;Database=…;Username=…;Password=…).");
        var reset = configuration.GetValue("Workflows:Reset", false);
        if (reset && !string.IsNullOrWhiteSpace(configured))
            throw new StartupProblem("--reset deletes only the private PostgreSQL of this checkout; the configured database is yours to empty.");
        if (reset) DataFolder.Reset(PrivateServer(configuration));
        PrivatePostgres? server = null;
        try
        {
            if (string.IsNullOrWhiteSpace(configured)) server = await PrivatePostgres.Start(PrivateServer(configuration), cancellation);
            var installation = new Installation(mode, Prepared(configured ?? server!.ConnectionString), server);
            server = null;
            try
            {
                await installation.PrepareAsync(mode == Mode.Demo ? CrashPoints.Armed(configuration["WORKFLOWS_CRASH_AT"]) : CrashPoints.None, cancellation);
                if (mode == Mode.Demo && string.IsNullOrWhiteSpace(configuration["Smtp:Host"])) installation.Catcher = MailCatcher.Start(installation.Clock.Now);
                return installation;
            }
            catch
            {
                await installation.DisposeAsync();
                throw;
            }
        }
        finally
        {
            if (server is not null) await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Catcher is not null) await Catcher.DisposeAsync();
        await Database.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    private static Mode ReadMode(string? text) => text switch
    {
        null or "" => Mode.Production,
        _ when Enum.TryParse<Mode>(text, ignoreCase: true, out var mode) => mode,
        _ => throw new StartupProblem($"Workflows:Mode is '{text}'; it can be Demo or Production."),
    };

    private static PrivatePostgresOptions PrivateServer(IConfiguration configuration) => new()
    {
        DataDir = configuration["DATA_DIR"],
        Checkout = configuration["Workflows:Checkout"] ?? Directory.GetCurrentDirectory(),
        NodeModules = configuration["Workflows:NodeModules"],
    };

    private const int DriversBuffer = 8192;
    private const int Buffer = 32_768;

    /// <summary>
    /// The connection string as a host opens it. Statements of the write path are few and large: kept prepared. Sessions are not reset when they go
    /// back to the pool (six statements each time): every setting here ends with its
    /// transaction, advisory locks of a session are released by whoever took them, and the one that listens listens as long as the host lives.
    /// </summary>
    /// <exception cref="StartupProblem">It cannot be read.</exception>
    public static string Prepared(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "workflows" };
            if (builder.MaxAutoPrepare == 0) (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (100, 2);
            builder.NoResetOnClose = true;

            // A batch of two hundred instances is a quarter of a megabyte either way: with the driver's 8 kB each would wait for the socket thirty times.
            if (builder.ReadBufferSize == DriversBuffer) builder.ReadBufferSize = Buffer;
            if (builder.WriteBufferSize == DriversBuffer) builder.WriteBufferSize = Buffer;
            return builder.ConnectionString;
        }
        catch (ArgumentException e)
        {
            throw new StartupProblem($"ConnectionStrings__Workflows cannot be read: {e.Message}", e);
        }
    }

    private async Task PrepareAsync(CrashPoints crashPoints, CancellationToken cancellation)
    {
        try
        {
            await new Migrator(Migration.ReadFrom(Assemblies), crashPoints).Migrate(Database, TimeProvider.System.GetUtcNow(), cancellation);
            await KeepModeAsync(cancellation);
            await using var connection = await Database.OpenConnectionAsync(cancellation);
            await Clock.Refresh(connection, cancellation);
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            throw new StartupProblem($"The database cannot be reached: {e.Message}. Check ConnectionStrings__Workflows and that PostgreSQL runs.", e);
        }
        catch (PostgresException e) when (e.SqlState is "28P01" or "28000" or "3D000")
        {
            throw new StartupProblem($"The database refuses us: {e.MessageText}. Check user, password and database name in ConnectionStrings__Workflows.", e);
        }
    }

    private async Task KeepModeAsync(CancellationToken cancellation)
    {
        const string sql = """
            -- Installation.KeepMode
            insert into setting (key, value) values ('mode', to_jsonb($1::text)) on conflict (key) do nothing;
            """;
        await using var connection = await Database.OpenConnectionAsync(cancellation);
        await Db.Command(connection, sql, Db.P(Mode.ToString())).ExecuteNonQueryAsync(cancellation);
        var stored = (await Db.Command(connection, "-- Installation.StoredMode\nselect value #>> '{}' from setting where key = 'mode'")
            .ListAsync(r => r.GetString(0), cancellation))[0];
        if (stored != Mode.ToString())
            throw new StartupProblem(
                $"This database was made for {stored} and is not opened in {Mode} mode: demo accounts and a movable clock do not belong to real work. "
                + "Give another database, or start in the mode it was made for.");
    }
}
