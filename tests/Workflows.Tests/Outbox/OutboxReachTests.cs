using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Outbox;

public sealed class OutboxReachTests
{
    [Fact]
    public async Task A_mail_to_somebody_who_left_is_not_for_the_unit_they_left_and_one_of_before_is()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.LeftAsync(Chair, "CDCS-BVNHI");
        var (former, now, person) = (await bench.ActorAsync(Stranger), await bench.ActorAsync(Chair), (await bench.ActorAsync(Chair)).PersonId);
        await bench.ExecuteAsync($"insert into outbox (id, dedupe, kind, person_id, data, queued_at, status) values (gen_random_uuid(), 'm', 'digest', '{person}', '{{}}', '2019-12-20', 'sent')");
        var (list, resend) = (new ListOutbox(bench.Database), new ResendMail(bench.Database, TimeProvider.System));
        var bounces = new RecordBounce(bench.Database, bench.Reference, TimeProvider.System);
        var mail = await bench.ScalarAsync<Guid>("select id from outbox");

        (await list.PageAsync(former, new())).ShouldBeEmpty();
        (await list.FindAsync(former, mail)).ShouldBeNull();
        (await resend.RunAsync(former, mail, Issue)).ShouldBe(ResendAnswer.Unknown);
        (await bounces.RunAsync(former.PathsWith(Permission.Outbox), null, mail, "550", Issue)).ShouldBe(BounceAnswer.Unknown);
        (await list.PageAsync(now, new())).Count.ShouldBe(1);

        // The last day was 31/12/2017: what was queued a second before its end is the unit's.
        await bench.ExecuteAsync($"update outbox set queued_at = '{Hanoi(2018, 1, 1).AddSeconds(-1):O}'");
        (await list.PageAsync(former, new())).Count.ShouldBe(1);
        await bench.ExecuteAsync($"update outbox set queued_at = '{Hanoi(2018, 1, 1):O}'");
        (await list.PageAsync(former, new())).ShouldBeEmpty();
    }
}
