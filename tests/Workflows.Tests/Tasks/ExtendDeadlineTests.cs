using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

public sealed class ExtendDeadlineTests
{
    private static readonly DateTimeOffset NewDue = Hanoi(2020, 1, 16);
    private static readonly DateTimeOffset Day = Hanoi(2019, 12, 30, 9);

    [Fact]
    public async Task Open_tasks_move_and_done_ones_stay()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (open, submitted, done, undated) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI"), await bench.AddAsync(review: false), await bench.AddAsync(dated: false));
        await bench.CompleteAsync(Stranger, submitted);
        await bench.CompleteAsync(Chair, done);
        var answer = await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new([open, submitted, done, undated], NewDue, "Dịch bệnh", "45/TB-CĐYT"), Day, Issue);
        answer.Refused.ShouldBeNull();
        answer.Lines.ToDictionary(l => l.TaskId, l => l.Result).ShouldBe(new Dictionary<Guid, ExtensionResult>
        {
            [open] = ExtensionResult.Extended,
            [submitted] = ExtensionResult.Extended,
            [done] = ExtensionResult.Done,
            [undated] = ExtensionResult.NoDeadline,
        }, ignoreOrder: true);
        (await bench.ScalarAsync<long>($"select count(*) from deadline where purpose = 'work' and extended_due = '{NewDue:O}' and due = extended_due and legal_due = '{Due:O}'")).ShouldBe(2);
        // Fifteen days more: T-10 on 31/12 comes again for the new date; who has handed in is left alone.
        (await bench.NextAsync(open)).ShouldBe(Hanoi(2019, 12, 31, 8));
        (await bench.NextAsync(submitted)).ShouldBeNull();
        (await bench.RowAsync("deadline_extension", $"task_id = '{open}'"))["document"]!.ToString().ShouldBe("45/TB-CĐYT");
        (await bench.TaskRowAsync(open))["revision"]!.GetValue<int>().ShouldBe(1);
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new([open], NewDue, "Dịch bệnh", null), Day, Issue)).Lines.Single().Result.ShouldBe(ExtensionResult.NotLater);
    }

    /// <summary>A statement that takes half a minute is broken off, so this asserts no time.</summary>
    [Fact]
    public async Task Thousands_of_tasks_that_PostgreSQL_has_not_counted_yet_are_found_by_their_keys()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.ExecuteAsync("analyze task, deadline, task_spec");
        await bench.AddManyAsync();
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new(await bench.MostTasksAsync(), NewDue, "Bão", null), Day, Issue)).Extended.ShouldBe(ExtendDeadline.MaximumTasks);
    }

    [Fact]
    public async Task An_internal_date_moves_without_making_anybody_late()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.ExecuteAsync($"update deadline set legal_due = null, target_due = due where task_id = '{task}'");
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new([task], NewDue, "Lùi", null), Day, Issue)).Extended.ShouldBe(1);
        var row = await bench.RowAsync("deadline", $"task_id = '{task}'");
        row["extended_due"].ShouldBeNull();
        row["target_due"]!.ToString().ShouldBe(row["due"]!.ToString());
    }

    [Fact]
    public async Task Who_may_not_extends_nothing()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Stranger), new([task], NewDue, "x", null), Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.NotFound>();
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Chair), new([task], NewDue, "x", null), Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new([task], NewDue, " ", null), Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.Extend.ExtendAsync(await bench.ActorAsync(Officer), new([task], Day, "x", null), Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.ScalarAsync<long>("select count(*) from deadline_extension")).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_operation_gets_the_same_answer_and_moves_nothing_twice()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (open, done) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI", review: false));
        await bench.CompleteAsync(Stranger, done);
        var officer = await bench.ActorAsync(Officer);
        var command = new ExtendDeadline.Command([open, done], NewDue, "Dịch bệnh", "45/TB-CĐYT", "gia-han-1");

        // Sent twice at once, and once more when the new date has passed: three times one answer.
        var answers = await Task.WhenAll(bench.Extend.ExtendAsync(officer, command, Day, Issue), bench.Extend.ExtendAsync(officer, command, Day, Issue));
        foreach (var answer in answers.Append(await bench.Extend.ExtendAsync(officer, command with { TaskIds = [done, open, done] }, NewDue.AddDays(1), Issue)))
        {
            answer.Refused.ShouldBeNull();
            answer.Lines.ToDictionary(l => l.TaskId, l => (l.Result, l.OldDue)).ShouldBe(
                new Dictionary<Guid, (ExtensionResult, DateTimeOffset?)> { [open] = (ExtensionResult.Extended, Due), [done] = (ExtensionResult.Done, Due) }, ignoreOrder: true);
        }

        (await bench.ScalarAsync<long>("select count(*) from deadline_extension")).ShouldBe(1);
        (await bench.ScalarAsync<long>("select count(*) from audit where action = 'deadline.extended'")).ShouldBe(1);
        (await bench.Extend.ExtendAsync(officer, command with { Reason = "Lý do khác" }, Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.OperationReused>();
        (await bench.Extend.ExtendAsync(officer, command with { OperationId = "" }, Day, Issue)).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["operationId"]);
        (await bench.ScalarAsync<long>("select count(*) from deadline_extension")).ShouldBe(1);
    }

    [Fact]
    public async Task A_selection_named_again_is_the_same_operation_though_it_finds_other_tasks()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (first, second) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI"));
        var officer = await bench.ActorAsync(Officer);
        var command = new ExtendDeadline.Command([first], NewDue, "Dịch bệnh", null, "gia-han-2", "plan hoiNghi *");

        (await bench.Extend.ExtendAsync(officer, command, Day, Issue)).Extended.ShouldBe(1);
        (await bench.Extend.ExtendAsync(officer, command with { TaskIds = [first, second] }, Day, Issue)).Lines.Select(l => l.TaskId).ShouldBe([first]);
        (await bench.RowAsync("deadline", $"task_id = '{second}'"))["extended_due"].ShouldBeNull();
    }
}
