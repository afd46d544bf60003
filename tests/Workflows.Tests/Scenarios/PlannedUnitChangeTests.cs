using Npgsql;
using Unions.Organisation;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Mergers and moves decided before they take effect (domain §7, story 7): planned, seen, revoked, applied at 00:00 of their day.</summary>
public sealed class PlannedUnitChangeTests
{
    private const string A = "CDCS-TTYTHE", B = "CDCS-TTYTHI", Administrator = "quantri";
    private static readonly DateOnly _first = new(2020, 3, 1);
    private static readonly UnitChange _merger = new(UnitChangeKind.Merge, [A], B, _first, "Hợp nhất thành Trung tâm Y tế huyện.", "15/QĐ-LĐLĐ");

    [Fact]
    public async Task A_merger_planned_in_December_takes_effect_on_the_first_of_March_by_what_is_open_then()
    {
        await using var plan = await IssuedAsync();
        var admin = await AdministratorAsync(plan);
        var (id, shown) = await PlanAsync(plan, _merger);

        shown.Tasks.Count.ShouldBe(1, "only the plan is open now");
        (await plan.OpenTasksAsync(A)).ShouldContain("keHoach", customMessage: "nothing has happened yet");
        var listed = (await plan.Get<PlannedUnitChanges>().ListAsync(admin)).ShouldHaveSingleItem();
        (listed.Id, listed.Outcome, listed.Change.To, listed.Change.EffectiveOn, listed.Change.Kind).ShouldBe((id, null, B, _first, UnitChangeKind.Merge));
        (await plan.Get<PlannedUnitChanges>().ListAsync(await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(B)))).ShouldBeEmpty("who administers nothing sees nothing");

        foreach (var (unit, headcount) in new[] { (A, 90), (B, 170) }) await plan.HandInAsync("keHoach", unit, PlanOf(headcount));
        await plan.ToAsync("2020-02-29 23:59");
        (await plan.OpenTasksAsync(A)).ShouldContain("hoiNghi");
        await plan.ToAsync("2020-03-01 00:00");

