using Npgsql;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>Two at once: both have read the task before either writes; one wins, the other is told exactly what happened.</summary>
public sealed class TaskRaceTests
{
    [Fact]
    public async Task Of_two_completions_one_wins_and_the_other_is_told()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(review: false);
        var answers = await AtOnceAsync(bench, task, () => bench.CompleteAsync(Chair, task, data: """{"by":"chair"}"""), () => bench.CompleteAsync(ViceChair, task, data: """{"by":"vice"}"""));
        var lost = answers.OfType<TaskAnswer.Conflict>().ShouldHaveSingleItem();
        answers.OfType<TaskAnswer.Done>().ShouldHaveSingleItem();
        var winner = (await bench.TaskRowAsync(task))["assignee_id"]!.ToString();
        lost.Happened.PersonId.ToString().ShouldBe(winner);
        (lost.Happened.Action, lost.Happened.At, lost.Status, lost.Revision).ShouldBe(("task.completed", Hanoi(2019, 12, 27, 9), "completed", 2));
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
        (await bench.ScalarAsync<long>($"select count(*) from task_round where task_id = '{task}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_completion_and_closing_one_wins()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(review: false);
        var answers = await AtOnceAsync(bench, task, () => bench.CompleteAsync(Chair, task), () => bench.CloseAsync(Officer, task, 1));
        answers.OfType<TaskAnswer.Done>().ShouldHaveSingleItem();
        var lost = answers.OfType<TaskAnswer.Conflict>().ShouldHaveSingleItem();
        lost.Happened.Action.ShouldBe(answers[0] is TaskAnswer.Done ? "task.completed" : "task.closed");
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_operation_sent_twice_at_once_is_done_once()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var answers = await AtOnceAsync(bench, task, () => bench.CompleteAsync(Chair, task, operation: "op"), () => bench.CompleteAsync(Chair, task, operation: "op"));
        answers[0].ShouldBeOfType<TaskAnswer.Done>();
        answers[1].ShouldBe(answers[0]);
        (await bench.ScalarAsync<long>($"select count(*) from audit where task_id = '{task}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_completion_against_an_extension_moves_no_done_task()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(review: false);
        var officer = await bench.ActorAsync(Officer);
        ExtensionAnswer? extension = null;
        await AtOnceAsync(bench, task,
            () => bench.CompleteAsync(Chair, task),
            async () =>
            {
                extension = await bench.Extend.ExtendAsync(officer, new([task], Hanoi(2020, 2, 1), "x", null), Hanoi(2019, 12, 27, 9), Issue);
                return new TaskAnswer.NotFound();
            });
        var row = await bench.RowAsync("deadline", $"task_id = '{task}'");
        row["next_at"].ShouldBeNull();
        (extension!.Extended == 1).ShouldBe(row["extended_due"] is not null);
    }

    [Fact]
    public async Task Nobody_who_completes_a_task_waits_for_the_runner()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(review: false);
        await using var runner = await bench.Database.OpenConnectionAsync();
        await using var transaction = await runner.BeginTransactionAsync();
        await using (var held = new NpgsqlCommand("select 1 from instance for no key update", runner)) await held.ExecuteNonQueryAsync();
        using var patience = new CancellationTokenSource(Postgres.Patience);
        (await bench.CompleteAsync(Chair, task, stop: patience.Token)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
    }

    /// <summary>Holds the task's row until both wait for it, so that both have read it as it was.</summary>
    private static async Task<TaskAnswer[]> AtOnceAsync(TaskBench bench, Guid task, Func<Task<TaskAnswer>> one, Func<Task<TaskAnswer>> other)
    {
        await using var holder = await bench.Database.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var held = new NpgsqlCommand("select 1 from task where id = $1 for update", holder) { Parameters = { new() { Value = task } } })
            await held.ExecuteNonQueryAsync();
        var both = new[] { Task.Run(one), Task.Run(other) };
        while (await bench.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < 2)
            if (both.Any(t => t.IsCompleted)) break;
        await transaction.RollbackAsync();
        return await Task.WhenAll(both);
    }
}
