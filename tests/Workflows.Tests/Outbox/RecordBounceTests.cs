using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Outbox;

public sealed class RecordBounceTests
{
    [Fact]
    public async Task A_return_that_comes_back_is_told_to_followers_also_where_the_task_has_no_date()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync(dated: false);
        await bench.CompleteAsync(Chair, task, 1);
        (await bench.Return.ReturnAsync(await bench.ActorAsync(Officer), new(task, 2, null, "Thiếu mục 7", null), Hanoi(2019, 12, 30, 9), Issue)).ShouldBeOfType<TaskAnswer.Done>();
        await bench.ExecuteAsync("update outbox set status = 'sent', sent_at = queued_at");
        var mail = await bench.ScalarAsync<Guid>("select id from outbox where kind = 'returned' limit 1");
        (await new RecordBounce(bench.Database, bench.Reference, TimeProvider.System).RunAsync(["/"], null, mail, "550 no such user", Hanoi(2019, 12, 30, 10))).ShouldBe(BounceAnswer.Recorded);
        (await bench.ScalarAsync<long>("select count(*) from digest_line")).ShouldBeGreaterThan(0);
        while (await new CloseDigests(bench.Database, bench.Reference).RunAsync(Hanoi(2019, 12, 30, 11)) > 0) { }

        var digest = MailData.Read<DigestData>(await bench.ScalarAsync<string>("select data::text from outbox where kind = 'digest' limit 1"));
        digest.Path.ShouldBe("/overdue#not-counted");
        var group = digest.Groups.ShouldHaveSingleItem();
        (group.Deadline, group.Returned, group.Own, group.Rows.Single().Bounced).ShouldBe((null, true, false, new DateOnly(2019, 12, 30)), "somebody has to know that the unit did not get it");
    }
}
