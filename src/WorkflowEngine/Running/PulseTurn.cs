using System.Runtime.ExceptionServices;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Running;

/// <summary>What one turn did.</summary>
public sealed record TurnResult(int Timers, int Rungs, int Digests, int Instances, int Mails, int Rows)
{
    public static readonly TurnResult Nothing = new(0, 0, 0, 0, 0, 0);

    /// <summary>Nothing was found that could be done.</summary>
    public bool IsIdle => Timers + Rungs + Digests + Instances + Mails + Rows == 0;

    public static TurnResult operator +(TurnResult a, TurnResult b) => new(
        a.Timers + b.Timers, a.Rungs + b.Rungs, a.Digests + b.Digests, a.Instances + b.Instances, a.Mails + b.Mails, a.Rows + b.Rows);
}

/// <summary>Runs ready instances; the host gives <c>ReadyWorker.RunAllAsync</c>.</summary>
public delegate Task<int> RunReadyInstances(CancellationToken cancellation);

/// <summary>Sends what is due in the outbox at this business time; the host gives its SMTP drain.</summary>
public delegate Task<int> SendDueMails(DateTimeOffset now, CancellationToken cancellation);

/// <summary>
/// Everything that is due at one business time and not paused (<see cref="Lanes"/>), in this order: early events, triggers, timers, planned
/// changes and extensions, deadlines, digests, instances, mails. The pulse and a clock move run the same code; the pulse sends beside the rest, for a
/// wave of mails takes minutes. Any number of hosts may run it at once.
/// </summary>
public sealed class PulseTurn(
    NpgsqlDataSource database, FireTimers timers, PlannedExtensions extensions, FireDue deadlines, CloseDigests digests, RunReadyInstances instances, SendDueMails mails, PlannedChanges? changes = null)
{
    /// <summary>One whole turn: what is due, then its mails.</summary>
    public async Task<TurnResult> RunAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        (await FireAsync(now, cancellation)) with { Mails = await SendAsync(now, cancellation) };

    /// <summary>The mails that are due, until none is; returns how many the server took. A server may take minutes for each.</summary>
    public async Task<int> SendAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        (await Lanes.PausedAsync(database, cancellation)).Contains(Lanes.Mails) ? 0 : await mails(now, cancellation);

    /// <summary>
    /// All of a turn but its mails. Each step goes on until it finds less than a batch; a step may leave work for the next turn. One that fails
    /// holds up no other: its failure is thrown when all have had their turn.
    /// </summary>
    /// <exception cref="AggregateException">Several steps failed.</exception>
    public async Task<TurnResult> FireAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        var paused = await Lanes.PausedAsync(database, cancellation);
        var (failures, rungs) = (new List<Exception>(), 0);
        var fired = await StepAsync(null, int.MaxValue, () => PublishedEvents.SweepAsync(database, now, cancellation));
        fired += await StepAsync(Lanes.Triggers, FireTriggers.BatchSize, () => FireTriggers.RunAsync(database, now, cancellation));
        fired += await StepAsync(Lanes.Timers, FireTimers.BatchSize, () => timers.RunAsync(now, cancellation));
        // Before everything that units have to do at that instant: from then on others may have it.
        var rows = changes is null ? 0 : await StepAsync(null, 1, () => changes.ApplyDueAsync(now, cancellation));
        // Before the rungs of the same instant: an extension that takes effect now silences the old date's.
        await StepAsync(null, 1, () => extensions.ApplyDueAsync(now, cancellation));
        // A row with several missed rungs is taken once for each, so go on until nothing is due, not until a batch is short.
        rows += await StepAsync(Lanes.Deadlines, 1, async () =>
        {
            var batch = await deadlines.RunAsync(now, cancellation);
            rungs += batch.Rungs;
            return batch.Rows;
        });
        var closed = await StepAsync(Lanes.Deadlines, 1, () => digests.RunAsync(now, cancellation));
        var ran = await StepAsync(null, int.MaxValue, () => instances(cancellation));
        if (failures.Count == 1) ExceptionDispatchInfo.Throw(failures[0]);
        return failures.Count == 0 ? new TurnResult(fired, rungs, closed, ran, 0, rows) : throw new AggregateException(failures);

        // Again while it finds enough. Where the database is away the other steps would only wait for it too.
        async Task<int> StepAsync(string? lane, int enough, Func<Task<int>> step)
        {
            var total = 0;
            if (lane is not null && paused.Contains(lane)) return total;
            try
            {
                for (var taken = enough; taken >= enough; total += taken) taken = await step();
            }
            catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException) || e is PostgresException or { InnerException: TimeoutException })
            {
                failures.Add(e);
            }

            return total;
        }
    }

    private static readonly string ReadReady =
        $"""
        -- PulseTurn.IsReady
        select (exists (select from bookmark where due_at <= $1) and not {Lanes.IsPaused}'timers'))
          or (exists (select from deadline where next_at <= $1) and not {Lanes.IsPaused}'deadlines'))
          or (exists (select from digest g where g.closed_at is null and g.slot <= $1) and not {Lanes.IsPaused}'deadlines'))
          or (exists (select from outbox where status = 'queued' and next_attempt_at <= $1) and not {Lanes.IsPaused}'mails'))
          or exists (select from deadline_extension where outcome is null and effective_at <= $1)
          or exists (select from planned_change where outcome is null and effective_at <= $1)
          or exists (select from instance_event) or ({FireTriggers.IsDue} and not {Lanes.IsPaused}'triggers')) or {PublishedEvents.HasLost}
        """;

    /// <summary>Whether anything that is not paused is ready at <paramref name="now"/>, also what another host holds and has not committed yet.</summary>
    public static async Task<bool> IsReadyAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var batch = database.CreateBatch();
        batch.Add(PublishedEvents.ByKeys);
        batch.Add(ReadReady, Db.Instant(now));
        await using var rows = await batch.ExecuteReaderAsync(cancellation);
        await rows.NextResultAsync(cancellation);
        await rows.ReadAsync(cancellation);
        return rows.GetBoolean(0);
    }
}
