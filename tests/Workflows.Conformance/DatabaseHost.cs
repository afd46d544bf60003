using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowEngine;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Conformance;

/// <summary>The engine as a host runs it: its services on a PostgreSQL database with the whole schema, its Runner and its clock. For one case at a time.</summary>
public sealed class DatabaseHost : ICaseHost, IAsyncDisposable
{
    // What cases leave behind; the clock goes on from case to case. Few rows: to truncate as many tables costs ten times as much. All of it goes, in no order.
    private const string Clear =
        """
        set session_replication_role = replica;
        delete from trigger; delete from definition_version; delete from archived_instance; delete from archived_state; delete from archived_journal;
        delete from archived_incident; delete from instance; delete from instance_state; delete from instance_event; delete from held_event;
        delete from journal; delete from bookmark; delete from stimulus; delete from payload; delete from incident; delete from activation;
        delete from setting;
        reset session_replication_role
        """;

    private readonly NpgsqlDataSource _database;
    private readonly ServiceProvider _services;
    private readonly LineLog _lines = new();

    private DatabaseHost(NpgsqlDataSource database)
    {
        _database = database;
        _services = new ServiceCollection().AddLogging(l => l.AddProvider(_lines))
            .AddWorkflowEngine(database, new BusinessClock(TimeProvider.System, movable: true), typeof(Unions.UnionSetup).Assembly)
            .AddSingleton<SendDueMails>((_, _) => Task.FromResult(0)).AddSingleton<IEnumerable<DomainStatement>>([]).BuildServiceProvider();
    }

    /// <summary>A system that holds nothing; whatever an earlier case left in the database is gone.</summary>
    public static async Task<DatabaseHost> CreateAsync(NpgsqlDataSource database)
    {
        var host = new DatabaseHost(database);
        await using var connection = await database.OpenConnectionAsync();
        await Command(connection, Clear).ExecuteNonQueryAsync();

        // Scripts read local times by the calendar's zone.
        await Command(connection, "insert into calendar (id, version, body, loaded_at) values ($1, 1, $2, '2026-01-01') on conflict do nothing",
            P(WorkingCalendar.VietnamPublic.Id), Json(DeadlineJson.Embedded("vn-public.json"))).ExecuteNonQueryAsync();
        var clock = host._services.GetRequiredService<BusinessClock>();
        await clock.Refresh(connection);
        if (!clock.Stands) await clock.StartAt(connection, new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        return host;
    }

    public string? FlowchartMode { get; set; }

    public IReadOnlyList<string> Lines => _lines.Lines;

    /// <summary>The engine's services, for tests that go past the steps of a case.</summary>
    internal IServiceProvider Services => _services;

    internal DateTimeOffset Now => _services.GetRequiredService<BusinessClock>().Now();

    public async Task<CaseImport> ImportAsync(JsonObject document, bool publish)
    {
        // Member names are read in any spelling; the store asks for its own.
        var copy = (JsonObject)document.DeepClone();
        foreach (var name in new[] { "definitionId", "id" })
            if (copy.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Key: not null } given && given.Key != name)
            {
                copy.Remove(given.Key);
                copy[name] = given.Value;
            }

        foreach (var given in copy.Where(m => m.Key.Equals("isPublished", StringComparison.OrdinalIgnoreCase)).Select(m => m.Key).ToArray()) copy.Remove(given);
        copy["isPublished"] = publish;
        var answer = await new SaveDefinition(_database, _services.GetRequiredService<DefinitionLibrary>(), _services.GetRequiredService<ReadDesignWorld>()).RunAsync(Actor.System, copy, new SaveWish("import"), Now, Now);
        if (answer is not SaveAnswer.Stored stored) throw new InvalidOperationException($"The definition was not stored: {answer}.");
        return new CaseImport(await _services.GetRequiredService<DefinitionStore>().GetAsync(stored.VersionId), [.. stored.Refusals.Select(r => r.ToString())]);
    }

    public Task RetractAsync(string definitionId) => ExecuteAsync("update definition_version set is_published = false where definition_id = $1", P(definitionId));

