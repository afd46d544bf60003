using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

public sealed class PauseClocksTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Day = Hanoi(2019, 12, 26, 9);

    private TaskBench bench = null!;
    private PauseClocks pause = null!;

    public async Task InitializeAsync() => pause = (bench = await TaskBench.CreateAsync()).Pause;

    public async Task DisposeAsync() => await bench.DisposeAsync();

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

    [Fact]
    public async Task A_review_clock_that_stands_still_keeps_still_when_the_work_comes_again()
    {
        var task = await bench.AddAsync();
        await bench.ExecuteAsync("update task_spec set body = jsonb_set(body, '{review,ladderId}', '\"review\"')");
        var officer = await bench.ActorAsync(Officer);
        await bench.CompleteAsync(Chair, task, 1, at: Hanoi(2019, 12, 27, 9));
        (await bench.NextAsync(task, "review")).ShouldNotBeNull();
        (await pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 27, 10), Issue)).Clocks.ShouldBe(1);
        (await bench.NextAsync(task, "review")).ShouldBeNull();
        (await bench.ReturnAsync(Officer, task, 2, at: Hanoi(2019, 12, 27, 11))).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.NextAsync(task)).ShouldBeNull("the work's clock starts in the pause and stands still like the other");
        (await bench.CompleteAsync(Chair, task, 3, at: Hanoi(2019, 12, 27, 12))).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.NextAsync(task, "review")).ShouldBeNull();
        (await pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", false, Hanoi(2019, 12, 27, 13), Issue)).ShouldBe(new PauseAnswer(1));
        (await bench.NextAsync(task, "review")).ShouldNotBeNull();
        (await bench.ScalarAsync<long>("select count(*) from deadline where paused_at is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_handed_in_or_withdrawn_in_a_pause_waits_for_its_end_too()
    {
        var task = await bench.AddAsync();
        await bench.ExecuteAsync("update task_spec set body = jsonb_set(body, '{review,ladderId}', '\"review\"')");
        var officer = await bench.ActorAsync(Officer);
        (await pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue)).Clocks.ShouldBe(1);
        await bench.CompleteAsync(Chair, task, 1, at: Hanoi(2019, 12, 24, 9));
        (await bench.NextAsync(task, "review")).ShouldBeNull();
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 2, null, null), Hanoi(2019, 12, 25, 9), Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.NextAsync(task)).ShouldBeNull();
        (await pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", false, Day, Issue)).ShouldBe(new PauseAnswer(1));
        (await bench.NextAsync(task)).ShouldBe(Hanoi(2019, 12, 30, 8));
    }

    [Fact]
    public async Task A_date_given_in_a_pause_moves_by_the_days_after_it_only()
    {
        var task = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        await bench.CompleteAsync(Chair, task, 1, at: Hanoi(2019, 12, 20, 9));
        await pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue);
        await bench.ReturnAsync(Officer, task, 2, due: Hanoi(2020, 1, 4), at: Hanoi(2019, 12, 25, 9));
        (await pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", true, Day, Issue)).ShouldBe(new PauseAnswer(1, Moved: 1));
        (await bench.RowAsync("deadline", $"task_id = '{task}' and purpose = 'work'"))["due"]!.GetValue<DateTimeOffset>().ShouldBe(Hanoi(2020, 1, 5));
    }

    [Fact]
    public async Task A_resumption_moves_the_dates_of_a_whole_country()
    {
        var plan = await bench.AddManyAsync();
        await bench.ExecuteAsync("analyze task, deadline");
        var officer = await bench.ActorAsync(Officer);
        (await pause.PauseAsync(officer, null, plan, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue)).Clocks.ShouldBe(10_001);
        (await pause.ResumeAsync(officer, null, plan, "Đã có ý kiến", true, Day, Issue)).ShouldBe(new PauseAnswer(10_001, Moved: 10_001));
    }

    /// <summary>A statement that takes half a minute is broken off, so this asserts no time.</summary>
    [Fact]
    public async Task Thousands_of_tasks_that_PostgreSQL_has_not_counted_yet_are_found_by_their_keys()
    {
        await bench.ExecuteAsync("analyze task, deadline, task_spec, deadline_pause");
        var plan = await bench.AddManyAsync();
        var officer = await bench.ActorAsync(Officer);
        (await pause.PauseAsync(officer, null, plan, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue)).Clocks.ShouldBe(10_001);
        (await pause.ResumeAsync(officer, null, plan, "Đã có ý kiến", false, Day, Issue)).ShouldBe(new PauseAnswer(10_001));
    }
}
