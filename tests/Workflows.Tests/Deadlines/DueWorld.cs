using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Deadlines;

/// <summary>
/// A sector union with units below it, one duty of plan 23/KH-CĐYT for each, on a fresh database. Mails are taken from the outbox as a sender
/// would, without a server. People are named by role and unit.
/// </summary>
internal sealed class DueWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Due = DueWorld.At("01/01/2020 00:00:00");
    public static readonly Guid Root = new("00000000-0000-0000-0000-00000000aaaa");
    public static readonly DateTimeOffset Issued = Vn.Issued.ToUniversalTime();
    private static readonly DateTimeOffset System2026 = new(2026, 11, 21, 1, 2, 3, TimeSpan.Zero);

    private DueWorld(Postgres postgres)
    {
        Postgres = postgres;
        Clock = new BusinessClock(new SystemClock(), movable: true);
        Reference = new ReferenceStore(postgres.DataSource, TimeProvider.System);
        Planned = new PlannedExtensions(postgres.DataSource, new TaskClocks(Reference), TimeProvider.System);
        FireDue = new FireDue(postgres.DataSource, Reference, TimeProvider.System);
        CloseDigests = new CloseDigests(postgres.DataSource, Reference);
        Turn = new PulseTurn(postgres.DataSource, new FireTimers(postgres.DataSource), Planned, FireDue, CloseDigests, _ => Task.FromResult(0), TakeAsync);
        Advance = new AdvanceClock(postgres.DataSource, Clock, TimeProvider.System, Turn);
    }

    private sealed class SystemClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System2026;
    }

    /// <summary>A mail as it left: when (Vietnamese time, "24/12/2019 08:00"), to which account, of which kind.</summary>
    public sealed record Sent(string At, string To, string Kind, string Data);

    public Postgres Postgres { get; }
    public NpgsqlDataSource Database => Postgres.DataSource;
    public BusinessClock Clock { get; }
    public ReferenceStore Reference { get; }
    public PlannedExtensions Planned { get; }
    public FireDue FireDue { get; }
    public CloseDigests CloseDigests { get; }
    public PulseTurn Turn { get; }
    public AdvanceClock Advance { get; }
    public List<Sent> Mails { get; } = [];

    /// <summary>Units 2… are CĐCS with a chair each (<c>chair-2</c>), unit 1 is the sector union with officer, head of office and vice-chair.</summary>
    public static async Task<DueWorld> CreateAsync(int units = 1, DateTimeOffset? startedAt = null)
    {
        var world = new DueWorld(await Postgres.CreateDatabase());
        await world.RunAsync("""
            insert into role (code, label_vi, label_en) values ('Chair', 'Chủ tịch', 'Chair'), ('Officer', 'Chuyên viên', 'Officer'),
              ('HeadOfOffice', 'Chánh Văn phòng', 'Head of office'), ('ViceChair', 'Phó Chủ tịch', 'Vice-chair'), ('Clerk', 'Văn thư', 'Clerk')
            """);
        await world.RunAsync("insert into unit (id, code, name, short_name, kind, path) values (1, 'CDYT', 'Công đoàn ngành Y tế', 'CĐYT', 'sector', '/1/')");
        await world.RunAsync("""
            insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, name, created_at, updated_at)
            values ($1, 'plan', 'plan:1', 1, $1, 1, '23/KH-CĐYT', $2, $2)
            """, P(Root), Instant(DueWorld.Issued));
        foreach (var (role, person) in new[] { ("Officer", "officer"), ("HeadOfOffice", "head"), ("ViceChair", "vice") })
            await world.AddPersonAsync(person, (1, role));
        for (var unit = 2; unit < 2 + units; unit++)
        {
            await world.RunAsync("insert into unit (id, code, name, short_name, kind, parent_id, path) values ($1, $2, $3, $3, 'grassroots', 1, $4)",
                P((long)unit), P($"CS{unit}"), P($"CĐCS đơn vị {unit}"), P($"/1/{unit}/"));
            await world.AddPersonAsync($"chair-{unit}", (unit, "Chair"));
            await world.AddTaskAsync(unit, startedAt: startedAt);
        }

        await using var connection = await world.Database.OpenConnectionAsync();
        (await world.Clock.StartAt(connection, DueWorld.Issued)).ShouldBe(ClockMove.Moved);
        return world;
    }

    /// <summary>A Vietnamese time as the UTC instant that commands take.</summary>
    public static DateTimeOffset At(string text) => Vn.At(text).ToUniversalTime();

    public async Task<Guid> AddPersonAsync(string name, params (long Unit, string Role)[] roles)
    {
        var id = Guid.NewGuid();
        await RunAsync("""
            insert into person (id, user_name, normalized_user_name, display_name, email, security_stamp, created_at)
            values ($1, $2, $2, $2, $2 || '@example.test', '', $3)
            """, P(id), P(name), Instant(DueWorld.Issued));
        foreach (var (unit, role) in roles) await AddRoleAsync(id, unit, role);
        return id;
    }

    public Task AddRoleAsync(Guid person, long unit, string role) =>
        RunAsync("insert into role_assignment (person_id, unit_id, role) values ($1, $2, $3)", P(person), P(unit), P(role));

    public async Task<Guid> AddTaskAsync(
        long unit, string title = "Nộp kế hoạch CĐCS", string activity = "submit-plan", DateTimeOffset? due = null, DateTimeOffset? startedAt = null, long owner = 1)
    {
        var spec = new TaskSpec
        {
            Title = new Text(title, "Submit the unit's plan"),
            Deadline = "before 01-01(+1)",
            DeadlineQuote = "trước ngày 01/01/2020",
            CampaignYear = 2019,
            LadderId = "default",
            Context = new() { ["planNumber"] = "23/KH-CĐYT", ["planSubject"] = "Tổ chức Hội nghị điển hình tiên tiến", ["issuer"] = "Công đoàn ngành Y tế" },
        };
        var (id, started, until) = (Guid.NewGuid(), startedAt ?? DueWorld.Issued, due ?? Due);
        await RunAsync("insert into task_spec (id, body) values ($1, $2) on conflict do nothing", P(TaskSpecJson.IdOf(TaskSpecJson.Write(spec))), Json(TaskSpecJson.Write(spec)));
        await RunAsync("""
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, reviewer_roles, created_at)
            values ($1, $2, $2, $3, $4, '', $5, $6, '{Chair}', '{Officer}', $7)
            """, P(id), P(Root), P(TaskSpecJson.IdOf(TaskSpecJson.Write(spec))), P(activity), P(unit), P(owner), Instant(started));
        await RunAsync("""
            insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, started_at, next_at)
            values ($1, $2, 'default', 'vn-public', $3, $3, $4, $5)
            """, P(id), P(Root), Instant(until), Instant(started), Instant(new CompiledLadder(Ladder.Standard, Vn.Calendar).NextRung(until, started)?.At));
        return id;
    }

    /// <summary>What completing a task does to its clock, without the rest of the command.</summary>
    public Task HandInAsync(long unit, DateTimeOffset at) => RunAsync(
        "update task set status = 'submitted', first_submitted_at = $2, counts_at = $2, submitted_at = $2 where unit_id = $1", P(unit), Instant(at));

    public async Task RunAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var command = Command(connection, sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<ClockAdvance> MoveToAsync(string text) => await Advance.RunAsync(DueWorld.At(text));

    public IEnumerable<string> MailsTo(string name) => Mails.Where(m => m.To == $"{name}@example.test").Select(m => m.At);

    public async ValueTask DisposeAsync() => await Postgres.DisposeAsync();

    private async Task<int> TakeAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        for (var count = 0; ; count++)
        {
            await using var connection = await Database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (await TakeOutbox.NextAsync(connection, now, cancellation) is not { } mail) return count;
            Mails.Add(new Sent(now.ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH:mm", null), mail.Address ?? "", mail.Kind, mail.Data));
            await MarkSent.WriteAsync(connection, mail, "", "", now, cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }
}
