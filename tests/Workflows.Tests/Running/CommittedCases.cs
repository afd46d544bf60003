using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Running;

/// <summary>Cases that run on a database of their own, through the statements of the service; with one unit at its top unless they say otherwise.</summary>
public abstract class CommittedCases : IAsyncLifetime
{
    private Postgres _postgres = null!;

    private protected DatabaseHost Host { get; private set; } = null!;

    private protected NpgsqlDataSource Database => _postgres.DataSource;

    public async Task InitializeAsync()
    {
        _postgres = await Postgres.CreateDatabase();
        Host = await DatabaseHost.CreateAsync(Database);
        await SeedAsync();
    }

    /// <summary>What each case finds there.</summary>
    private protected virtual Task SeedAsync() =>
        ExecuteAsync("insert into unit (id, code, name, short_name, kind, path) values (1, 'root', 'Root', 'Root', 'national', '/1/')");

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private protected async Task<Guid> StartAsync(string definition, string? correlationId = null, string? name = null)
    {
        var id = Guid.CreateVersion7(Host.Now);
        (await StartWorkflow.StartAsync(Database, new NewInstance(id, definition, 1, correlationId, name), Actor.System, Host.Now)).ShouldBe(StartAnswer.Started);
        await RunReadyAsync();
        return id;
    }

    private protected async Task RunReadyAsync() => await new ReadyWorker(Host.Services.GetRequiredService<Runner>()).RunAllAsync();

    private protected async Task ExecuteAsync(string sql, params NpgsqlParameter[] values)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await Command(connection, sql, values).ExecuteNonQueryAsync();
    }

    private protected async Task<string> TextAsync(string sql) => await ScalarAsync<object?>(sql) as string ?? "";

    private protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
