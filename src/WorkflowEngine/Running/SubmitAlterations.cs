using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>Which running instances a plan of alterations is about; null: whichever. An activity is one that has begun and not completed.</summary>
/// <param name="Times">Bounds by column (CreatedAt, UpdatedAt) and operator (GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, Is, NotIs).</param>
public sealed record AlterationFilter(
    Guid[]? Instances = null, string[]? DefinitionIds = null, string[]? VersionIds = null, string[]? CorrelationIds = null, string[]? Names = null,
    string[]? SubStatuses = null, bool? HasIncidents = null, string? Search = null, string[]? ActivityIds = null, string[]? ActivityNodeIds = null,
    string[]? ActivityInstanceIds = null, IReadOnlyList<(string Column, string Operator, DateTimeOffset At)>? Times = null);

/// <summary>What became of a plan.</summary>
public enum SubmitAnswer
{
    /// <summary>Every chosen instance has its event: from here on none of them can be lost.</summary>
    Submitted,

    /// <summary>The same plan was submitted before; nothing was written.</summary>
    Repeated,

    /// <summary>Another plan has this id.</summary>
    Taken,

    /// <summary>No running instance that the actor may operate is chosen; nothing was written.</summary>
    Nothing,

    /// <summary>More are chosen than a plan may change, or are to be looked through; nothing was written.</summary>
    TooMany,
}

/// <summary>The instances that a filter chooses, at most <see cref="SubmitAlterations.MostInstances"/>.</summary>
/// <param name="AreTooMany">There are more, or too many to look through: no plan is made of them.</param>
public sealed record ChosenInstances(IReadOnlyList<Guid> Instances, bool AreTooMany);

/// <summary>One instance of a plan. <paramref name="Waiting"/>: its burst has not come to it; <paramref name="Outcomes"/>: what the burst did.</summary>
public sealed record AlterationJob(Guid InstanceId, bool Waiting, IReadOnlyList<AlterationOutcome> Outcomes);

/// <summary>A plan as it was submitted, how many instances it chose and how many of them wait.</summary>
public sealed record AlterationPlan(string Id, JsonArray Alterations, JsonObject Filter, Guid? ActorId, DateTimeOffset SubmittedAt, int Total, int Waiting);

/// <summary>
/// Takes in alterations for all running instances that a filter chooses and the actor may operate. An intake: it writes the plan, an event for each
/// instance and an audit row; the instances' own bursts carry them out.
/// </summary>
/// <remarks>What survives a crash: the plan with all its events, or nothing. The same id again changes nothing.</remarks>
public sealed class SubmitAlterations(NpgsqlDataSource database, Nudge nudge)
{
    /// <summary>Most instances of one plan.</summary>
    public const int MostInstances = 10_000;

    /// <summary>Most running instances whose activities are looked at for one filter: they stand in the state of each, which no index knows.</summary>
    public const int MostLookedThrough = 20_000;

    // A single value, not "exists": that could be answered from a hash of all states there are, of what is over too.
    private static readonly string Choose =
        $"""
        -- SubmitAlterations.Choose
        with named as materialized (
          select i.id from instance i
          left join instance r on r.id = i.root_id and i.unit_id is null
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where i.status = 'Running' and i.deleted_at is null
            and {WithinReach.Sql("$1", "$2")}
            and ($3::uuid[] is null or i.id = any($3)) and ($4::text[] is null or i.definition_id = any($4)) and ($5::text[] is null or i.definition_version_id = any($5))
            and ($6::text[] is null or i.correlation_id = any($6)) and ($7::text[] is null or i.name = any($7)) and ($8::text[] is null or i.sub_status = any($8))
            and ($9::bool is null or (i.incident_count > 0) = $9)
            and ($13::text is null or i.id::text = lower($13) or strpos(lower(i.name), lower($13)) > 0 or strpos(lower(i.correlation_id), lower($13)) > 0
              or strpos(lower(i.definition_id), lower($13)) > 0)
            and not exists (
              select from unnest($14, $15, $16) as t(col, op, at) cross join lateral (select case t.col when 'CreatedAt' then i.created_at else i.updated_at end) as c(own)
              where not case t.op when 'GreaterThan' then c.own > t.at when 'GreaterThanOrEqual' then c.own >= t.at when 'LessThan' then c.own < t.at
                when 'LessThanOrEqual' then c.own <= t.at when 'NotIs' then c.own <> t.at else c.own = t.at end)
          order by i.id limit case when $18 then $19 else $17 end)
        select (select count(*) from named)::int, array(
          select n.id from named n
          where not $18 or (select count(*) from named) < $19 and (
            select true from instance_state s cross join lateral {StateList.Items("contexts")} as c
            where s.instance_id = n.id and c ->> 'status' in ('Running', 'Pending', 'Faulted')
              and ($10::text[] is null or regexp_replace(c ->> 'nodeId', '^.*:', '') = any($10))
              and ($11::text[] is null or c ->> 'nodeId' = any($11)) and ($12::text[] is null or c ->> 'id' = any($12)) limit 1)
          order by n.id limit $17)
        """;

    private const string Write =
        """
        -- SubmitAlterations.Write
        with plan as (
          insert into alteration_plan (id, alterations, filter, actor_id, on_behalf_of, submitted_at) values ($1, $2, $3, $4, $5, $6)
          on conflict (id) do nothing returning id),
        told as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select i.id, 'alter', json_build_object('alterations', $2), $4, $5, $6 from unnest($7) as i(id), plan order by i.id
          returning id, instance_id),
        jobs as (
          insert into alteration_job (plan_id, instance_id, event_id) select plan.id, t.instance_id, t.id from told t, plan),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $6, $8, $4, $5, 'instance.alter', i.root_id, i.id, i.unit_id, jsonb_build_object('plan', $1, 'alterations', $2::jsonb)
          from told t join instance i on i.id = t.instance_id)
        select exists (select from plan)
        """;

