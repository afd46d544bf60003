using Npgsql;
using NpgsqlTypes;
using Quartz;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>
/// Runs a calendar job and keeps what came of it (table <c>job_run</c>). A paused job is left out; its pause is a row of ours and not Quartz's, which
/// forgets it when a host starts and writes its schedules anew.
/// </summary>
/// <remarks>What survives a crash here: a run without an end, which says that its host died under it.</remarks>
public sealed class RecordRuns(NpgsqlDataSource database, TimeProvider system, ThisHost host)
{
    private const string Begin =
        """
        -- RecordRuns.Begin
        insert into job_run (id, job, host, scheduled_at, started_at) values ($1, $2, $3, $4, $5)
        """;

    private const string End =
        """
        -- RecordRuns.End
        update job_run set ended_at = $2, outcome = $3, error = $4 where id = $1 and ended_at is null
        """;

    /// <summary>Runs it unless it is paused; an error is kept and thrown on to Quartz.</summary>
    public async Task RunAsync(IJobExecutionContext context, Func<CancellationToken, Task<int>> job, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(job);
        var name = context.JobDetail.Key.Name;
        if ((await Lanes.PausedAsync(database, cancellation)).Contains(name)) return;
        var id = Guid.CreateVersion7(system.GetUtcNow());
        await ExecuteAsync(Begin, cancellation, Db.P(id), Db.P(name), Db.P(host.Name), Db.Instant(BusinessClock.Whole(context.ScheduledFireTimeUtc ?? context.FireTimeUtc)), Now());
        try
        {
            var done = await job(cancellation);
            context.Result = done;
            await ExecuteAsync(End, cancellation, Db.P(id), Now(), Db.P((long)done), Db.P<string?>(null, NpgsqlDbType.Text));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await ExecuteAsync(End, CancellationToken.None, Db.P(id), Now(), Db.P<long?>(null, NpgsqlDbType.Bigint), Db.P(failure.Message));
            throw;
        }
    }

    private NpgsqlParameter Now() => Db.Instant(BusinessClock.Whole(system.GetUtcNow()));

    private async Task ExecuteAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Db.Command(connection, sql, parameters).ExecuteNonQueryAsync(cancellation);
    }
}
