using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of a wish to change or retry an instance.</summary>
public abstract record OperateAnswer
{
    /// <summary>Taken in: it cannot be lost. <paramref name="Settled"/> false: still being worked on (answer 202), and <paramref name="Log"/> not known yet.</summary>
    public sealed record Taken(bool Settled, IReadOnlyList<AlterationOutcome> Log) : OperateAnswer;

    /// <summary>There is none, or the actor may not even see it.</summary>
    public sealed record Unknown : OperateAnswer;

    /// <summary>The actor may see it and holds no right to operate its unit's instances.</summary>
    public sealed record Forbidden : OperateAnswer;

    /// <summary>It is not in a state for this: over, or nothing in it has failed.</summary>
    public sealed record NotNow(string SubStatus) : OperateAnswer;
}

/// <summary>Which failed instances a bulk retry is about; null: any.</summary>
/// <param name="Limit">At most so many, the oldest failures first.</param>
public sealed record RetryFilter(IReadOnlyList<Guid>? Instances, string? DefinitionId, string? ActivityId, string? Kind, int Limit);

/// <summary>
/// Takes in what operators want of an instance: alterations (change a variable, schedule or cancel an activity, migrate, cancel), or a retry of what
/// has failed. The instance's own burst does it.
/// </summary>
/// <remarks>What survives a crash: once the event and its audit row are committed, any Runner carries it out.</remarks>
public sealed class OperateInstance(NpgsqlDataSource database, Runner runner, Nudge nudge)
{
    /// <summary>Most instances of one bulk retry.</summary>
    public const int LargestBatch = 1000;

    // No lock on the instance: an event never waits for the Runner. One that came too late finds a finished instance and changes nothing.
    private const string Take =
        $"""
        -- OperateInstance.Take
        with seen as (
          select i.id, i.root_id, i.unit_id, i.status, i.sub_status, i.incident_count,
            $8 or case when u.id is null then cardinality($2) > 0 else exists (select from unnest($2) as p where starts_with(u.path, p)) end as may_operate,
            u.id is not null and exists (select from unnest($3) as p where starts_with(u.path, p)) as may_read
          from every_instance i left join unit u on u.id = coalesce(i.unit_id, (select r.unit_id from every_instance r where r.id = i.root_id))
          where i.id = $1),
        taken as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select i.id, $10, $4, $5, $6, $7 from seen i
          where i.may_operate and {OpenInstance.Sql} and ($10 <> 'retry' or i.sub_status = 'Faulted' or i.incident_count > 0)
          returning id, instance_id),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $7, $9, $5, $6, 'instance.' || $10, s.root_id, s.id, s.unit_id, $4 from seen s join taken t on t.instance_id = s.id)
        select s.may_operate, s.may_read, s.sub_status, (select id from taken) from seen s
        """;

    private const string Outcome =
        """
        -- OperateInstance.Outcome
        select entries::text from journal where instance_id = $1 and events::jsonb @> jsonb_build_array(jsonb_build_object('id', $2::bigint))
        """;

    // One that waits for its retry already is not asked again.
    private const string RetryAll =
        $$"""
        -- OperateInstance.RetryAll
        with failed as (
          select f.instance_id, min(f.at) as since from incident f
          join instance i on i.id = f.instance_id
          left join instance r on r.id = i.root_id
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where f.resolved_at is null and {{OpenInstance.Sql}}
            and ($1::uuid[] is null or f.instance_id = any($1)) and ($2::text is null or i.definition_id = $2)
            and ($3::text is null or f.activity_id = $3) and ($4::text is null or f.kind = $4)
            and ($5 or case when u.id is null then cardinality($6) > 0 else exists (select from unnest($6) as p where starts_with(u.path, p)) end)
            and not exists (select from instance_event e where e.instance_id = f.instance_id and e.kind = 'retry')
          group by f.instance_id order by since, f.instance_id limit $7),
        taken as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select instance_id, 'retry', '{}', $8, $9, $10 from failed returning instance_id),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $10, $11, $8, $9, 'instance.retry', i.root_id, i.id, i.unit_id, '{"bulk": true}' from taken t join instance i on i.id = t.instance_id)
        select instance_id from taken
        """;

    // By id a failed one too, as one by one; all of a definition are those that run.
    private const string CancelAll =
        $$"""
        -- OperateInstance.CancelAll
        with chosen as (
          select i.id, i.root_id, i.unit_id from instance i
          left join instance r on r.id = i.root_id
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where (i.id = any($1) and {{OpenInstance.Sql}} or $1 is null and i.status = 'Running')
            and ($2::text is null or i.definition_id = $2) and ($3::text is null or i.definition_version_id = $3)
            and ($4 or case when u.id is null then cardinality($5) > 0 else exists (select from unnest($5) as p where starts_with(u.path, p)) end)
            and not exists (select from instance_event e where e.instance_id = i.id and e.kind = 'cancel')),
        taken as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select id, 'cancel', $6, $7, $8, $9 from chosen order by id returning instance_id),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $9, $10, $7, $8, 'instance.cancel', c.root_id, c.id, c.unit_id, $6 from chosen c)
        select instance_id from taken
        """;

