using Npgsql;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Requests;

/// <summary>The part of <see cref="CommitBursts"/> that asks for requests, and takes back those that nothing waits for any more.</summary>
internal static class HttpJobStatements
{
    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now, DateTimeOffset recordedAt)
    {
        // One that is on its way at this moment is passed over, never waited for: its answer will find no wait.
        var ended = bursts.SelectMany(b => b.Result.Effects.HttpJobsEnded).ToArray();
        if (ended.Length > 0)
            yield return Statement("""
                -- HttpJobStatements.Cancel
                with free as (
                  select id from http_job where id = any($1) and status = 'queued' order by id for update skip locked)
                update http_job j set status = 'cancelled', finished_at = $2, request = j.request - '{authorization,headers,content}'::text[] from free where j.id = free.id
                """, Uuids(ended), Instant(now));
        var asked = bursts.SelectMany(b => b.Result.Effects.HttpJobs.Select(j => (b.Id, Job: j))).ToArray();
        if (asked.Length > 0)
            yield return Statement("""
                -- HttpJobStatements.Ask
                insert into http_job (id, instance_id, bookmark_id, request, next_attempt_at, created_at)
                select n.id, n.instance_id, n.bookmark_id, n.request, $5, $6 from unnest($1, $2, $3, $4) as n(id, instance_id, bookmark_id, request)
                """, Uuids([.. asked.Select(a => a.Job.Id)]), Uuids([.. asked.Select(a => a.Id)]), Uuids([.. asked.Select(a => a.Job.BookmarkId)]),
                Jsons([.. asked.Select(a => a.Job.Request.ToJsonString())]), Instant(recordedAt), Instant(now));
    }
}
