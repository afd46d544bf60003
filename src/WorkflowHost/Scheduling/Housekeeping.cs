using Npgsql;
using Quartz;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks.Attachments;

namespace WorkflowHost.Scheduling;

/// <summary>
/// Removes what nothing can need any more, each night, in bounded batches: shared bodies of events that are all consumed, answers kept for
/// repeated requests and early events after thirty days of business time, answers to other programs and what came of single alterations after a day, and files whose upload was
/// broken off more than a day ago. Then it moves instances that have been over for long to the archive. Running it twice, or on two hosts, removes
/// the same rows once.
/// </summary>
[DisallowConcurrentExecution]
public sealed class Housekeeping(NpgsqlDataSource database, BusinessClock clock, AddAttachment attachments, ArchiveFinished archive, RecordRuns runs, TimeProvider system) : IJob
{
    private const int Batch = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // Whoever asked has read the answer at once, or never will.
    private static readonly TimeSpan Answered = TimeSpan.FromDays(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runs.RunAsync(context, RunAsync, cancellationToken);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        const string payloads = """
            -- Housekeeping.Payloads
            delete from payload where id in (
              select p.id from payload p
              where p.created_at < $1
                and not exists (select from instance_event e where e.payload_id = p.id)
                and not exists (select from held_event h where h.payload_id = p.id)
                and not exists (select from stimulus s where s.payload_id = p.id)
              limit $2)
            """;
        const string answers = """
            -- Housekeeping.Answers
            delete from task_operation where (task_id, actor_id, operation_id) in (
              select task_id, actor_id, operation_id from task_operation where at < $1 limit $2)
            """;
        const string extensions = """
            -- Housekeeping.Extensions
            delete from deadline_operation where (actor_id, operation_id) in (
              select actor_id, operation_id from deadline_operation where at < $1 limit $2)
            """;
        const string events = """
            -- Housekeeping.Events
            delete from stimulus where id in (select id from stimulus where expires_at < $1 limit $2)
            """;
        const string runTasks = """
            -- Housekeeping.RunTasks
            delete from run_task_answer where hash in (select hash from run_task_answer where answered_at < $1 limit $2)
            """;
        const string runsOfJobs = """
            -- Housekeeping.JobRuns
            delete from job_run where id in (select id from job_run where started_at < $1 limit $2)
            """;
        const string requests = """
            -- Housekeeping.Requests
            delete from http_job where id in (select id from http_job where finished_at < $1 limit $2)
            """;
        const string calls = """
            -- Housekeeping.Calls
            delete from http_call where id in (select id from http_call where recorded_at < $1 limit $2)
            """;
        const string alterations = """
            -- Housekeeping.Alterations
            delete from alteration_job where (instance_id, event_id) in (select instance_id, event_id from alteration_job where plan_id is null and asked_at < $1 limit $2)
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (removed, total) = (0, await attachments.RemoveAbandonedAsync(clock.Now(), cancellation));
        foreach (var (sql, before) in new[] { (events, clock.Now() - Kept), (payloads, clock.Now().AddHours(-1)), (answers, clock.Now() - Kept), (extensions, clock.Now() - Kept), (runTasks, clock.Now() - Kept), (requests, clock.Now() - Kept), (runsOfJobs, system.GetUtcNow() - Kept), (calls, system.GetUtcNow() - Answered), (alterations, clock.Now() - Answered) })
            do
            {
                removed = await Db.Command(connection, sql, Db.Instant(before), Db.P(Batch)).ExecuteNonQueryAsync(cancellation);
                total += removed;
            }
            while (removed == Batch);
        return total + await archive.RunAsync(clock.Now(), cancellation);
    }
}
