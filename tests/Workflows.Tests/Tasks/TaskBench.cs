using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using WorkflowEngine.Tasks.Forms;
using Workflows.Tests.Plans;

namespace Workflows.Tests.Tasks;

/// <summary>The demo's organisation with tasks of plan 23 in any state, and the commands on them.</summary>
internal sealed class TaskBench : IAsyncDisposable
{
    public const string Chair = "chutich.bvdkt";
    public const string ViceChair = "phochutich.bvdkt";
    public const string Officer = "chuyenvien.cdyt";
    public const string Stranger = "chutich.bvnhi";

    /// <summary>Day of issue, 17/12/2019 at noon.</summary>
    public static readonly DateTimeOffset Issue = Hanoi(2019, 12, 17, 12);

    /// <summary>"Trước ngày 01/01/2020".</summary>
    public static readonly DateTimeOffset Due = Hanoi(2020, 1, 1);

    private readonly Postgres postgres;

    private TaskBench(Postgres postgres)
    {
        this.postgres = postgres;
        Reference = new ReferenceStore(postgres.DataSource, TimeProvider.System);
        var clocks = new TaskClocks(Reference);
        var nudge = new Nudge(postgres.DataSource, TimeProvider.System, NullLogger<Nudge>.Instance);
        Forms = new FormStore(postgres.DataSource);
        Complete = new CompleteTask(postgres.DataSource, Forms, FormValidationTests.Evaluate, clocks);
        Accept = new AcceptTask(postgres.DataSource);
        Return = new ReturnTask(postgres.DataSource, clocks, nudge);
        Withdraw = new WithdrawTask(postgres.DataSource, clocks);
        Close = new CloseTask(postgres.DataSource);
        Claim = new ClaimTask(postgres.DataSource);
        Release = new ReleaseTask(postgres.DataSource);
        Reassign = new ReassignTask(postgres.DataSource);
        Comment = new CommentTask(postgres.DataSource);
        Extend = new ExtendDeadline(postgres.DataSource, clocks);
        Planned = new PlannedExtensions(postgres.DataSource, clocks, TimeProvider.System);
        Pause = new PauseClocks(postgres.DataSource, Extend, clocks);
        Draft = new SaveDraft(postgres.DataSource);
        Open = new OpenTask(postgres.DataSource);
        Attach = new AddAttachment(postgres.DataSource);
        ReadFile = new ReadAttachment(postgres.DataSource);
        Detach = new RemoveAttachment(postgres.DataSource);
    }

    public NpgsqlDataSource Database => postgres.DataSource;
    public ReferenceStore Reference { get; }
    public FormStore Forms { get; }
    public CompleteTask Complete { get; }
    public AcceptTask Accept { get; }
    public ReturnTask Return { get; }
    public WithdrawTask Withdraw { get; }
    public CloseTask Close { get; }
    public ClaimTask Claim { get; }
    public ReleaseTask Release { get; }
    public ReassignTask Reassign { get; }
    public CommentTask Comment { get; }
    public ExtendDeadline Extend { get; }
    public PlannedExtensions Planned { get; }
    public PauseClocks Pause { get; }
    public SaveDraft Draft { get; }
    public OpenTask Open { get; }
    public AddAttachment Attach { get; }
    public ReadAttachment ReadFile { get; }
    public RemoveAttachment Detach { get; }

