using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

public sealed class CompleteTaskTests
{
    private const string Form =
        """
        {"id":"ke-hoach","version":1,"title":{"vi":"Kế hoạch","en":"Plan"},"schema":{"type":"object","required":["soDaiBieu"],"properties":{
          "soDaiBieu":{"type":"integer","minimum":1,"x-label":{"vi":"Số đại biểu","en":"Delegates"}},
          "tep":{"type":"string","x-widget":"file","x-label":{"vi":"Tệp","en":"File"}}}},
         "rules":[{"id":"it","expression":"soDaiBieu < 10","level":"soft","text":{"vi":"Ít đại biểu.","en":"Few delegates."},"fields":["soDaiBieu"]}]}
        """;

    [Fact]
    public async Task With_review_it_is_submitted_and_the_owners_clock_starts()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var done = (await bench.CompleteAsync(Chair, task, data: """{"a":1}""")).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Round, done.Revision, done.MovesInstance).ShouldBe(("submitted", 1, 2, false));
        var row = await bench.TaskRowAsync(task);
        row["first_submitted_at"]!.ToString().ShouldBe(row["submitted_at"]!.ToString());
        row["assignee_id"]!.ToString().ShouldBe((await bench.ActorAsync(Chair)).PersonId.ToString());
        (await bench.NextAsync(task)).ShouldBeNull();
        // Three working days after Friday 27/12 are 30, 31/12 and, with the holiday between, 02/01.
        (await bench.ScalarAsync<DateTime>($"select due from deadline where task_id = '{task}' and purpose = 'review'")).ShouldBe(Hanoi(2020, 1, 3).UtcDateTime);
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(0);
        (await bench.RowAsync("audit", $"task_id = '{task}'"))["action"]!.ToString().ShouldBe("task.submitted");
    }

    [Fact]
    public async Task Without_review_it_is_completed_and_moves_the_instance()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(review: false, outcomes: [new("Approve", new("Đồng ý")), new("Reject", new("Không đồng ý"))]);
        (await bench.CompleteAsync(Chair, task, outcome: "Maybe")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["outcome"]);
        (await bench.CompleteAsync(Chair, task, outcome: "Approve", data: """{"b":[1]}""")).ShouldBeOfType<TaskAnswer.Done>().MovesInstance.ShouldBeTrue();
        var body = (await bench.RowAsync("instance_event", "kind = 'task-done'"))["body"]!;
        body["outcome"]!.ToString().ShouldBe("Approve");
        body["data"]!.ToJsonString().ShouldBe("""{"b":[1]}""".Replace(" ", "", StringComparison.Ordinal));
        body["contextId"]!.ToString().ShouldBe("ctx");
        (await bench.TaskRowAsync(task))["status"]!.ToString().ShouldBe("completed");
    }

    [Fact]
    public async Task The_form_is_checked_before_anything_is_written()
    {
        await using var bench = await TaskBench.CreateAsync();
        (await bench.Forms.AddAsync(Form)).ShouldBeEmpty();
        (await bench.Forms.AddAsync(Form)).ShouldBeEmpty();
        (await bench.Forms.AddAsync(Form.Replace("Ít", "Quá ít", StringComparison.Ordinal))).Single().Place.ShouldBe("/version");
        var task = await bench.AddAsync(form: "ke-hoach");
        (await bench.CompleteAsync(Chair, task, data: "{}")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["soDaiBieu"]);
        (await bench.CompleteAsync(Chair, task, data: $$"""{"soDaiBieu":20,"tep":"{{Guid.Empty}}"}""")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["tep"]);
        (await bench.CompleteAsync(Chair, task, data: """{"soDaiBieu":5}""")).ShouldBeOfType<TaskAnswer.ExplanationRequired>().Rules.Keys.ShouldBe(["it"]);
        (await bench.TaskRowAsync(task))["revision"]!.GetValue<int>().ShouldBe(1);
        (await bench.CompleteAsync(Chair, task, data: """{"soDaiBieu":5}""", explanations: new() { ["it"] = "Đơn vị nhỏ" })).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.RowAsync("task_round", $"task_id = '{task}'"))["explanations"]!["it"]!.ToString().ShouldBe("Đơn vị nhỏ");
    }

    [Fact]
    public async Task Who_may_not_is_told_no_more_than_they_may_know()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        (await bench.CompleteAsync(Stranger, task)).ShouldBeOfType<TaskAnswer.NotFound>();
        (await bench.CompleteAsync(Chair, Guid.NewGuid())).ShouldBeOfType<TaskAnswer.NotFound>();
        (await bench.CompleteAsync(Officer, task)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.CompleteAsync(Chair, task, revision: null)).ShouldBeOfType<TaskAnswer.MissingRevision>();
        (await bench.AcceptAsync(Chair, task, 1)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.CloseAsync(Chair, task, 1)).ShouldBeOfType<TaskAnswer.Forbidden>();
    }

    [Fact]
    public async Task A_stale_revision_is_told_what_happened()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task);
        var lost = (await bench.CompleteAsync(ViceChair, task)).ShouldBeOfType<TaskAnswer.Conflict>();
        (lost.Status, lost.Revision).ShouldBe(("submitted", 2));
        lost.Happened.Action.ShouldBe("task.submitted");
        lost.Happened.Sentence.Vi.ShouldStartWith("Chủ tịch (");
        lost.Happened.Sentence.Vi.ShouldEndWith(") đã nộp lúc 09:00 ngày 27/12/2019.");
        lost.Happened.Sentence.En.ShouldEndWith(") handed it in at 09:00 on 27/12/2019.");
    }

    [Fact]
    public async Task The_same_operation_gets_the_same_answer_and_another_body_none()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var first = await bench.CompleteAsync(Chair, task, operation: "op-1", data: """{"a":1}""");
        (await bench.CompleteAsync(Chair, task, operation: "op-1", data: """{"a":1}""", at: Hanoi(2020, 1, 5))).ShouldBe(first);
        (await bench.CompleteAsync(Chair, task, operation: "op-1", data: """{"a":2}""")).ShouldBeOfType<TaskAnswer.OperationReused>();
        (await bench.CompleteAsync(ViceChair, task, operation: "op-1", data: """{"a":1}""")).ShouldBeOfType<TaskAnswer.Conflict>();
        (await bench.ScalarAsync<long>($"select count(*) from task_round where task_id = '{task}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Text_that_cannot_be_stored_is_refused()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        (await bench.CompleteAsync(Chair, task, data: """{"a":"x\u0000y"}""")).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.CompleteAsync(Chair, task, data: """{"a":"\ud800"}""")).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.CompleteAsync(Chair, task, data: """{"a":1e999}""")).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.CloseAsync(Officer, task, 1, "a\0b")).ShouldBeOfType<TaskAnswer.Invalid>();
    }

    [Fact]
    public async Task A_claimed_task_is_its_assignees()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.Claim.ClaimAsync(await bench.ActorAsync(ViceChair), new(task, 1, null), Issue, Issue);
        (await bench.CompleteAsync(Chair, task, 2)).ShouldBeOfType<TaskAnswer.Conflict>().Happened.Action.ShouldBe("task.claimed");
        (await bench.CompleteAsync(ViceChair, task, 2)).ShouldBeOfType<TaskAnswer.Done>();
    }
}
