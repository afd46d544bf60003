using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of a wish to cancel an instance.</summary>
public abstract record CancelAnswer
{
    /// <summary>Taken in: from here on it cannot be lost. <paramref name="Settled"/> false: still being worked on (answer 202).</summary>
    public sealed record Taken(bool Settled) : CancelAnswer;

    /// <summary>There is none, or the actor may not even see it.</summary>
    public sealed record Unknown : CancelAnswer;

    /// <summary>The actor may see it and holds no right to operate its unit's instances.</summary>
    public sealed record Forbidden : CancelAnswer;

    /// <summary>It is over, as Finished or Cancelled: before the wish, or by an event that was there before it.</summary>
    public sealed record Over(string SubStatus) : CancelAnswer;

    /// <summary>No reason, or one that cannot be stored or is longer than <see cref="CancelInstance.LongestReason"/>.</summary>
    public sealed record ReasonNeeded : CancelAnswer;
}

/// <summary>
/// Cancels an instance and with it its children, open tasks, clocks and waits; a faulted one too. Nothing is deleted. The instance's own burst
/// does it; this only takes the wish in.
/// </summary>
/// <remarks>What survives a crash: once the event and its audit row are committed, any Runner carries it out.</remarks>
public sealed class CancelInstance(NpgsqlDataSource database, Runner runner)
{
    /// <summary>Most characters of a reason.</summary>
    public const int LongestReason = 2000;

    // No lock on the instance: an event never waits for the Runner. One that came too late finds a finished instance and changes nothing.
    private const string Take =
        """
        -- CancelInstance.Take
        with seen as (
          select i.id, i.root_id, i.unit_id, i.status, i.sub_status,
            $8 or case when u.id is null then cardinality($2) > 0 else exists (select from unnest($2) as p where starts_with(u.path, p)) end as may_cancel,
            u.id is not null and exists (select from unnest($3) as p where starts_with(u.path, p)) as may_read
          from instance i left join unit u on u.id = coalesce(i.unit_id, (select r.unit_id from instance r where r.id = i.root_id))
          where i.id = $1),
        taken as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select id, 'cancel', $4, $5, $6, $7 from seen where may_cancel and (status = 'Running' or sub_status = 'Faulted')
          returning instance_id),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $7, $9, $5, $6, 'instance.cancel', s.root_id, s.id, s.unit_id, $4 from seen s join taken t on t.instance_id = s.id)
        select s.may_cancel, s.may_read, s.sub_status, exists (select from taken) from seen s
        """;

    private const string End =
        """
        -- CancelInstance.End
        select sub_status from instance where id = $1
        """;

    /// <summary>Takes the wish in at business time <paramref name="now"/> and runs the instance at once.</summary>
    public async Task<CancelAnswer> RunAsync(
        Actor actor, Guid instanceId, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason || !StorableText.Holds(reason)) return new CancelAnswer.ReasonNeeded();
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            var found = await Command(connection, Take,
                P(instanceId), Texts(actor.PathsWith(Permission.Operate)), Texts(actor.PathsWith(Permission.Read)),
                Json(new JsonObject { ["reason"] = reason.Trim() }.ToJsonString()), P(actor.Id, NpgsqlDbType.Uuid),
                P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), P(actor.IsSystem), Instant(recordedAt))
                .ListAsync(r => (May: r.GetBoolean(0), Sees: r.GetBoolean(1), SubStatus: r.GetString(2), Taken: r.GetBoolean(3)), cancellation);
            if (found.Count == 0 || found[0] is { May: false, Sees: false }) return new CancelAnswer.Unknown();
            if (!found[0].May) return new CancelAnswer.Forbidden();
            if (!found[0].Taken) return new CancelAnswer.Over(found[0].SubStatus);
        }

        if (!await runner.RunNowAsync(instanceId, cancellation)) return new CancelAnswer.Taken(Settled: false);
        await using var after = await database.OpenConnectionAsync(cancellation);
        var subStatus = (await Command(after, End, P(instanceId)).ListAsync(r => r.GetString(0), cancellation))[0];
        return subStatus == nameof(SubStatus.Cancelled) ? new CancelAnswer.Taken(Settled: true) : new CancelAnswer.Over(subStatus);
    }
}
