using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>An extension seen before it is made, made for later, revoked, taken back.</summary>
public sealed class ExtensionPlanTests : IAsyncLifetime
{
    private static readonly DateTimeOffset NewDue = Hanoi(2020, 1, 16);
    private static readonly DateTimeOffset Day = Hanoi(2019, 12, 26, 9);
    private static readonly DateTimeOffset Effective = Hanoi(2019, 12, 28);

    private TaskBench bench = null!;
    private PreviewExtension preview = null!;
    private PlannedExtensions planned = null!;

    public async Task InitializeAsync()
    {
        bench = await TaskBench.CreateAsync();
        (preview, planned) = (new PreviewExtension(bench.Database, bench.Reference), bench.Planned);
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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Of_two_planned_extensions_that_fall_due_together_the_later_date_stands(int daysBetween)
    {
        var task = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        await planned.PlanAsync(officer, new([task], Hanoi(2020, 1, 11), "Dịch bệnh", null), Effective, Day, Issue);
        await planned.PlanAsync(officer, new([task], Hanoi(2020, 1, 21), "Bão", null), Effective.AddDays(daysBetween), Day, Issue);
        for (var taken = 1; taken > 0;) taken = await planned.ApplyDueAsync(Effective.AddDays(2));
        (await bench.ScalarAsync<string>("select string_agg(outcome, ' ' order by new_due) from deadline_extension")).ShouldBe("applied applied");
        (await bench.RowAsync("deadline", $"task_id = '{task}'"))["due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 21));
        (await bench.RowAsync("deadline_extension", "reason = 'Bão'"))["old_due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 11), "each is on record with the date it found");
    }

    [Fact]
    public async Task Of_two_planned_extensions_the_one_that_comes_second_with_an_earlier_date_is_void()
    {
        var task = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        await planned.PlanAsync(officer, new([task], Hanoi(2020, 1, 21), "Bão", null), Effective, Day, Issue);
        await planned.PlanAsync(officer, new([task], Hanoi(2020, 1, 11), "Dịch bệnh", null), Effective.AddDays(1), Day, Issue);
        for (var taken = 1; taken > 0;) taken = await planned.ApplyDueAsync(Effective.AddDays(2));
        (await bench.ScalarAsync<string>("select string_agg(outcome, ' ' order by new_due) from deadline_extension")).ShouldBe("void applied");
        (await bench.RowAsync("deadline", $"task_id = '{task}'"))["due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 21));
    }

    [Fact]
    public async Task Taking_an_extension_of_a_returned_round_back_leaves_lateness_as_it_was()
    {
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, 1, at: Hanoi(2020, 1, 3, 9));
        await bench.ReturnAsync(Officer, task, 2, due: Hanoi(2020, 1, 11), at: Hanoi(2020, 1, 6, 9));
        var officer = await bench.ActorAsync(Officer);
        (await bench.Extend.ExtendAsync(officer, new([task], Hanoi(2020, 1, 21), "Bão", null), Hanoi(2020, 1, 7, 9), Issue)).Extended.ShouldBe(1);
        var extension = await bench.ScalarAsync<Guid>("select id from deadline_extension");
        (await planned.UndoAsync(officer, extension, "Nhầm", Hanoi(2020, 1, 7, 10), Issue)).ShouldBeNull();
        (await bench.RowAsync("deadline", $"task_id = '{task}' and purpose = 'work'"))["extended_due"].ShouldBeNull("handed in on 03/01, late against 01/01, before and after");
    }

    [Fact]
    public async Task Taking_the_second_extension_back_leaves_the_first_in_force_and_is_done_once()
    {
        var task = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        foreach (var day in new[] { 11, 21 }) await bench.Extend.ExtendAsync(officer, new([task], Hanoi(2020, 1, day), "Bão", null), Day, Issue);
        var second = await bench.ScalarAsync<Guid>($"select id from deadline_extension where new_due = '{Hanoi(2020, 1, 21):O}'");
        (await planned.UndoAsync(officer, second, "Nhầm", Day, Issue)).ShouldBeNull();
        (await bench.RowAsync("deadline", $"task_id = '{task}'"))["extended_due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 11));

        // The same date granted anew is another extension; the one taken back stays so.
        await bench.Extend.ExtendAsync(officer, new([task], Hanoi(2020, 1, 21), "Bão", null), Day, Issue);
        (await planned.UndoAsync(officer, second, "Nhầm", Day, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.RowAsync("deadline", $"task_id = '{task}'"))["extended_due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 21));
    }

    [Fact]
    public async Task An_extension_planned_twice_with_one_operation_id_is_planned_once()
    {
        var task = await bench.AddAsync();
        var command = new ExtendDeadline.Command([task], Hanoi(2020, 1, 11), "Dịch bệnh", null, "op-1");
        var officer = await bench.ActorAsync(Officer);
        var answers = await Task.WhenAll(planned.PlanAsync(officer, command, Effective, Day, Issue), planned.PlanAsync(officer, command, Effective, Day, Issue));
        foreach (var (answer, id) in answers.Append(await planned.PlanAsync(officer, command, Effective, NewDue, Issue))) (answer.Extended, id).ShouldBe((1, answers[0].Id));
        (await bench.ScalarAsync<long>("select count(*) from deadline_extension")).ShouldBe(1);
        (await planned.PlanAsync(officer, command, Effective.AddDays(1), Day, Issue)).Answer.Refused.ShouldBeOfType<TaskAnswer.OperationReused>();
        (await bench.Extend.ExtendAsync(officer, command, Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.OperationReused>();
    }

    /// <summary>A statement that takes half a minute is broken off, so this asserts no time.</summary>
    [Fact]
    public async Task Thousands_of_planned_extensions_that_PostgreSQL_has_not_counted_yet_are_found_by_their_keys()
    {
        await bench.ExecuteAsync("analyze task, deadline, task_spec, deadline_extension");
        await bench.AddManyAsync();
        var tasks = await bench.MostTasksAsync();
        (await planned.PlanAsync(await bench.ActorAsync(Officer), new(tasks, NewDue, "Bão", null), Effective, Day, Issue)).Answer.Extended.ShouldBe(tasks.Count);
        var applied = 0;
        for (var taken = 1; taken > 0;) applied += taken = await planned.ApplyDueAsync(Effective);
        applied.ShouldBe(tasks.Count);
        (await bench.ScalarAsync<long>($"select count(*) from deadline where due = '{NewDue:O}'")).ShouldBe(tasks.Count);
    }
}
