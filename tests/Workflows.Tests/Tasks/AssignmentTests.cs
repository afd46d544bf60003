using System.Text.Json.Nodes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>Who has a task, who may have it, what is said about it, and the first look.</summary>
public sealed class AssignmentTests
{
    [Fact]
    public async Task Claim_release_and_reassign_change_the_revision()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var (chair, vice, officer) = (await bench.ActorAsync(Chair), await bench.ActorAsync(ViceChair), await bench.ActorAsync(Officer));
        (await bench.Claim.ClaimAsync(chair, new(task, 1, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>().Revision.ShouldBe(2);
        (await bench.Claim.ClaimAsync(chair, new(task, 2, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
        (await bench.Release.ReleaseAsync(vice, new(task, 2, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.Reassign.ReassignAsync(vice, new(task, 2, null, vice.PersonId, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.Reassign.ReassignAsync(officer, new(task, 2, null, officer.PersonId, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.Reassign.ReassignAsync(chair, new(task, 2, null, vice.PersonId, "Nghỉ phép"), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>().Revision.ShouldBe(3);
        (await bench.Release.ReleaseAsync(officer, new(task, 3, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>().Revision.ShouldBe(4);
        (await bench.TaskRowAsync(task))["assignee_id"].ShouldBeNull();
        (await bench.Release.ReleaseAsync(vice, new(task, 4, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
        (await bench.ScalarAsync<string>($"select string_agg(action, ' ' order by id) from audit where task_id = '{task}'"))
            .ShouldBe("task.claimed task.reassigned task.released");
    }

    [Fact]
    public async Task Comments_leave_the_revision_alone_and_follow_up_is_the_owners()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var (chair, officer) = (await bench.ActorAsync(Chair), await bench.ActorAsync(Officer));
        var first = await bench.Comment.CommentAsync(chair, new(task, "c-1", " Đang làm ", false), Issue, Issue);
        first.ShouldBeOfType<TaskAnswer.Done>().Revision.ShouldBe(1);
        (await bench.Comment.CommentAsync(chair, new(task, "c-1", " Đang làm ", false), Issue.AddDays(1), Issue)).ShouldBe(first);
        (await bench.Comment.CommentAsync(chair, new(task, null, "", false), Issue, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.Comment.CommentAsync(chair, new(task, null, "x", true), Issue, Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.Comment.CommentAsync(officer, new(task, null, "Đã gọi điện", true), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Comment.CommentAsync(await bench.ActorAsync(Stranger), new(task, null, "x", false), Issue, Issue)).ShouldBeOfType<TaskAnswer.NotFound>();
        (await bench.ScalarAsync<string>($"select string_agg(kind || '=' || text, ' ' order by kind) from task_comment where task_id = '{task}'"))
            .ShouldBe("comment=Đang làm follow-up=Đã gọi điện");
    }

    [Fact]
    public async Task A_draft_is_its_writers_and_goes_with_the_submission()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var chair = await bench.ActorAsync(Chair);
        (await bench.Draft.SaveAsync(chair, new(task, JsonNode.Parse("""{"a":1}""")!.AsObject()), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Draft.SaveAsync(chair, new(task, JsonNode.Parse("""{"a":2}""")!.AsObject()), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Draft.SaveAsync(await bench.ActorAsync(Officer), new(task, []), Issue, Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await bench.Draft.SaveAsync(chair, new(task, new JsonObject { ["a"] = new string('x', 1 << 20) }), Issue, Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.RowAsync("task_draft", "true"))["data"]!["a"]!.GetValue<int>().ShouldBe(2);
        (await bench.ScalarAsync<long>("select count(*) from audit where task_id is not null")).ShouldBe(0);
        await bench.CompleteAsync(Chair, task);
        (await bench.ScalarAsync<long>("select count(*) from task_draft")).ShouldBe(0);
        (await bench.Draft.SaveAsync(chair, new(task, []), Issue, Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
    }

    [Fact]
    public async Task Only_the_first_look_of_who_may_act_is_noted()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        (await bench.Open.OpenAsync(await bench.ActorAsync(Officer), task, Issue, Issue)).ShouldBeFalse();
        (await bench.Open.OpenAsync(await bench.ActorAsync(Chair), task, Issue, Issue)).ShouldBeTrue();
        (await bench.Open.OpenAsync(await bench.ActorAsync(ViceChair), task, Issue, Issue)).ShouldBeFalse();
        (await bench.TaskRowAsync(task))["revision"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Rights_begin_and_end_at_midnight_in_Vietnam()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (load, id) = (new LoadActor(bench.Database), (await bench.ActorAsync(Chair)).PersonId);
        await bench.ExecuteAsync($"update role_assignment set valid_from = '2020-03-16', valid_to = '2020-03-28' where person_id = '{id}'");
        (await load.ReadAsync(id, Hanoi(2020, 3, 15, 23, 59, 59)))!.Grants.ShouldBeEmpty();
        (await load.ReadAsync(id, Hanoi(2020, 3, 16)))!.Grants.Single().Role.ShouldBe("Chair");
        (await load.ReadAsync(id, Hanoi(2020, 3, 27, 23, 59, 59), Guid.Empty))!.OnBehalfOf.ShouldBe(Guid.Empty);
        (await load.ReadAsync(id, Hanoi(2020, 3, 28)))!.Grants.ShouldBeEmpty();
        await bench.ExecuteAsync($"update person set is_active = false where id = '{id}'");
        (await load.ReadAsync(id, Hanoi(2020, 3, 16))).ShouldBeNull();
        (await load.ReadAsync(Guid.NewGuid(), Hanoi(2020, 3, 16))).ShouldBeNull();
    }

    [Fact]
    public async Task A_deputy_works_on_what_the_principal_holds_and_both_are_recorded()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var (chair, vice) = (await bench.ActorAsync(Chair), await bench.ActorAsync(ViceChair));
        await bench.Claim.ClaimAsync(chair, new(task, 1, null), Issue, Issue);
        var deputy = new Actor(vice.PersonId, chair.PersonId, chair.Grants);
        (await bench.Complete.CompleteAsync(deputy, new(task, 2, null, null, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        var audit = await bench.RowAsync("audit", "action = 'task.submitted'");
        (audit["actor_id"]!.ToString(), audit["on_behalf_of"]!.ToString()).ShouldBe((vice.PersonId.ToString(), chair.PersonId.ToString()));
    }
}