    private const string Same =
        """
        -- SubmitAlterations.Same
        select alterations = $2::jsonb and filter = $3 and actor_id is not distinct from $4 from alteration_plan where id = $1
        """;

    // For whoever submitted it: it was what they may operate.
    private const string Plan =
        """
        -- SubmitAlterations.Plan
        select p.id, p.alterations::text, p.filter::text, p.actor_id, p.submitted_at,
          (select count(*) from alteration_job j where j.plan_id = p.id)::int,
          (select count(*) from alteration_job j where j.plan_id = p.id and j.outcomes is null)::int
        from alteration_plan p where p.id = $1 and ($2 or p.actor_id = $3)
        """;

    private const string Jobs =
        """
        -- SubmitAlterations.Jobs
        select instance_id, outcomes::text from alteration_job where plan_id = $1 order by instance_id offset $2 limit $3
        """;

    /// <summary>The running instances that the filter chooses among those the actor may operate.</summary>
    public async Task<ChosenInstances> ChooseAsync(Actor actor, AlterationFilter filter, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ChooseAsync(connection, actor, filter, cancellation);
    }

    /// <summary>Submits the plan; with how many instances.</summary>
    /// <param name="asked">The filter as it was asked for, for the record.</param>
    public async Task<(SubmitAnswer Answer, int Instances)> RunAsync(
        Actor actor, string id, JsonArray alterations, AlterationFilter filter, JsonObject asked, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(alterations);
        ArgumentNullException.ThrowIfNull(asked);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (what, which) = (alterations.ToJsonString(), asked.ToJsonString());
        NpgsqlParameter[] Known() => [P(id), JsonText(what), Json(which), P(actor.Id, NpgsqlDbType.Uuid)];
        var known = await Command(connection, Same, Known()).ListAsync(r => r.GetBoolean(0), cancellation);
        if (known.Count > 0) return (known[0] ? SubmitAnswer.Repeated : SubmitAnswer.Taken, 0);
        var chosen = await ChooseAsync(connection, actor, filter, cancellation);
        if (chosen.AreTooMany) return (SubmitAnswer.TooMany, 0);
        if (chosen.Instances.Count == 0) return (SubmitAnswer.Nothing, 0);
        var written = (await Command(connection, Write, [.. Known(), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), Uuids([.. chosen.Instances]), Instant(recordedAt)])
            .ListAsync(r => r.GetBoolean(0), cancellation))[0];
        if (written)
        {
            nudge.Now();
            return (SubmitAnswer.Submitted, chosen.Instances.Count);
        }

        // Another request with the same id was faster.
        known = await Command(connection, Same, Known()).ListAsync(r => r.GetBoolean(0), cancellation);
        return (known is [true] ? SubmitAnswer.Repeated : SubmitAnswer.Taken, 0);
    }

    /// <summary>A plan of the actor's own with a page of its instances; null when there is none.</summary>
    public async Task<(AlterationPlan Plan, IReadOnlyList<AlterationJob> Jobs)?> FindAsync(Actor actor, string id, int skip, int take, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var plans = await Command(connection, Plan, P(id), P(actor.IsSystem), P(actor.Id, NpgsqlDbType.Uuid)).ListAsync(
            r => new AlterationPlan(r.GetString(0), (JsonArray)JsonNode.Parse(r.GetString(1))!, (JsonObject)JsonNode.Parse(r.GetString(2))!, r.GuidOrNull(3), r.Instant(4), r.GetInt32(5), r.GetInt32(6)),
            cancellation);
        if (plans.Count == 0) return null;
        var jobs = await Command(connection, Jobs, P(id), P(skip), P(take)).ListAsync(
            r => new AlterationJob(r.GetGuid(0), r.IsDBNull(1), AlterationOutcome.Read(r.TextOrNull(1))), cancellation);
        return (plans[0], jobs);
    }

    private static async Task<ChosenInstances> ChooseAsync(NpgsqlConnection connection, Actor actor, AlterationFilter f, CancellationToken cancellation)
    {
        var (times, byActivity) = (f.Times ?? [], f is not { ActivityIds: null, ActivityNodeIds: null, ActivityInstanceIds: null });
        var (named, chosen) = (await Command(connection, Choose, P(actor.IsSystem), Texts(actor.PathsWith(Permission.Operate)), P(f.Instances, NpgsqlDbType.Array | NpgsqlDbType.Uuid),
            Names(f.DefinitionIds), Names(f.VersionIds), Names(f.CorrelationIds), Names(f.Names), Names(f.SubStatuses), P(f.HasIncidents, NpgsqlDbType.Boolean),
            Names(f.ActivityIds), Names(f.ActivityNodeIds), Names(f.ActivityInstanceIds), P(f.Search, NpgsqlDbType.Text), Texts([.. times.Select(t => t.Column)]),
            Texts([.. times.Select(t => t.Operator)]), Instants([.. times.Select(t => (DateTimeOffset?)t.At)]), P(MostInstances + 1), P(byActivity), P(MostLookedThrough + 1))
            .ListAsync(r => (r.GetInt32(0), r.GetFieldValue<Guid[]>(1)), cancellation))[0];
        return new ChosenInstances([.. chosen.Take(MostInstances)], chosen.Length > MostInstances || (byActivity && named > MostLookedThrough));
    }

    private static NpgsqlParameter Names(string[]? names) => P(names, NpgsqlDbType.Array | NpgsqlDbType.Text);
}
