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
    /// <summary>Taken in: it cannot be lost. <paramref name="Settled"/> false: its turn has not come yet (answer 202), and <paramref name="Log"/> is not known.</summary>
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

    // No lock on the instances: an event never waits for the Runner. One that came too late finds a finished instance and changes nothing.
    private static readonly string Take =
        $"""
        -- OperateInstance.Take
        with seen as (
          select i.id, i.root_id, i.unit_id, i.status, i.sub_status, i.incident_count,
            {WithinReach.Sql("$8", "$2")} as may_operate,
            u.id is not null and exists (select from unnest($3) as p where starts_with(u.path, p)) as may_read
          from every_instance i left join unit u on u.id = coalesce(i.unit_id, (select r.unit_id from every_instance r where r.id = i.root_id))
          where i.id = any($1)),
        taken as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select i.id, $10, $4, $5, $6, $7 from seen i
          where i.may_operate and {OpenInstance.Sql} and ($10 <> 'retry' or i.sub_status = 'Faulted' or i.incident_count > 0)
          order by i.id
          returning id, instance_id),
        asked as (
          insert into alteration_job (instance_id, event_id, asked_at) select instance_id, id, $7 from taken where $10 = 'alter'),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $7, $9, $5, $6, 'instance.' || $10, s.root_id, s.id, s.unit_id, $4 from seen s join taken t on t.instance_id = s.id)
        select s.id, s.may_operate, s.may_read, s.sub_status, (select t.id from taken t where t.instance_id = s.id) from seen s
        """;

    private const string Settled =
        """
        -- OperateInstance.Settled
        select n.id, (select outcomes::text from alteration_job j where j.instance_id = n.instance_id and j.event_id = n.id),
          (select sub_status from every_instance where id = n.instance_id)
        from unnest($1, $2) as n(instance_id, id)
        where not exists (select from instance_event e where e.instance_id = n.instance_id and e.id = n.id)
        """;

    // One that waits for its retry already is not asked again.
    private static readonly string RetryAll =
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
            and {{WithinReach.Sql("$5", "$6")}}
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
    private static readonly string CancelAll =
        $$"""
        -- OperateInstance.CancelAll
        with chosen as (
          select i.id, i.root_id, i.unit_id from instance i
          left join instance r on r.id = i.root_id
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where (i.id = any($1) and {{OpenInstance.Sql}} or $1 is null and i.status = 'Running')
            and ($2::text is null or i.definition_id = $2) and ($3::text is null or i.definition_version_id = $3)
            and {{WithinReach.Sql("$4", "$5")}}
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
    public async Task<OperateAnswer> AlterAsync(
        Actor actor, Guid instanceId, JsonArray alterations, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        (await AlterEachAsync(actor, [instanceId], alterations, now, recordedAt, cancellation))[0];

    /// <summary><see cref="AlterAsync"/> for each of several instances: taken in in one statement, run as far as a request may wait for it (<see cref="Runner.RunFewAsync"/>).</summary>
    public Task<IReadOnlyList<OperateAnswer>> AlterEachAsync(
        Actor actor, Guid[] instances, JsonArray alterations, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(actor, instances, EventKind.Alter, new JsonObject { ["alterations"] = alterations.DeepClone() }, now, recordedAt, cancellation);

    /// <summary>Re-opens the instance and goes on from what has failed; what has finished does not run again.</summary>
    public async Task<OperateAnswer> RetryAsync(Actor actor, Guid instanceId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        (await RetryEachAsync(actor, [instanceId], now, recordedAt, cancellation))[0];

    /// <summary><see cref="RetryAsync"/> for each of several instances, in the way of <see cref="AlterEachAsync"/>.</summary>
    public Task<IReadOnlyList<OperateAnswer>> RetryEachAsync(
        Actor actor, Guid[] instances, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(actor, instances, EventKind.Retry, [], now, recordedAt, cancellation);

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

    private async Task<IReadOnlyList<OperateAnswer>> RunAsync(
        Actor actor, Guid[] instances, string kind, JsonObject body, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(instances);
        IReadOnlyDictionary<Guid, Intake> found;
        await using (var connection = await database.OpenConnectionAsync(cancellation)) found = await TakeAsync(connection, actor, instances, kind, body, now, recordedAt, cancellation);
        var taken = found.Where(f => f.Value.Event is not null).ToDictionary(f => f.Key, f => f.Value.Event!.Value);
        await runner.RunFewAsync([.. instances.Where(taken.ContainsKey)], cancellation);
        var settled = await SettledAsync(taken, cancellation);
        return [.. instances.Select(i => found.GetValueOrDefault(i) switch
        {
            null or { May: false, Sees: false } => new OperateAnswer.Unknown(),
            { May: false } => new OperateAnswer.Forbidden(),
            // What ended it came before its turn: it took the event and did nothing.
            { Event: { } id } when kind == EventKind.Alter && settled.TryGetValue(id, out var end) && end.Log.Count == 0 => new OperateAnswer.NotNow(end.SubStatus),
            { Event: { } id } => new OperateAnswer.Taken(settled.ContainsKey(id), settled.GetValueOrDefault(id).Log ?? []),
            var over => (OperateAnswer)new OperateAnswer.NotNow(over.SubStatus),
        })];
    }

    /// <summary>What the intake found of an instance, and the event it wrote; without one, the instance stands where such a wish does not apply or the actor may not.</summary>
    internal sealed record Intake(bool May, bool Sees, string SubStatus, long? Event);

    /// <summary>Writes an event and its audit row for each instance that the actor may operate and that stands where it applies. What there is none of is left out.</summary>
    internal static async Task<IReadOnlyDictionary<Guid, Intake>> TakeAsync(
        NpgsqlConnection connection, Actor actor, Guid[] instances, string kind, JsonObject body, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation) =>
        (await Command(connection, Take,
            Uuids(instances), Texts(actor.PathsWith(Permission.Operate)), Texts(actor.PathsWith(Permission.Read)), JsonText(body.ToJsonString()),
            P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), P(actor.IsSystem), Instant(recordedAt), P(kind))
            .ListAsync(r => (Id: r.GetGuid(0), Found: new Intake(r.GetBoolean(1), r.GetBoolean(2), r.GetString(3), r.LongOrNull(4))), cancellation)).ToDictionary(f => f.Id, f => f.Found);

    /// <summary>Of these events, by instance, those that a burst has taken, what it did, where it was asked to alter something, and where the instance stands.</summary>
    private async Task<Dictionary<long, (IReadOnlyList<AlterationOutcome> Log, string SubStatus)>> SettledAsync(Dictionary<Guid, long> events, CancellationToken cancellation)
    {
        if (events.Count == 0) return [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Settled, Uuids([.. events.Keys]), Longs([.. events.Values])).ListAsync(
            r => (Event: r.GetInt64(0), Outcomes: r.TextOrNull(1), SubStatus: r.GetString(2)), cancellation);
        return rows.ToDictionary(r => r.Event, r => (AlterationOutcome.Read(r.Outcomes), r.SubStatus));
    }
}
