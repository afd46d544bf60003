using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of a resumption.</summary>
public enum ResumeAnswer
{
    /// <summary>Taken in: from here on it cannot be lost.</summary>
    Taken,

    /// <summary>Something came for this wait before; this changes nothing.</summary>
    Already,

    /// <summary>Nothing waits so (any more).</summary>
    Unknown,
}

/// <summary>
/// Resumes one wait of an instance by its id, for whoever was given the right to. An intake: it marks the wait as taken, once, and leaves the event for
/// the instance's own burst. Waits for people and children are no rows and cannot be resumed so: their tasks and children would stay behind.
/// </summary>
public static class ResumeBookmark
{
    private const string Take =
        """
        -- ResumeBookmark.Take
        with taken as (
          update bookmark set taken_at = $3 where id = $1 and instance_id = $2 and taken_at is null returning id, instance_id)
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
        select instance_id, 'resume', json_build_object('bookmarkId', id, 'input', $4::json), $5, $6, $3 from taken
        """;

    private const string Stands =
        """
        -- ResumeBookmark.Stands
        select exists (select from bookmark where id = $1 and instance_id = $2)
        """;

    // Giving the right away is an act of its own: whoever has the address needs no account.
    private static readonly string Entrust =
        $"""
        -- ResumeBookmark.Entrust
        with seen as (
          select b.id, i.id as instance_id, i.root_id, i.unit_id from bookmark b join instance i on i.id = b.instance_id
          left join unit u on u.id = coalesce(i.unit_id, (select r.unit_id from instance r where r.id = i.root_id))
          where b.id = $1 and b.instance_id = $2 and b.taken_at is null
            and {WithinReach.Sql("$3", "$4")})
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
        select $5, $6, $7, $8, 'bookmark.entrust', root_id, instance_id, unit_id, jsonb_build_object('bookmarkId', id, 'minutes', $9::int) from seen
        """;

    /// <summary>Takes the resumption in at business time <paramref name="now"/>, in the name of whoever entrusted it.</summary>
    public static async Task<ResumeAnswer> RunAsync(
        NpgsqlDataSource database, Guid instanceId, Guid bookmarkId, JsonObject input, Guid? actorId, Guid? onBehalfOf, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(input);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var take = Command(connection, Take, P(bookmarkId), P(instanceId), Instant(now), JsonText(input.ToJsonString()),
            P(actorId, NpgsqlDbType.Uuid), P(onBehalfOf, NpgsqlDbType.Uuid));
        if (await take.ExecuteNonQueryAsync(cancellation) == 1) return ResumeAnswer.Taken;
        return (await Command(connection, Stands, P(bookmarkId), P(instanceId)).ListAsync(r => r.GetBoolean(0), cancellation))[0] ? ResumeAnswer.Already : ResumeAnswer.Unknown;
    }

    /// <summary>Puts on record that the actor lets others resume this wait; false: it does not stand, or is not the actor's to operate.</summary>
    public static async Task<bool> EntrustAsync(
        NpgsqlDataSource database, Actor actor, Guid instanceId, Guid bookmarkId, int minutes, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var entrust = Command(connection, Entrust, P(bookmarkId), P(instanceId), P(actor.IsSystem), Texts(actor.PathsWith(Permission.Operate)), Instant(now),
            Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(minutes));
        return await entrust.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
