using Npgsql;
using WorkflowEngine.Storage;
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
    public async Task A_resumption_whose_dates_cannot_be_moved_has_not_happened()
    {
        var task = await bench.AddAsync();
        var officer = await bench.ActorAsync(Officer);
        await pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue);
        await bench.ExecuteAsync("alter table deadline_extension add constraint broken check (false)");
        await Should.ThrowAsync<PostgresException>(() => pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", true, Day, Issue));
        (await bench.ScalarAsync<long>("select count(*) from deadline d join deadline_pause p on p.task_id = d.task_id where d.paused_at is not null and p.resumed_at is null")).ShouldBe(1);

        await bench.ExecuteAsync("alter table deadline_extension drop constraint broken");
        (await pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", true, Day, Issue)).ShouldBe(new PauseAnswer(1, Moved: 1));
    }

    [Fact]
    public async Task Work_that_waited_for_a_pause_to_commit_starts_no_clock_in_it()
    {
        var task = await ReviewedAsync();
        var officer = await bench.ActorAsync(Officer);
        await using (var holder = await bench.Database.OpenConnectionAsync())
        {
            await using var holding = await holder.BeginTransactionAsync();
            await Db.Command(holder, "select from task where id = $1 for update", Db.P(task)).ExecuteNonQueryAsync();
            var pausing = pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue);
            await WaitingAsync(1);
            var completing = bench.CompleteAsync(Chair, task, 1, at: Hanoi(2019, 12, 24, 9));
            await WaitingAsync(2);
            await holding.CommitAsync();
            (await pausing).Clocks.ShouldBe(1);
            (await completing).ShouldBeOfType<TaskAnswer.Done>();
        }

        (await bench.NextAsync(task, "review")).ShouldBeNull();
        (await pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", false, Day, Issue)).ShouldBe(new PauseAnswer(1));
        (await bench.NextAsync(task, "review")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_pause_that_waited_for_work_to_be_handed_in_stops_the_clock_that_started()
    {
        var task = await ReviewedAsync();
        var officer = await bench.ActorAsync(Officer);
        (await BehindAsync(task, () => pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 24, 10), Issue))).Clocks.ShouldBe(1);
        (await bench.NextAsync(task, "review")).ShouldBeNull();
    }

    [Fact]
    public async Task A_resumption_that_waited_for_work_to_be_handed_in_lets_the_clock_go_that_started()
    {
        var task = await ReviewedAsync();
        var officer = await bench.ActorAsync(Officer);
        await pause.PauseAsync(officer, [task], null, "Chờ cấp trên", Hanoi(2019, 12, 23, 9), Issue);
        (await BehindAsync(task, () => pause.ResumeAsync(officer, [task], null, "Đã có ý kiến", false, Day, Issue))).Clocks.ShouldBe(1);
        (await bench.ScalarAsync<long>("select count(*) from deadline where paused_at is not null")).ShouldBe(0);
        (await bench.NextAsync(task, "review")).ShouldNotBeNull();
    }

    private async Task<Guid> ReviewedAsync()
    {
        var task = await bench.AddAsync();
        await bench.ExecuteAsync("update task_spec set body = jsonb_set(body, '{review,ladderId}', '\"review\"')");
        return task;
    }

    /// <summary>Does something that waits for a hand-in: that one has the task's row already and commits when the other waits for it.</summary>
    private async Task<PauseAnswer> BehindAsync(Guid task, Func<Task<PauseAnswer>> second)
    {
        await bench.ExecuteAsync("""
            create function hold() returns trigger language plpgsql as $$ begin
              perform set_config('lock_timeout', '0', true), pg_advisory_xact_lock(1);
              return new;
            end $$;
            create trigger hold before update on task for each row execute function hold();
            """);
        await using var holder = await bench.Database.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await Db.Command(holder, "select pg_advisory_xact_lock(1)").ExecuteNonQueryAsync();
        var completing = bench.CompleteAsync(Chair, task, 1, at: Hanoi(2019, 12, 24, 9));
        await WaitingAsync(1);
        var behind = second();
        await WaitingAsync(2);
        await holding.CommitAsync();
        (await completing).ShouldBeOfType<TaskAnswer.Done>();
        return await behind;
    }

    private async Task WaitingAsync(int sessions)
    {
        while (await bench.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < sessions) await Task.Yield();
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