    public async Task<Guid> StartAsync(CaseStart start)
    {
        if (FlowchartMode is not null)
        {
            await ExecuteAsync("insert into setting (key, value) values ('flowchart-mode', to_jsonb($1::text)) on conflict do nothing", P(FlowchartMode));
            _services.GetRequiredService<ReferenceStore>().Invalidate();
        }

        const string sql = """
            select id from definition_version
            where definition_id = $1 and deleted_at is null and case when $2 = 'Latest' then is_latest else version::text = $2 end
            """;
        string? version = null;
        if (start.Version is not null)
        {
            await using var connection = await _database.OpenConnectionAsync();
            version = (await Command(connection, sql, P(start.DefinitionId), P(start.Version)).ListAsync(r => r.GetString(0))).FirstOrDefault() ?? "none";
        }

        var id = Guid.CreateVersion7(Now);
        var answer = await StartWorkflow.StartAsync(_database, new NewInstance(
            id, start.DefinitionId, null, start.CorrelationId, start.Name, start.Input, start.Properties, start.Variables, start.TriggerActivityId, version), Actor.System, Now);
        if (answer != StartAnswer.Started) throw new InvalidOperationException($"'{start.DefinitionId}' was not started: {answer}.");
        await RunAsync();
        return id;
    }

    public async Task PublishAsync(PublishedEvent published)
    {
        await using (var connection = await _database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(PublishedEvents.Guard(published));
            batch.BatchCommands.Add(PublishedEvents.Deliver(published, Guid.CreateVersion7(Now), Guid.CreateVersion7(Now), Now, null, null));
            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        await RunAsync();
    }

    public async Task AnswerAsync(string taskId, JsonNode? result)
    {
        await AnswerRunTask.RunAsync(_database, Actor.System, taskId, result, Now);
        await RunAsync();
    }

    public async Task TellAsync(Guid instance, string kind, JsonObject body)
    {
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, $2, $3, $4)", P(instance), P(kind), JsonText(body.ToJsonString()), Instant(Now));
        await RunAsync();
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        var moved = await _services.GetRequiredService<AdvanceClock>().RunAsync(Now + by);
        if (moved is not { Answer: ClockMove.Moved, IsQuiet: true }) throw new InvalidOperationException($"The clock did not come to rest: {moved.Answer}.");
    }

    public async Task<IReadOnlyList<CaseInstance>> InstancesAsync()
    {
        const string instances = """
            select i.id, i.parent_id, i.definition_version_id, s.state::text from instance i left join instance_state s on s.instance_id = i.id order by i.created_at, i.id
            """;
        const string journals = "select instance_id, entries::text from journal order by instance_id, burst";

        // The transaction that made the row says it: the clock stands while a case runs.
        const string waits = "select id::text, dense_rank() over (order by age(xmin) desc)::int from bookmark";
        await using var connection = await _database.OpenConnectionAsync();
        var began = (await Command(connection, waits).ListAsync(r => (Id: r.GetString(0), Place: r.GetInt32(1)))).ToDictionary(w => w.Id, w => w.Place);
        var entries = (await Command(connection, journals).ListAsync(r => (Id: r.GetGuid(0), Entries: JournalJson.ReadEntries(r.GetString(1)))))
            .GroupBy(j => j.Id).ToDictionary(g => g.Key, g => g.SelectMany(j => j.Entries).ToList());
        var result = new List<CaseInstance>();
        foreach (var row in await Command(connection, instances).ListAsync(r => (Id: r.GetGuid(0), Parent: r.GuidOrNull(1), Version: r.GetString(2), State: r.TextOrNull(3))))
        {
            var journal = entries.GetValueOrDefault(row.Id) ?? [];
            result.Add(new CaseInstance(
                row.Id, row.Parent, await _services.GetRequiredService<DefinitionStore>().GetAsync(row.Version), row.State is null ? new InstanceState() : InstanceState.FromJson(row.State),
                journal, [.. journal.Select(Outcome).OfType<AlterationOutcome>()])
            { Began = began });
        }

        return result;
    }

    /// <summary>The alteration that a line of the journal tells of, or null.</summary>
    private static AlterationOutcome? Outcome(JournalEntry entry) => entry.Event.Split(' ') is ["Alteration", var type, "succeeded" or "failed"] ? new(type, entry.Message) : null;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private Task<int> RunAsync() => _services.GetRequiredService<ReadyWorker>().RunAllAsync();

    private async Task ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Keeps the lines that the Runner tells its log.</summary>
    private sealed class LineLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || values[^1].Value as string != "{Instance}: {Line}") return;
            lock (Lines) Lines.Add(values.First(v => v.Key == "Line").Value as string ?? "");
        }

        public void Dispose() { }
    }
}
