using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>An extension seen before it is made, made for later, revoked, taken back; clocks that stand still.</summary>
public sealed class ExtensionPlanTests : IAsyncLifetime
{
    private static readonly DateTimeOffset NewDue = Hanoi(2020, 1, 16);
    private static readonly DateTimeOffset Day = Hanoi(2019, 12, 26, 9);
    private static readonly DateTimeOffset Effective = Hanoi(2019, 12, 28);

    private TaskBench bench = null!;
    private PreviewExtension preview = null!;
    private PlannedExtensions planned = null!;
    private PauseClocks pause = null!;

    public async Task InitializeAsync()
    {
        bench = await TaskBench.CreateAsync();
        var reference = new ReferenceStore(bench.Database, TimeProvider.System);
        var clocks = new TaskClocks(reference);
        (preview, planned) = (new PreviewExtension(bench.Database, reference), new PlannedExtensions(bench.Database, clocks, TimeProvider.System));
        pause = new PauseClocks(bench.Database, bench.Extend, clocks);
    }

    public async Task DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task The_preview_tells_each_reminder_that_moves_and_writes_nothing()
    {
        var (open, done) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI", review: false));
        await bench.CompleteAsync(Stranger, done);
        await bench.ExecuteAsync($"update deadline set next_at = '{Hanoi(2019, 12, 30, 8):O}', last_rung = 'T-3' where task_id = '{open}'");
        var shown = await preview.ReadAsync(await bench.ActorAsync(Officer), new([open, done], NewDue, null, null), Day);

        shown.Refused.ShouldBeNull();
        (shown.Extended, shown.Lines.Single(l => l.TaskId == done).Result).ShouldBe((1, ExtensionResult.Done));
        (shown.LastDay, shown.LastWorkingDay, shown.Provisional).ShouldBe((new DateOnly(2020, 1, 15), new DateOnly(2020, 1, 15), null));
        shown.Reminders.OrderBy(r => r.To).Select(r => (r.Rung, r.From, r.To, r.Count)).ShouldBe([
            ("T-10", null, Hanoi(2019, 12, 31, 8), 1), ("T-5", null, Hanoi(2020, 1, 8, 8), 1), ("T-3", null, Hanoi(2020, 1, 10, 8), 1),
            ("T-1", Hanoi(2019, 12, 30, 8), Hanoi(2020, 1, 14, 8), 1), ("last-day", Hanoi(2019, 12, 31, 8), Hanoi(2020, 1, 15, 8), 1),
            ("overdue+1", Hanoi(2020, 1, 2, 8), Hanoi(2020, 1, 16, 8), 1), ("overdue+3", Hanoi(2020, 1, 6, 8), Hanoi(2020, 1, 20, 8), 1),
            ("overdue+5", Hanoi(2020, 1, 8, 8), Hanoi(2020, 1, 22, 8), 1)]);
        (await bench.ScalarAsync<long>("select count(*) from deadline_extension")).ShouldBe(0);
        (await preview.ReadAsync(await bench.ActorAsync(Chair), new([open], NewDue, null, null), Day)).Refused.ShouldBeOfType<TaskAnswer.Forbidden>();
    }

