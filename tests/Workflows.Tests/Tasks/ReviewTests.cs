using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>Accept, return, withdraw and close.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task Acceptance_moves_the_instance_with_the_rounds_data()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, data: """{"soDaiBieu":180}""");
        var done = (await bench.AcceptAsync(Officer, task, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Revision, done.MovesInstance).ShouldBe(("accepted", 3, true));
        var body = (await bench.RowAsync("instance_event", "kind = 'task-done'"))["body"]!;
        body["data"]!["soDaiBieu"]!.GetValue<int>().ShouldBe(180);
        (await bench.RowAsync("task_round", $"task_id = '{task}'"))["decision"]!.ToString().ShouldBe("accepted");
        (await bench.AcceptAsync(Officer, task, 3)).ShouldBeOfType<TaskAnswer.Conflict>().Happened.Action.ShouldBe("task.accepted");
        (await bench.ScalarAsync<long>($"select count(*) from deadline where task_id = '{task}' and (next_at is not null or stopped_at is null)")).ShouldBe(0);
    }

    [Fact]
    public async Task A_return_opens_the_next_round_with_its_own_clock_and_keeps_the_first_submission()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, data: """{"v":1}""", at: Hanoi(2019, 12, 27, 9));
        (await bench.ReturnAsync(Officer, task, 2, reason: " ")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["reason"]);
        (await bench.ReturnAsync(Officer, task, 2, due: Hanoi(2019, 12, 30))).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["newDue"]);
        var done = (await bench.ReturnAsync(Officer, task, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Round, done.Revision, done.MovesInstance).ShouldBe(("open", 2, 3, false));
        // Due 04/01 00:00, returned on 30/12: T-3, T-5 and T-10 lie before it; T-1 is 02/01 08:00, with the holiday between.
        (await bench.NextAsync(task)).ShouldBe(Hanoi(2020, 1, 2, 8));
        (await bench.NextAsync(task, "review")).ShouldBeNull();

        (await bench.CompleteAsync(Chair, task, 3, """{"v":2}""", Hanoi(2020, 1, 3, 16))).ShouldBeOfType<TaskAnswer.Done>().Round.ShouldBe(2);
        (await bench.AcceptAsync(Officer, task, 4, Hanoi(2020, 1, 6, 9))).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<string>($"select string_agg(round || ':' || decision || ':' || (data ->> 'v'), ' ' order by round) from task_round where task_id = '{task}'"))
            .ShouldBe("1:returned:1 2:accepted:2");
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Hanoi(2019, 12, 27, 9).UtcDateTime);
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
    }

    [Fact]
    public async Task A_withdrawn_first_round_no_longer_counts()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, at: Hanoi(2019, 12, 20, 9));
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Officer), new(task, 2, null, null), Hanoi(2019, 12, 25, 9), Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        var done = (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 2, null, null), Hanoi(2019, 12, 25, 9), Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Round, done.Revision).ShouldBe(("open", 1, 3));
        var row = await bench.TaskRowAsync(task);
        (row["first_submitted_at"], row["submitted_at"]).ShouldBe((null, null));
        // T-5 rang on the 24th while it lay with the owner; T-3 is next.
        (await bench.NextAsync(task)).ShouldBe(Hanoi(2019, 12, 26, 8));
        await bench.CompleteAsync(Chair, task, 3, at: Hanoi(2020, 1, 2, 9));
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Hanoi(2020, 1, 2, 9).UtcDateTime);
        (await bench.AcceptAsync(Officer, task, 4)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 5, null, null), Hanoi(2020, 1, 3, 9), Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
    }

    [Fact]
    public async Task On_a_standing_clock_a_round_can_be_withdrawn_and_handed_in_again()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, at: Issue);
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 2, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.CompleteAsync(Chair, task, 3, at: Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Issue.UtcDateTime);
        (await bench.AcceptAsync(Officer, task, 4)).ShouldBeOfType<TaskAnswer.Done>();
    }

    [Fact]
    public async Task Closing_needs_a_reason_and_ends_the_task_open_or_submitted()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (open, submitted) = (await bench.AddAsync(), await bench.AddAsync());
        await bench.CompleteAsync(Chair, submitted);
        (await bench.CloseAsync(Officer, open, 1, null)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.CloseAsync(Officer, open, 1)).ShouldBeOfType<TaskAnswer.Done>().MovesInstance.ShouldBeTrue();
        (await bench.CloseAsync(Officer, submitted, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.CloseAsync(Officer, submitted, 3)).ShouldBeOfType<TaskAnswer.Conflict>().Happened.Sentence.Vi.ShouldContain("đã đóng việc");
        (await bench.ScalarAsync<long>("select count(*) from instance_event where kind = 'task-closed' and body ->> 'reason' = 'Không phải thực hiện'")).ShouldBe(2);
        (await bench.NextAsync(open)).ShouldBeNull();
    }
}