    /// <summary>Runs these alterations on the instance, in order; the first that cannot be done stops the rest.</summary>
    public Task<OperateAnswer> AlterAsync(
        Actor actor, Guid instanceId, JsonArray alterations, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(actor, instanceId, EventKind.Alter, new JsonObject { ["alterations"] = alterations.DeepClone() }, now, recordedAt, cancellation);

    /// <summary>Re-opens the instance and goes on from what has failed; what has finished does not run again.</summary>
    public Task<OperateAnswer> RetryAsync(Actor actor, Guid instanceId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(actor, instanceId, EventKind.Retry, [], now, recordedAt, cancellation);

    /// <summary>Takes in a retry for every failed instance that the filter selects and the actor may operate; the pulse runs them. Returns their ids.</summary>
    public async Task<IReadOnlyList<Guid>> RetryManyAsync(
        Actor actor, RetryFilter filter, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var taken = await Command(connection, RetryAll,
            P(filter.Instances?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid), P(filter.DefinitionId, NpgsqlDbType.Text), P(filter.ActivityId, NpgsqlDbType.Text),
            P(filter.Kind, NpgsqlDbType.Text), P(actor.IsSystem), Texts(actor.PathsWith(Permission.Operate)), P(Math.Clamp(filter.Limit, 1, LargestBatch)),
            P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), Instant(recordedAt)).ListAsync(r => r.GetGuid(0), cancellation);
        if (taken.Count > 0) nudge.Now();
        return taken;
    }

    /// <summary>
    /// Takes in the wish to cancel every instance of these that is open, or all that run on a definition or version, as far as the actor may operate them,
    /// in one statement however many they are. Returns their ids; nothing has run yet.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> CancelManyAsync(
        Actor actor, Guid[]? instances, string? definitionId, string? versionId, string reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, CancelAll,
            P(instances, NpgsqlDbType.Array | NpgsqlDbType.Uuid), P(definitionId, NpgsqlDbType.Text), P(versionId, NpgsqlDbType.Text), P(actor.IsSystem),
            Texts(actor.PathsWith(Permission.Operate)), JsonText(new JsonObject { ["reason"] = reason }.ToJsonString()), P(actor.Id, NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), Instant(recordedAt)).ListAsync(r => r.GetGuid(0), cancellation);
    }

    private async Task<OperateAnswer> RunAsync(
        Actor actor, Guid instanceId, string kind, JsonObject body, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        long taken;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            var found = await TakeAsync(connection, actor, instanceId, kind, body, now, recordedAt, cancellation);
            if (found is null or { May: false, Sees: false }) return new OperateAnswer.Unknown();
            if (!found.May) return new OperateAnswer.Forbidden();
            if (found.Event is not { } id) return new OperateAnswer.NotNow(found.SubStatus);
            taken = id;
        }

        // What is asked here is never set aside itself.
        var settled = await runner.RunNowAsync(instanceId, cancellation) != RunAnswer.Working;
        return new OperateAnswer.Taken(settled, settled && kind == EventKind.Alter ? await LogAsync(instanceId, taken, cancellation) : []);
    }

    /// <summary>What the intake found of an instance, and the event it wrote; without one, the instance stands where such a wish does not apply or the actor may not.</summary>
    internal sealed record Intake(bool May, bool Sees, string SubStatus, long? Event);

    /// <summary>Writes the event and its audit row if the actor may and the instance stands where it applies; null when there is no such instance.</summary>
    internal static async Task<Intake?> TakeAsync(
        NpgsqlConnection connection, Actor actor, Guid instanceId, string kind, JsonObject body, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation) =>
        (await Command(connection, Take,
            P(instanceId), Texts(actor.PathsWith(Permission.Operate)), Texts(actor.PathsWith(Permission.Read)), JsonText(body.ToJsonString()),
            P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), P(actor.IsSystem), Instant(recordedAt), P(kind))
            .ListAsync(r => new Intake(r.GetBoolean(0), r.GetBoolean(1), r.GetString(2), r.LongOrNull(3)), cancellation)).FirstOrDefault();

    private async Task<IReadOnlyList<AlterationOutcome>> LogAsync(Guid instanceId, long eventId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var entries = await Command(connection, Outcome, P(instanceId), P(eventId)).ListAsync(r => JournalJson.ReadEntries(r.GetString(0)), cancellation);
        return [.. entries.SelectMany(e => e).Select(AlterationOutcome.Of).OfType<AlterationOutcome>()];
    }
}
