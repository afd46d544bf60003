using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace Workflows.Tests;

/// <summary>
/// A fresh database for one test: <c>await using var database = await Postgres.CreateDatabase();</c>. A clone of a
/// migrated template on this run's own PostgreSQL (fsync off, in memory where there is room); dropped on dispose.
/// Safe from any number of tests at once.
/// </summary>
public sealed class Postgres : IAsyncDisposable
{
    private const string Template = "workflows_template";
    private const string FolderPrefix = "workflows-tests-";

    private static readonly Lazy<Task<PrivatePostgres>> Server = new(StartServer);
    private static readonly Lazy<Task> Migrated = new(MakeTemplate);
    private static readonly Lazy<Task<Postgres>> Demo = new(LoadTheDemo);
    private static int count;

    private readonly string name;

    private Postgres(string name, string connectionString)
    {
        this.name = name;
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    /// <summary>How long anything may take on a busy machine before a test gives up; nothing is asserted about it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>For a host or a second data source on the same database.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>The assemblies whose migrations make the schema, as the host gives them.</summary>
    public static IReadOnlyList<Migration> AllMigrations => Migration.ReadFrom(typeof(Migrator).Assembly, Assembly.Load("Activities"));

    /// <summary>A database with the whole schema and no rows of ours.</summary>
    public static async Task<Postgres> CreateDatabase()
    {
        await Migrated.Value;
        return await Create($"template {Template}");
    }

    /// <summary>A database with the demo as its first start leaves it, loaded once for this run.</summary>
    public static async Task<Postgres> CreateDemo() => await (await Demo.Value).CloneAsync();

    /// <summary>A database with the same rows. Waits until nobody is connected to this one: the server itself would give up after five seconds.</summary>
    public async Task<Postgres> CloneAsync()
    {
        await Administer($"""
            do $$ begin
              while exists (select from pg_stat_activity where datname = '{name}' and backend_type = 'client backend') loop
                perform pg_sleep(0.01), pg_stat_clear_snapshot();
              end loop;
            end $$
            """);
        return await Create($"template {name}");
    }

    /// <summary>A database without any schema, for tests of the migrations themselves.</summary>
    public static Task<Postgres> CreateEmptyDatabase() => Create("template template0");

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await Administer($"drop database if exists {name} with (force)");
    }

    private static async Task<Postgres> Create(string from)
    {
        var server = await Server.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref count)}");
        await Administer($"create database {name} {from}");
        // Many tests at once, each with a pool: small ones, given back soon. On a busy machine a statement over a whole country may take minutes.
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionTo(name))
        {
            MaxPoolSize = 20,
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 5,
            CommandTimeout = (int)Patience.TotalSeconds,
        };
        return new Postgres(name, connection.ConnectionString);
    }

    private static async Task Administer(string sql)
    {
        var server = await Server.Value;
        await using var connection = new NpgsqlConnection(server.ConnectionTo("postgres"));
        await connection.OpenAsync();
#pragma warning disable CA2100 // names made above
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task MakeTemplate()
    {
        var server = await Server.Value;
        await Administer($"create database {Template}");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionTo(Template)) { Pooling = false };
        await using var database = NpgsqlDataSource.Create(connection);
        await new Migrator(AllMigrations).Migrate(database, TimeProvider.System.GetUtcNow());
    }

    private static async Task<Postgres> LoadTheDemo()
    {
        var database = await CreateDatabase();
        await using var installation = await OpenAsync(database);
        await using var app = HostSetup.Build(new WebApplicationOptions { ApplicationName = "WorkflowHost", ContentRootPath = HostFolder() }, installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();
        return database;
    }

    /// <summary>A demo installation on this database.</summary>
    internal static Task<Installation> OpenAsync(Postgres database) => Installation.OpenAsync(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Workflows"] = database.ConnectionString, ["Workflows:Mode"] = "Demo" }).Build());

    /// <summary>The host of this installation, listening on a free port of loopback.</summary>
    /// <param name="adapt">What differs from a host as it is.</param>
    internal static async Task<WebApplication> ServeAsync(Installation installation, Action<WebApplicationBuilder>? adapt = null)
    {
        var app = HostSetup.Build(new WebApplicationOptions { ApplicationName = "WorkflowHost", ContentRootPath = HostFolder() }, installation, adapt);
        app.Urls.Clear();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        return app;
    }

    private static async Task<PrivatePostgres> StartServer()
    {
        RemoveLeftOvers();
        var folder = OpenTempFolder(FolderPrefix);
        var server = await PrivatePostgres.Start(OptionsFor(folder) with { Throwaway = true, MaxConnections = 400, Database = "postgres" });
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        };
        return server;
    }

    /// <summary>A new folder that the server's account may enter.</summary>
    internal static string OpenTempFolder(string prefix)
    {
        var folder = ServerFolder.New(prefix);
        DataFolder.Create(folder);
        return folder;
    }

    /// <summary>How tests start a private server on a folder of theirs.</summary>
    internal static PrivatePostgresOptions OptionsFor(string folder) => new()
    {
        DataDir = folder,
        Checkout = folder,
        NodeModules = Path.Combine(HostFolder(), "node_modules"),
        Throwaway = true,
    };

    /// <summary>The host's folder in the checkout that these tests were built from.</summary>
    internal static string HostFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Workflows.sln"))) folder = folder.Parent;
        return Path.Combine((folder ?? throw new InvalidOperationException("not inside a checkout")).FullName, "src", "WorkflowHost");
    }

    // A run that was killed leaves its folder (its server is stopped by the kernel). Its lock tells whether it lives.
    private static void RemoveLeftOvers()
    {
        foreach (var folder in Directory.EnumerateDirectories(ServerFolder.Root, FolderPrefix + "*"))
        {
            try
            {
                if (DataFolder.Reset(OptionsFor(folder))) Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is StartupProblem or IOException or UnauthorizedAccessException)
            {
                // Another run's, alive or another user's.
            }
        }
    }
}
