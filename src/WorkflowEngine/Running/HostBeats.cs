using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>A time in which no host ran, and what it delayed.</summary>
/// <param name="From">Last sign of life, system time.</param>
/// <param name="Until">Start of the first host afterwards, system time.</param>
/// <param name="BusinessAt">Business time at that start; <paramref name="Missed"/> had come by then.</param>
/// <param name="Missed">By lane, only lanes with something due; and calendar jobs whose time passed, by name.</param>
/// <param name="CaughtUpAt">System time at which nothing of it was left; null: it is being made up for.</param>
public sealed record Outage(Guid Id, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset BusinessAt, MissedWork Missed, DateTimeOffset? CaughtUpAt);

/// <summary>What had fallen due while no host ran.</summary>
public sealed record MissedWork(IReadOnlyList<LaneBacklog> Lanes, IReadOnlyList<string> Jobs);

/// <summary>
/// Signs of life. A host that starts and finds that none has been there for some seconds writes down how long that was and what fell due meanwhile,
/// before it does anything of it; the work itself needs no such note and is made up for in any case.
/// </summary>
/// <remarks>What survives a crash here: the last sign of life of each host. A host that dies between note and first turn leaves the note.</remarks>
public sealed class HostBeats(NpgsqlDataSource database, TimeProvider system)
{
    /// <summary>Between two signs of life, system time.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>A silence of all hosts that is longer than this is an outage.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private const string Hold =
        """
        -- HostBeats.Hold
        select pg_advisory_xact_lock(7301011)
        """;

    private const string LastSeen =
        """
        -- HostBeats.LastSeen
        select max(seen_at) from host_beat
        """;

    private const string Enter =
        """
        -- HostBeats.Enter
        insert into host_beat (host, started_at, seen_at) values ($1, $2, $2)
        on conflict (host) do update set started_at = excluded.started_at, seen_at = excluded.seen_at, stopped_at = null
        """;

    private const string Record =
        """
        -- HostBeats.Record
        insert into outage (id, from_at, until_at, business_at, missed) values ($1, $2, $3, $4, $5)
        """;

    private const string Touch =
        """
        -- HostBeats.Touch
        update host_beat set seen_at = $2, stopped_at = case when $3 then $2 end where host = $1
        """;

    private const string Forget =
        """
        -- HostBeats.Forget
        delete from host_beat where seen_at < $1
        """;

    // What had come by then and still waits: rows that fall due later do not count, however many they are.
    private const string Settle =
        """
        -- HostBeats.Settle
        update outage o set caught_up_at = $1
        where o.caught_up_at is null
          and not exists (select from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null where t.due_at <= o.business_at)
          and not exists (select from bookmark where due_at <= o.business_at) and not exists (select from deadline where next_at <= o.business_at)
          and not exists (select from digest where closed_at is null and slot <= o.business_at)
          and not exists (select from outbox where status = 'queued' and next_attempt_at <= o.business_at)
        """;

    private const string ReadOutages =
        """
        -- HostBeats.Outages
        select id, from_at, until_at, business_at, missed::text, caught_up_at from outage order by from_at desc limit $1
        """;

    /// <summary>Signs the host in. <paramref name="missedJobs"/> is asked for only after a silence.</summary>
    /// <returns>The outage that ends with this start, or null.</returns>
    public async Task<Outage?> StartAsync(
        string host, DateTimeOffset now, Func<NpgsqlConnection, CancellationToken, Task<IReadOnlyList<string>>> missedJobs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(missedJobs);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Command(connection, Hold).ExecuteNonQueryAsync(cancellation);
        var at = BusinessClock.Whole(system.GetUtcNow());
        var last = (await Command(connection, LastSeen).ListAsync(r => r.InstantOrNull(0), cancellation))[0];
        Outage? outage = null;
        if (last is { } from && at - from > Silence)
        {
            var lanes = (await Backlog.ReadAsync(connection, now, cancellation)).Where(l => l.Due > 0).ToArray();
            outage = new Outage(Guid.CreateVersion7(at), from, at, now, new MissedWork(lanes, await missedJobs(connection, cancellation)), null);
            await Command(connection, Record, P(outage.Id), Instant(from), Instant(at), Instant(now), Db.Json(JsonSerializer.Serialize(outage.Missed, Json))).ExecuteNonQueryAsync(cancellation);
        }

        await Command(connection, Forget, Instant(at.AddDays(-1))).ExecuteNonQueryAsync(cancellation);
        await Command(connection, Enter, P(host), Instant(at)).ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return outage;
    }

    /// <summary>Says that the host is there, or that it stops; and closes outages that are made up for.</summary>
    public async Task TouchAsync(string host, bool stops, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        var at = Instant(BusinessClock.Whole(system.GetUtcNow()));
        batch.BatchCommands.Add(Statement(Touch, P(host), at, P(stops)));
        batch.BatchCommands.Add(Statement(Settle, at.Clone()));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The last outages, newest first.</summary>
    public static async Task<IReadOnlyList<Outage>> OutagesAsync(NpgsqlConnection connection, int limit, CancellationToken cancellation = default) =>
        await Command(connection, ReadOutages, P(limit)).ListAsync(r => new Outage(
            r.GetGuid(0), r.Instant(1), r.Instant(2), r.Instant(3), JsonSerializer.Deserialize<MissedWork>(r.GetString(4), Json)!, r.InstantOrNull(5)), cancellation);
}