    [Fact]
    public async Task A_planned_extension_is_seen_takes_effect_on_its_day_and_is_taken_back_by_the_inverse_change_only()
    {
        var (open, done) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI", review: false));
        var officer = await bench.ActorAsync(Officer);
        var (answer, id) = await planned.PlanAsync(officer, new([open, done], NewDue, "Dịch bệnh", "45/TB-CĐYT"), Effective, Day, Issue);
        answer.Extended.ShouldBe(2);
        (await planned.ListAsync(await bench.ActorAsync(Chair), open)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            p => p.Id.ShouldBe(id!.Value), p => (p.NewDue, p.EffectiveAt, p.Document).ShouldBe((NewDue, Effective, "45/TB-CĐYT")));
        await bench.CompleteAsync(Stranger, done);

        (await planned.ApplyDueAsync(Effective.AddMicroseconds(-1))).ShouldBe(0);
        (await bench.RowAsync("deadline", $"task_id = '{open}'"))["extended_due"].ShouldBeNull();
        (await planned.ApplyDueAsync(Effective)).ShouldBe(2);
        (await planned.ApplyDueAsync(Effective)).ShouldBe(0);
        (await bench.NextAsync(open)).ShouldBe(Hanoi(2019, 12, 31, 8));
        (await bench.ScalarAsync<string>("select string_agg(outcome, ' ' order by outcome) from deadline_extension")).ShouldBe("applied void");
        (await bench.RowAsync("audit", "action = 'deadline.extended'"))["actor_id"]!.GetValue<Guid>().ShouldBe(officer.PersonId);
        (await planned.RevokeAsync(officer, id!.Value, Effective, Issue)).ShouldBeOfType<TaskAnswer.NotFound>();

        var extension = await bench.ScalarAsync<Guid>("select id from deadline_extension where outcome = 'applied'");
        (await planned.UndoAsync(await bench.ActorAsync(Chair), extension, "Nhầm", Effective, Issue)).ShouldBeOfType<TaskAnswer.NotFound>();
        (await planned.UndoAsync(officer, extension, " ", Effective, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await planned.UndoAsync(officer, extension, "Nhầm", Due, Issue)).ShouldBeOfType<TaskAnswer.Invalid>().Errors[""].In("en").ShouldContain("late");
        (await planned.UndoAsync(officer, extension, "Nhầm đơn vị", Effective, Issue)).ShouldBeNull();
        var row = await bench.RowAsync("deadline", $"task_id = '{open}'");
        (row["extended_due"], row["due"]!.ToString(), (await bench.NextAsync(open))).ShouldBe((null, row["legal_due"]!.ToString(), Hanoi(2019, 12, 30, 8)));
        (await planned.UndoAsync(officer, extension, "Nhầm đơn vị", Effective, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.ScalarAsync<Guid>("select inverse_of from deadline_extension where inverse_of is not null")).ShouldBe(extension);
    }

    [Fact]
    public async Task A_planned_extension_is_revoked_by_whoever_may_extend_before_it_takes_effect()
    {
        var open = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        (await planned.PlanAsync(officer, new([open], NewDue, "Dịch bệnh", null), NewDue, Day, Issue)).Answer.Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["effectiveAt"]);
        var (_, id) = await planned.PlanAsync(officer, new([open], NewDue, "Dịch bệnh", null), Effective, Day, Issue);
        (await planned.RevokeAsync(await bench.ActorAsync(Chair), id!.Value, Day, Issue)).ShouldBeOfType<TaskAnswer.NotFound>();
        (await planned.RevokeAsync(officer, id.Value, Day, Issue)).ShouldBeNull();
        (await planned.ApplyDueAsync(Effective)).ShouldBe(0);
        (await planned.ListAsync(officer, null)).ShouldBeEmpty();
        (await bench.ScalarAsync<long>("select count(*) from audit where action in ('deadline.extension-planned', 'deadline.extension-revoked')")).ShouldBe(2);
    }

    [Fact]
    public async Task A_clock_that_stands_still_rings_nothing_and_goes_on_with_or_without_the_days()
    {
        var (kept, moved) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI"));
        var officer = await bench.ActorAsync(Officer);
        (await pause.PauseAsync(await bench.ActorAsync(Chair), [kept], null, "Chờ cấp trên", Issue.AddDays(1), Issue)).Refused.ShouldNotBeNull();
        (await pause.PauseAsync(officer, [kept, moved], null, " ", Issue.AddDays(1), Issue)).Refused.ShouldNotBeNull();
        (await pause.PauseAsync(officer, [kept, moved], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue)).Clocks.ShouldBe(2);
        (await pause.PauseAsync(officer, [kept], null, "Chờ cấp trên", Day, Issue)).Refused.ShouldNotBeNull();
        ((await bench.NextAsync(kept)), (await bench.NextAsync(moved))).ShouldBe((null, null));
        (await pause.ResumeAsync(officer, [kept], null, "Đã có ý kiến", false, Day, Issue)).ShouldBe(new PauseAnswer(1));
        (await bench.NextAsync(kept)).ShouldBe(Hanoi(2019, 12, 30, 8), "T-5 and T-3 lay in the pause and are skipped");
        (await pause.ResumeAsync(officer, [moved], null, "Đã có ý kiến", true, Day, Issue)).ShouldBe(new PauseAnswer(1, Moved: 1));
        (await bench.RowAsync("deadline", $"task_id = '{moved}'"))["extended_due"]!.GetValue<DateTimeOffset>().ShouldBe(Due.AddDays(3));
        (await bench.ScalarAsync<long>("select count(*) from deadline_pause where resumed_at is not null")).ShouldBe(2);
        (await bench.ScalarAsync<long>("select count(*) from audit where action in ('deadline.paused', 'deadline.resumed')")).ShouldBe(4);
    }
}
