using WorkflowEngine.Storage;
using WorkflowHost.Scheduling;
using Workflows.Tests.Identity;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>What the nightly job removes, and what it leaves.</summary>
public sealed class HousekeepingTests
{
    [Fact]
    public async Task Broken_uploads_old_answers_and_old_events_go_and_what_is_needed_stays()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.ExecuteAsync($"""
            insert into attachment (id, task_id, round, name, media_type, size, sha256, uploaded_by, uploaded_at, complete)
              select gen_random_uuid(), '{task}', 1, n.name, 'application/pdf', 1, 'x', gen_random_uuid(), n.at::timestamptz, n.done
              from (values ('broken', '2019-12-15 05:00Z', false), ('running', '2019-12-17 04:00Z', false), ('whole', '2019-01-01 05:00Z', true)) as n(name, at, done);
            insert into task_operation (task_id, actor_id, operation_id, body_hash, answer, at)
              select '{task}', gen_random_uuid(), n.name, 'x', '1', n.at::timestamptz from (values ('old', '2019-11-01 05:00Z'), ('new', '2019-12-01 05:00Z')) as n(name, at);
            insert into deadline_operation (actor_id, operation_id, body_hash, answer, at)
              select gen_random_uuid(), n.name, 'x', '1', n.at::timestamptz from (values ('old', '2019-11-01 05:00Z'), ('new', '2019-12-01 05:00Z')) as n(name, at);
            insert into run_task_answer (hash, answered_at) values ('old', '2019-11-01 05:00Z'), ('new', '2019-12-01 05:00Z');
            insert into payload (id, body, created_at) select n.id::uuid, '1', n.at::timestamptz
              from (values ('00000000-0000-0000-0000-000000000001', '2019-11-01Z'), ('00000000-0000-0000-0000-000000000002', '2019-12-01Z')) as n(id, at);
            insert into stimulus (id, name, hash, payload_id, received_at, expires_at) select gen_random_uuid(), n.name, 'x', n.id::uuid, n.at::timestamptz, n.at::timestamptz
              from (values ('old', '00000000-0000-0000-0000-000000000001', '2019-11-01Z'), ('unmatched', '00000000-0000-0000-0000-000000000002', '2019-12-01Z')) as n(name, id, at)
            """);
        var job = new Housekeeping(bench.Database, new BusinessClock(new SetTime(Issue)), bench.Attach, new ArchiveFinished(bench.Database),
            new WorkflowHost.Scheduling.RecordRuns(bench.Database, new SetTime(Issue), new WorkflowHost.Scheduling.ThisHost(new SetTime(Issue))), new SetTime(Issue));

        (await job.RunAsync(CancellationToken.None)).ShouldBe(6);
        (await job.RunAsync(CancellationToken.None)).ShouldBe(0, "twice removes nothing more");

        (await bench.ScalarAsync<string>("select string_agg(name, ' ' order by name) from attachment")).ShouldBe("running whole");
        (await bench.ScalarAsync<string>("select string_agg(operation_id, ' ') from task_operation")).ShouldBe("new");
        (await bench.ScalarAsync<string>("select string_agg(operation_id, ' ') from deadline_operation")).ShouldBe("new");
        (await bench.ScalarAsync<string>("select string_agg(hash, ' ') from run_task_answer")).ShouldBe("new");
        (await bench.ScalarAsync<string>("select string_agg(name, ' ') from stimulus")).ShouldBe("unmatched");
        (await bench.ScalarAsync<long>("select count(*) from payload")).ShouldBe(1);
    }
}
