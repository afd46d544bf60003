using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>What happened at one instant of a clock move.</summary>
public sealed record FiredAt(DateTimeOffset At, int Timers, int Rungs, int Digests, int Instances, int Mails);

/// <summary>Where the clock came to, and what fired on the way.</summary>
/// <param name="Answer">Moved; WouldMoveBack; NotInProduction.</param>
/// <param name="IsQuiet">False: something still is not done (another host holds it, or it fails again and again).</param>
public sealed record ClockAdvance(ClockMove Answer, DateTimeOffset Now, IReadOnlyList<FiredAt> Fired, bool IsQuiet = true);

/// <summary>
/// Moves the business clock of a demo or test forward, as if the time had passed: stops at each instant at which something falls due, does all of
/// it with the pulse's own code, goes on to the next, and ends at the target when nothing is ready any more.
/// </summary>
/// <remarks>
/// What survives a crash here: the clock stands at the last instant reached, and what is due there is due for the next pulse. Mails that the
/// server does not take wait in their back-off: they are instants on the way (at most ten each) and block nothing.
/// </remarks>
public sealed class AdvanceClock(NpgsqlDataSource database, BusinessClock clock, TimeProvider system, PulseTurn turn, CrashPoints? crashPoints = null)
{
    /// <summary>System time to wait, at one instant, for work that another host holds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private const string ReadNext =
        """
        -- AdvanceClock.Next
        select min(at) from (
          select min(next_at) as at from deadline where next_at > $1 and next_at <= $2
          union all select min(effective_at) from deadline_extension where outcome is null and effective_at > $1 and effective_at <= $2
          union all select min(effective_at) from planned_change where outcome is null and effective_at > $1 and effective_at <= $2
          union all select min(due_at) from bookmark where due_at > $1 and due_at <= $2
          union all select min(slot) from digest where closed_at is null and slot > $1 and slot <= $2
          union all select min(t.due_at) from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
            where t.due_at > $1 and t.due_at <= $2
          union all select min(next_attempt_at) from outbox where status = 'queued' and next_attempt_at > $1 and next_attempt_at <= $2
        ) as due
        """;

    /// <summary>Moves to <paramref name="target"/>; an instant before the present is refused and changes nothing.</summary>
    public async Task<ClockAdvance> RunAsync(DateTimeOffset target, CancellationToken cancellation = default)
    {
        target = BusinessClock.Whole(target);
        await using (var connection = await database.OpenConnectionAsync(cancellation)) await clock.Refresh(connection, cancellation);
        var from = clock.Now();
        if (target < from) return new ClockAdvance(ClockMove.WouldMoveBack, from, []);
        var fired = new List<FiredAt>();
        var quiet = await SettleAsync(from, fired, cancellation);
        for (var at = from; at < target;)
        {
            at = await NextAsync(at, target, cancellation) ?? target;
            var answer = await MoveAsync(at, cancellation);
            if (answer != ClockMove.Moved) return new ClockAdvance(answer, clock.Now(), fired, quiet);
            crashPoints?.Hit("clock-moved");
            quiet = await SettleAsync(at, fired, cancellation);
        }

        if (from == target && await MoveAsync(target, cancellation) is var stay && stay != ClockMove.Moved)
            return new ClockAdvance(stay, clock.Now(), fired, quiet);
        return new ClockAdvance(ClockMove.Moved, clock.Now(), fired, quiet);
    }

    /// <summary>Turns until nothing is ready. What is left and does not move within the patience is another host's, and is said so.</summary>
    private async Task<bool> SettleAsync(DateTimeOffset now, List<FiredAt> fired, CancellationToken cancellation)
    {
        var total = TurnResult.Nothing;
        var quiet = false;
        for (var idleSince = system.GetTimestamp(); ;)
        {
            var done = await turn.RunAsync(now, cancellation);
            total += done;
            if (!await PulseTurn.IsReadyAsync(database, now, cancellation))
            {
                quiet = true;
                break;
            }

            if (!done.IsIdle) idleSince = system.GetTimestamp();
            else if (system.GetElapsedTime(idleSince) > Patience) break;
            else await Task.Delay(Pause, system, cancellation);
        }

        if (!total.IsIdle) fired.Add(new FiredAt(now, total.Timers, total.Rungs, total.Digests, total.Instances, total.Mails));
        return quiet;
    }

    /// <summary>With a connection of its own, given back at once: the turns between two moves need those of the pool themselves.</summary>
    private async Task<ClockMove> MoveAsync(DateTimeOffset instant, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await clock.MoveTo(connection, instant, cancellation);
    }

    private async Task<DateTimeOffset?> NextAsync(DateTimeOffset after, DateTimeOffset target, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Db.Command(connection, ReadNext, Db.Instant(after), Db.Instant(target));
        return await command.ExecuteScalarAsync(cancellation) is DateTime next ? new DateTimeOffset(next, TimeSpan.Zero) : null;
    }
}