    public static DateTimeOffset Hanoi(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) =>
        new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.FromHours(7)).ToUniversalTime();

    public static async Task<TaskBench> CreateAsync()
    {
        var bench = new TaskBench(await Postgres.CreateDatabase());
        await OnePlan.ImportDemoAsync(bench.Database);
        await bench.ExecuteAsync("insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1, $2) on conflict do nothing",
            new NpgsqlParameter { Value = WorkingCalendar.VietnamPublic.Write(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = Issue });
        await bench.ExecuteAsync("insert into ladder (id, body) values ('standard', $1) on conflict do nothing",
            new NpgsqlParameter { Value = Ladder.Standard.Write(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        return bench;
    }

    /// <summary>An open task of a unit, owned by the sector union; with review of the officer unless told otherwise.</summary>
    public async Task<Guid> AddAsync(
        string unit = "CDCS-BVDKT", bool review = true, bool dated = true, string? form = null, IReadOnlyList<TaskOutcome>? outcomes = null, string owner = "CDYT-TB")
    {
        var spec = new TaskSpec
        {
            Title = new Text("Nộp kế hoạch", "Hand in the plan"),
            FormId = form,
            FormVersion = form is null ? null : 1,
            Outcomes = outcomes ?? [],
            Review = review ? new ReviewSpec { Roles = ["Officer"], WorkingDays = 3 } : null,
        };
        var (id, instance, body) = (Guid.CreateVersion7(Issue), Guid.CreateVersion7(Issue), TaskSpecJson.Write(spec));
        await ExecuteAsync("insert into task_spec (id, body) values ($1, $2) on conflict do nothing",
            new NpgsqlParameter { Value = TaskSpecJson.IdOf(body) }, new() { Value = body, NpgsqlDbType = NpgsqlDbType.Jsonb });
        await ExecuteAsync("""
            insert into instance (id, definition_id, definition_version_id, version, root_id, created_at, updated_at) values ($1, 'd', 'd:1', 1, $1, $2, $2)
            """, new NpgsqlParameter { Value = instance }, new() { Value = Issue });
        await ExecuteAsync("""
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, reviewer_roles, created_at)
            select $1, $2, $2, $3, 'nopKeHoach', 'ctx', u.id, o.id, '{Chair,ViceChair}', $6, $7 from unit u, unit o where u.code = $4 and o.code = $5
            """, new NpgsqlParameter { Value = id }, new() { Value = instance }, new() { Value = TaskSpecJson.IdOf(body) }, new() { Value = unit },
            new() { Value = owner }, new() { Value = review ? new[] { "Officer" } : [] }, new() { Value = Issue });
        await ExecuteAsync("""
            insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, started_at, next_at) values ($1, $2, 'standard', 'vn-public', $3, $3, $4, $5)
            """, new NpgsqlParameter { Value = id }, new() { Value = instance }, Db.Instant(dated ? Due : null), new() { Value = Issue },
            Db.Instant(dated ? Hanoi(2019, 12, 24, 8) : null));
        return id;
    }

    /// <summary>One plan's tasks, <see cref="ExtendDeadline.MaximumTasks"/> and one more, all of one unit; gives the plan's root.</summary>
    public async Task<Guid> AddManyAsync()
    {
        var task = await AddAsync();
        await ExecuteAsync("""
            with more as (
              insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, reviewer_roles, created_at)
              select gen_random_uuid(), t.instance_id, t.root_id, t.spec_id, t.activity_id, t.context_id, t.unit_id, t.owner_unit_id, t.candidate_roles, t.reviewer_roles, t.created_at
              from task t, generate_series(1, $1) returning id, instance_id)
            insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, started_at, next_at)
            select m.id, m.instance_id, d.ladder_id, d.calendar_id, d.legal_due, d.due, d.started_at, d.next_at from more m, deadline d
            """, new NpgsqlParameter { Value = ExtendDeadline.MaximumTasks });
        return await ScalarAsync<Guid>($"select root_id from task where id = '{task}'");
    }

    /// <summary>As many tasks as one command may name.</summary>
    public async Task<List<Guid>> MostTasksAsync()
    {
        await using var command = Database.CreateCommand("select id from task limit $1");
        command.Parameters.Add(new() { Value = ExtendDeadline.MaximumTasks });
        return await command.ListAsync(r => r.GetGuid(0));
    }

    /// <summary>A person was vice-chair of another unit until the end of 2017; chairs administer their unit and see its mails.</summary>
    public async Task LeftAsync(string userName, string unit)
    {
        await ExecuteAsync("update role set permissions = permissions || '{organisation,outbox}'::text[] where code = 'Chair'");
        await ExecuteAsync("""
            insert into role_assignment (person_id, unit_id, role, valid_from, valid_to)
            select p.id, u.id, 'ViceChair', '2015-01-01', '2018-01-01' from person p, unit u where p.user_name = $1 and u.code = $2
            """, new NpgsqlParameter { Value = userName }, new() { Value = unit });
    }

    public Task<Actor> ActorAsync(string userName) => OnePlan.ActorAsync(Database, userName);

    public async Task<TaskAnswer> CompleteAsync(
        string who, Guid task, int? revision = 1, string? data = null, DateTimeOffset? at = null, string? operation = null, string? outcome = null,
        Dictionary<string, string>? explanations = null, CancellationToken stop = default) =>
        await Complete.CompleteAsync(await ActorAsync(who),
            new(task, revision, operation, outcome, data is null ? null : JsonNode.Parse(data)!.AsObject(), explanations), at ?? Hanoi(2019, 12, 27, 9), Issue, stop);

    public async Task<TaskAnswer> AcceptAsync(string who, Guid task, int? revision, DateTimeOffset? at = null) =>
        await Accept.AcceptAsync(await ActorAsync(who), new(task, revision, null, null), at ?? Hanoi(2020, 1, 2, 9), Issue);

    public async Task<TaskAnswer> ReturnAsync(string who, Guid task, int? revision, string? reason = "Thiếu mục 7", DateTimeOffset? due = null, DateTimeOffset? at = null) =>
        await Return.ReturnAsync(await ActorAsync(who), new(task, revision, null, reason, due ?? Hanoi(2020, 1, 4)), at ?? Hanoi(2019, 12, 30, 9), Issue);

    public async Task<TaskAnswer> CloseAsync(string who, Guid task, int? revision, string? reason = "Không phải thực hiện") =>
        await Close.CloseAsync(await ActorAsync(who), new(task, revision, null, reason), Hanoi(2019, 12, 28, 9), Issue);

    /// <summary>Gives a person one more role.</summary>
    public Task AppointAsync(string userName, string unit, string role) => ExecuteAsync(
        "insert into role_assignment (person_id, unit_id, role) select p.id, u.id, $3 from person p, unit u where p.user_name = $1 and u.code = $2",
        new NpgsqlParameter { Value = userName }, new() { Value = unit }, new() { Value = role });

    /// <summary>One row as JSON; instants in UTC.</summary>
    public async Task<JsonObject> RowAsync(string table, string where)
    {
#pragma warning disable CA2100 // texts of tests
        await using var command = Database.CreateCommand($"select to_jsonb(x)::text from {table} x where {where}");
#pragma warning restore CA2100
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!.AsObject();
    }

    public Task<JsonObject> TaskRowAsync(Guid task) => RowAsync("task", $"id = '{task}'");

    public Task<T> ScalarAsync<T>(string sql) => OnePlan.ScalarAsync<T>(Database, sql);

    public async Task<DateTimeOffset?> NextAsync(Guid task, string purpose = "work")
    {
        await using var command = Database.CreateCommand("select next_at from deadline where task_id = $1 and purpose = $2");
        command.Parameters.Add(new() { Value = task });
        command.Parameters.Add(new() { Value = purpose });
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        return reader.InstantOrNull(0);
    }

    public async Task ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
    {
#pragma warning disable CA2100 // texts of tests
        await using var command = Database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => postgres.DisposeAsync();
}
