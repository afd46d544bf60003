using Npgsql;

namespace WorkflowEngine.Storage;

/// <summary>
/// Business time: the <c>now</c> of commands, bursts and SQL. System time plus the offset of the database's one
/// <c>clock</c> row, or the instant at which that row makes it stand; always whole microseconds, cut and never rounded
/// (PostgreSQL rounds up, and 23:59:59.9999999 would become midnight).
/// </summary>
/// <remarks>
/// <para>In production (not <c>movable</c>) the row is neither read nor honoured: <see cref="Now"/> is system time, and every move is refused.</para>
/// <para>In demo and test all hosts share the row. <see cref="MoveTo"/> only goes forward and leaves the clock standing, so
/// that everything fired on the way and everything a person does next happens at a known instant; <see cref="Release"/>
/// lets it run on from there. Each host sees a move of another one at its next <see cref="Refresh"/> (the pulse does one
/// each turn); until then it still gives the old time, which is never later than the new one.</para>
/// <para>Cookies, keys, time-outs and Quartz do not belong here: they use <see cref="TimeProvider"/>.</para>
/// <para>What survives a crash here: the row, so a host that comes back goes on at the moved time. A clock that runs is
/// not kept from stepping back with the machine's own clock.</para>
/// </remarks>
public sealed class BusinessClock(TimeProvider system, bool movable = false)
{
    private sealed record State(long OffsetMicroseconds, DateTimeOffset? StandingAt, long Version);

    private volatile State state = new(0, null, -1);

    private const string ReadRow =
        """
        -- Clock.Read
        select offset_us, standing_at, version from clock where id
        """;

    private const string EnsureRow =
        """
        -- Clock.EnsureRow
        insert into clock (id, offset_us, standing_at, version) values (true, 0, null, 0) on conflict (id) do nothing
        """;

    // The row's own time is compared, not this host's copy of it: two hosts that move at once both go forward.
    private const string MoveRow =
        """
        -- Clock.Move
        update clock set offset_us = 0, standing_at = @instant, version = version + 1
        where id and coalesce(standing_at, @system + offset_us * interval '1 microsecond') <= @instant
        """;

    private const string StartRow =
        """
        -- Clock.Start
        update clock set offset_us = 0, standing_at = @instant, version = version + 1
        where id and offset_us = 0 and standing_at is null
        """;

    private const string ReleaseRow =
        """
        -- Clock.Release
        update clock
        set offset_us = (extract(epoch from standing_at - @system) * 1000000)::bigint, standing_at = null, version = version + 1
        where id and standing_at is not null
        """;

    /// <summary>The business time now, UTC, whole microseconds.</summary>
    public DateTimeOffset Now()
    {
        var current = state;
        return current.StandingAt ?? Whole(system.GetUtcNow().AddTicks(current.OffsetMicroseconds * TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>Whether time stands still at the last move.</summary>
    public bool Stands => state.StandingAt is not null;

    /// <summary>Cuts to whole microseconds, in UTC. Use it wherever an instant from outside enters the system.</summary>
    public static DateTimeOffset Whole(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks;
        return new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>Takes over what the row says. Does nothing in production or when there is no row yet.</summary>
    public async Task Refresh(NpgsqlConnection connection, CancellationToken cancel = default)
    {
        if (!movable) return;
        await using var read = new NpgsqlCommand(ReadRow, connection);
        await using var rows = await read.ExecuteReaderAsync(cancel);
        await TakeOver(rows, cancel);
    }

    /// <summary>
    /// Makes the clock stand at <paramref name="instant"/> (cut to microseconds) for every host. The caller fires what
    /// falls due on the way: it moves in steps, one for each due instant (architecture §6). The instant at which the
    /// clock stands already is no move back.
    /// </summary>
    public Task<ClockMove> MoveTo(NpgsqlConnection connection, DateTimeOffset instant, CancellationToken cancel = default) =>
        Change(connection, MoveRow, Whole(instant), cancel);

    /// <summary>
    /// For the loader of a fresh demo or test database only: the first setting of a clock that was never moved, which
    /// may lie in the past (the demo begins on 17/12/2019). A clock set once answers <see cref="ClockMove.WouldMoveBack"/>.
    /// </summary>
    public Task<ClockMove> StartAt(NpgsqlConnection connection, DateTimeOffset instant, CancellationToken cancel = default) =>
        Change(connection, StartRow, Whole(instant), cancel);

    /// <summary>Lets a standing clock run on from where it stands; a running one is left alone.</summary>
    public async Task<ClockMove> Release(NpgsqlConnection connection, CancellationToken cancel = default)
    {
        var answer = await Change(connection, ReleaseRow, null, cancel);
        return answer == ClockMove.WouldMoveBack ? ClockMove.Moved : answer;
    }

    private async Task<ClockMove> Change(NpgsqlConnection connection, string sql, DateTimeOffset? instant, CancellationToken cancel)
    {
        if (!movable) return ClockMove.NotInProduction;
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EnsureRow));
#pragma warning disable CA2100 // one of the constants above
        var change = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        change.Parameters.AddWithValue("system", Whole(system.GetUtcNow()));
        if (instant is { } at) change.Parameters.AddWithValue("instant", at);
        batch.BatchCommands.Add(change);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadRow));
        await using (var rows = await batch.ExecuteReaderAsync(cancel))
            await TakeOver(rows, cancel);
        return change.RecordsAffected == 1 ? ClockMove.Moved : ClockMove.WouldMoveBack;
    }

    private async Task TakeOver(NpgsqlDataReader rows, CancellationToken cancel)
    {
        if (!await rows.ReadAsync(cancel)) return;
        var read = new State(
            rows.GetInt64(0), await rows.IsDBNullAsync(1, cancel) ? null : rows.GetFieldValue<DateTimeOffset>(1), rows.GetInt64(2));
        // Reads overtake each other on several connections; an older row must not turn time back.
        State current;
        do
        {
            current = state;
            if (read.Version < current.Version) return;
        }
        while (Interlocked.CompareExchange(ref state, read, current) != current);
    }
}