        (await plan.OpenTasksAsync(A)).ShouldBe("");
        (await plan.ReadAsync<string>($"select valid_to::text from unit where code = '{A}'")).ShouldBe("2020-03-01");
        var done = (await plan.Get<PlannedUnitChanges>().ListAsync(admin)).ShouldHaveSingleItem();
        (done.Outcome, done.HasDrifted, done.SettledAt).ShouldBe(("applied", true, At("2020-03-01 00:00")));
        done.Done!.Tasks.Select(t => t.Title).ShouldNotBe(done.Shown.Tasks.Select(t => t.Title), "the consequences were worked out anew");
        (await plan.ReadAsync<string>("select string_agg(action || ' ' || coalesce((select p.user_name from person p where p.id = actor_id), '-'), ', ' order by id) from audit where action ^@ 'change.' or action = 'organisation.merge'"))
            .ShouldBe("change.planned quantri, organisation.merge quantri, change.applied -");
        await plan.ToAsync("2020-03-12 09:00");
        plan.MailsTo(ChairOf(A)).Where(at => string.CompareOrdinal(at, "2020-03-01") > 0).ShouldBeEmpty();
        (await plan.ReadAsync<long>("select count(*) from audit where action = 'organisation.merge'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_planned_change_is_revoked_until_its_day_and_then_no_more()
    {
        await using var plan = await IssuedAsync();
        var admin = await AdministratorAsync(plan);
        var planned = plan.Get<PlannedUnitChanges>();
        var (revoked, _) = await PlanAsync(plan, _merger);
        var (kept, _) = await PlanAsync(plan, new UnitChange(UnitChangeKind.Move, [B], "LDLD-TB", new DateOnly(2020, 1, 2), "Chuyển về LĐLĐ tỉnh.", null));

        (await planned.RevokeAsync(await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(B)), revoked, plan.Now, plan.Now)).ShouldBeNull("another's change is not there for them");
        (await planned.RevokeAsync(admin, revoked, plan.Now, plan.Now)).ShouldBe(true);
        (await planned.RevokeAsync(admin, revoked, plan.Now, plan.Now)).ShouldBe(false);
        await plan.ToAsync("2020-03-02 09:00");

        (await plan.OpenTasksAsync(A)).ShouldContain("keHoach");
        (await planned.RevokeAsync(admin, kept, plan.Now, plan.Now)).ShouldBe(false, "it has taken effect");
        (await planned.ListAsync(admin)).ToDictionary(c => c.Id, c => c.Outcome).ShouldBe(new Dictionary<Guid, string?> { [revoked] = "revoked", [kept] = "applied" }, ignoreOrder: true);
        (await UnitAsOf.ReadAsync(plan.Database, admin, B, new DateOnly(2020, 1, 1)))!.Parent.ShouldBe("CDYT-TB");
        (await UnitAsOf.ReadAsync(plan.Database, admin, B, new DateOnly(2020, 1, 2)))!.Parent.ShouldBe("LDLD-TB");
    }

    [Fact]
    public async Task What_is_no_longer_possible_fails_with_its_reason_and_holds_nothing_up()
    {
        await using var plan = await IssuedAsync();
        await PlanAsync(plan, _merger);
        await PlanAsync(plan, _merger with { Units = [B], To = "CDCS-TTYTHA", EffectiveOn = new DateOnly(2020, 2, 1) });
        await PlanAsync(plan, new UnitChange(UnitChangeKind.Dissolve, ["CDCS-TTYTHB"], null, new DateOnly(2020, 3, 1), "Giải thể.", null));

        await plan.ToAsync("2020-03-01 09:00");

        var settled = await plan.Get<PlannedUnitChanges>().ListAsync(await AdministratorAsync(plan));
        settled.Select(c => (c.Change.Units[0], c.Outcome)).ShouldBe([(A, "failed"), (B, "applied"), ("CDCS-TTYTHB", "applied")], ignoreOrder: true);
        settled.Single(c => c.Outcome == "failed").Failure.ShouldHaveSingleItem().Vi.ShouldContain("không hoạt động vào ngày này");
        (await plan.OpenTasksAsync(A)).ShouldContain("keHoach", customMessage: "a change that failed changed nothing");
    }

    [Fact]
    public async Task A_death_in_the_middle_leaves_it_planned_and_it_is_applied_once()
    {
        await using var plan = await IssuedAsync();
        await PlanAsync(plan, _merger with { EffectiveOn = new DateOnly(2019, 12, 18) });
        await plan.Database.CreateCommand("""
            create sequence deaths;
            create function die() returns trigger language plpgsql as $$ begin
              if nextval('deaths') <= 2 then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end if; return null; end $$;
            create trigger die after update on planned_change for each statement execute function die()
            """).ExecuteNonQueryAsync();
        var changes = plan.Get<PlannedChanges>();
        var at = WorkflowEngine.Deadlines.WorkingCalendar.VietnamPublic.InstantOf(new DateOnly(2019, 12, 18));

        for (var death = 0; death < 2; death++)
        {
            await Should.ThrowAsync<NpgsqlException>(() => changes.ApplyDueAsync(at));
            (await plan.ReadAsync<bool>($"select valid_to = 'infinity' from unit where code = '{A}'")).ShouldBeTrue("the death took everything of it back");
        }

        (await changes.ApplyDueAsync(at)).ShouldBe(1);
        (await changes.ApplyDueAsync(at)).ShouldBe(0);
        (await plan.ReadAsync<long>("select count(*) from audit where action = 'organisation.merge'")).ShouldBe(1);
        (await plan.ReadAsync<bool>($"select valid_to = '2019-12-18' from unit where code = '{A}'")).ShouldBeTrue();
    }

    private static Task<Actor> AdministratorAsync(Plan23 plan) => Plans.OnePlan.ActorAsync(plan.Database, Administrator);

    private static async Task<(Guid Id, UnitChangePreview Shown)> PlanAsync(Plan23 plan, UnitChange change)
    {
        var admin = await AdministratorAsync(plan);
        var preview = (await plan.Get<ChangeUnits>().PreviewAsync(admin, change)).ShouldBeOfType<UnitChangeAnswer.Previewed>().Preview;
        (await plan.Get<ChangeUnits>().ApplyAsync(admin, change, "another", plan.Now, plan.Now)).ShouldBeOfType<UnitChangeAnswer.Changed>();
        var planned = (await plan.Get<ChangeUnits>().ApplyAsync(admin, change, preview.Token, plan.Now, plan.Now)).ShouldBeOfType<UnitChangeAnswer.Planned>();
        return (planned.Id, planned.Shown);
    }
}
