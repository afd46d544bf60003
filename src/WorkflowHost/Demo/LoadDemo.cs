using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Unions;
using Unions.Organisation;
using Unions.Plans;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Hosting;
using WorkflowHost.Identity;

namespace WorkflowHost.Demo;

/// <summary>
/// Fills an empty demo database: the organisation of plan 23 with its accounts, and the plan itself, drafted and checked by the same commands that
/// people give, until it lies before the chair on 17/12/2019 at 07:30.
/// </summary>
/// <remarks>Every step looks whether it was done, so a load that was killed goes on at the next start.</remarks>
public sealed class LoadDemo(
    NpgsqlDataSource database, Installation installation, BusinessClock clock, TimeProvider system, FormStore forms, DefinitionReader reader,
    ReferenceStore reference, Runner runner, LoadActor loadActor, CompleteTask complete, CrashPoints crashPoints, ILogger<LoadDemo> log)
{
    /// <summary>Where the clock stands when the demo is ready: the morning of the day on which plan 23 was signed.</summary>
    public static readonly DateTimeOffset ReadyAt = new(2019, 12, 17, 7, 30, 0, TimeSpan.FromHours(7));

    /// <summary>Who did what when before that; after the superior's plan 51/KH-LĐLĐ of 11/12/2019.</summary>
    private static readonly (string Activity, string User, DateTimeOffset At, string? Outcome, string Field, string Text)[] Steps =
    [
        ("soanThao", "chuyenvien.cdyt", Local(13, 10), null, "ghiChu", "Các mốc thời gian lấy theo Kế hoạch 51/KH-LĐLĐ."),
        ("kiemTraNoiDung", "chanhvanphong.cdyt", Local(16, 9), "Dat", "yKien", "Nội dung phù hợp với Kế hoạch 51/KH-LĐLĐ."),
        ("kiemTraTheThuc", "vanthu.cdyt", Local(16, 15), "Dat", "yKien", "Đúng thể thức, đủ nơi nhận."),
    ];

    private const string IsLoaded =
        """
        -- LoadDemo.IsLoaded
        select exists (select from setting where key = 'demo'), exists (select from plan), exists (select from unit where code <> all($1))
        """;

    private const string SetPasswords =
        """
        -- LoadDemo.SetPasswords
        update person set password_hash = $1 where password_hash is null and user_name = any($2)
        """;

    // The sector's office has issued 22 plans in 2019, so this one becomes 23/KH-CĐYT.
    private const string OpenRegister =
        """
        -- LoadDemo.OpenRegister
        insert into number_register (unit_id, year, series, last) select id, 2019, 'KH', 22 from unit where code = 'CDYT-TB' on conflict do nothing
        """;

    private const string FindTask =
        """
        -- LoadDemo.FindTask
        select t.id, t.revision, p.id from task t cross join person p where t.activity_id = $1 and t.status = 'open' and p.user_name = $2
        """;

    private const string FindPlan =
        """
        -- LoadDemo.FindPlan
        select id from plan
        """;

    private const string MarkLoaded =
        """
        -- LoadDemo.MarkLoaded
        insert into setting (key, value) values ('demo', '"plan-23"') on conflict (key) do nothing
        """;

    /// <summary>Loads what is missing; false when the demo was complete already.</summary>
    /// <exception cref="StartupProblem">Not a demo installation, or somebody's data are in this database.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellation = default)
    {
        if (installation.Mode != Mode.Demo) throw new StartupProblem("Demo data are never loaded into a production database.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var organisation = OrganisationReader.Read(ShippedFiles.Demo("organisation.json"));
        var (loaded, hasPlan, isForeign) = (await Db.Command(connection, IsLoaded, Db.Texts([.. organisation.Units.Select(u => u.Code)]))
            .ListAsync(r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), cancellation))[0];
        await clock.Refresh(connection, cancellation);
        if (loaded) return false;
        if (isForeign) throw new StartupProblem("The database holds units that the demo does not know. Start it on an empty database: ./run --reset");

        log.LogInformation("Loading the demo …");
        await clock.StartAt(connection, Local(12, 8), cancellation);
        crashPoints.Hit("loading");
        await ImportAsync(connection, organisation, cancellation);
        crashPoints.Hit("loading");
        await InstallShipped.RunAsync(database, forms, reader, clock.Now(), cancellation);
        crashPoints.Hit("loading");
        reference.Invalidate();
        await Db.Command(connection, OpenRegister).ExecuteNonQueryAsync(cancellation);
        if (!hasPlan) await DraftAsync(connection, cancellation);
        else await RunPlanAsync(connection, cancellation);
        foreach (var step in Steps)
        {
            crashPoints.Hit("loading");
            await DoAsync(connection, step, cancellation);
        }

        await clock.MoveTo(connection, ReadyAt, cancellation);
        crashPoints.Hit("loading");
        await Db.Command(connection, MarkLoaded).ExecuteNonQueryAsync(cancellation);
        log.LogInformation("Demo loaded: plan 23 lies before the chair, the demo's clock stands at {Now} in Vietnam", ReadyAt.ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture));
        return true;
    }

    private async Task ImportAsync(NpgsqlConnection connection, OrganisationFile organisation, CancellationToken cancellation)
    {
        if (await ImportOrganisation.RunAsync(database, Actor.System, organisation, clock.Now(), SystemNow(), cancellation) is OrganisationImport.Rejected rejected)
            throw new InvalidOperationException($"The demo's organisation is refused: line {rejected.Errors[0].Line}, {rejected.Errors[0].En}");
        // One hash for all: the password is public, and 45 hashes would double the first start.
        var hash = new PasswordHasher<Person>().HashPassword(new Person(), DemoAccounts.Password);
        await Db.Command(connection, SetPasswords, Db.P(hash), Db.Texts([.. organisation.People.Select(p => p.UserName)])).ExecuteNonQueryAsync(cancellation);
    }

    private async Task DraftAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var draft = JsonSerializer.Deserialize<PlanDraft>(ShippedFiles.Demo("plan-23.json"), PlanDraft.Json)!;
        await clock.MoveTo(connection, Local(12, 9), cancellation);
        var officer = await ActorAsync(connection, "chuyenvien.cdyt", cancellation);
        if (await CreatePlan.RunAsync(database, officer, draft, clock.Now(), SystemNow(), cancellation) is not PlanCreation.Created)
            throw new InvalidOperationException("The demo's plan is refused.");
        await RunPlanAsync(connection, cancellation);
    }

    private async Task RunPlanAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var plan in await Db.Command(connection, FindPlan).ListAsync(r => r.GetGuid(0), cancellation)) await runner.RunNowAsync(plan, cancellation);
    }

    private async Task DoAsync(
        NpgsqlConnection connection, (string Activity, string User, DateTimeOffset At, string? Outcome, string Field, string Text) step, CancellationToken cancellation)
    {
        var open = await Db.Command(connection, FindTask, Db.P(step.Activity), Db.P(step.User)).ListAsync(r => (Id: r.GetGuid(0), Revision: r.GetInt32(1)), cancellation);
        if (open.Count == 0) return; // done before the load was interrupted
        await clock.MoveTo(connection, step.At, cancellation);
        var command = new CompleteTask.Command(open[0].Id, open[0].Revision, $"demo-{step.Activity}", step.Outcome, new JsonObject { [step.Field] = step.Text }, null);
        var actor = await ActorAsync(connection, step.User, cancellation);
        if (await complete.CompleteAsync(actor, command, clock.Now(), SystemNow(), cancellation) is not TaskAnswer.Done done)
            throw new InvalidOperationException($"The demo's step {step.Activity} is refused.");
        await runner.RunNowAsync(done.InstanceId, cancellation);
    }

    private async Task<Actor> ActorAsync(NpgsqlConnection connection, string userName, CancellationToken cancellation)
    {
        const string sql = """
            -- LoadDemo.Person
            select id from person where user_name = $1
            """;
        var id = (await Db.Command(connection, sql, Db.P(userName)).ListAsync(r => r.GetGuid(0), cancellation))[0];
        return await loadActor.ReadAsync(id, clock.Now(), null, cancellation) ?? throw new InvalidOperationException($"{userName} may do nothing.");
    }

    private DateTimeOffset SystemNow() => BusinessClock.Whole(system.GetUtcNow());

    private static DateTimeOffset Local(int day, int hour) => new(2019, 12, day, hour, 0, 0, TimeSpan.FromHours(7));
}
