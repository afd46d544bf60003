using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Plans;

/// <summary>A plan's own line. <paramref name="SeesWhole"/>: the reader's right covers the issuer; else only the own units' rows.</summary>
public sealed record PlanHead(
    Guid Id, Guid RootId, int Year, string? Number, string Subject, string Status, DateOnly? IssuedOn, string Issuer, string IssuerPath, string CalendarId,
    string DefinitionId, string? DefinitionVersionId, bool SeesWhole, DateTimeOffset CreatedAt);

/// <summary>The plan as a document.</summary>
/// <param name="Kind">Abbreviation of the kind of document: KH, TB, HD …</param>
public sealed record PlanDocument(
    string Kind, string? Place, string? ParentText, Guid? ParentId, string? ParentNumber, string? Content, IReadOnlyList<LegalBasis> LegalBases,
    IReadOnlyList<string> SignatureBlock, IReadOnlyList<RecipientLine> Recipients, string Superior);

/// <summary>A line of Nơi nhận.</summary>
public sealed record RecipientLine(string Label, string? ActionCode, string Action, string Channel);

/// <summary>One step of a plan over all units a reader may see: how many stand where. Undated open tasks wait; they are never overdue.</summary>
/// <param name="Overdue">Not handed in, and the plan's date or the recorded extension has passed.</param>
/// <param name="Late">Handed in after it.</param>
/// <param name="Returned">Open again after a return; <paramref name="ReturnedDue"/> is the earliest date set for them.</param>
/// <param name="FirstDue">Earliest date of the overdue ones.</param>
/// <param name="OnlyTask">The one task that is open or handed in, where there is just one.</param>
/// <param name="AnyOpen">One of the dated open tasks, from which an extension of all can be given.</param>
public sealed record StepFigures(
    Guid RootId, bool IsChild, string ActivityId, Text Title, string? Obligation, int Total, int Open, int Submitted, int Done, int Closed, int Overdue, int Late,
    DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? TargetDue, DateTimeOffset? FirstDue, DateTimeOffset Since, DateTimeOffset? LastDecided,
    IReadOnlyList<string> SubmittedUnits, DateTimeOffset? SubmittedAt, IReadOnlyList<string> ReviewerRoles, IReadOnlyList<string> Roles, Guid? OnlyTask,
    string? OnlyUnit, Guid? AnyOpen, Guid? FirstSubmitted, int Returned, DateTimeOffset? ReturnedDue, Guid? FirstReturned);

/// <summary>Reads of plans. What a person may see is decided here, in each statement: the whole plan, or the rows of the own units.</summary>
public sealed class PlanPageQueries(NpgsqlDataSource database)
{
    private const string Heads =
        """
        -- PlanPageQueries.Heads
        select p.id, p.root_id, p.campaign_year, coalesce(p.number_text, p.number_raw), p.subject, p.status, p.issued_on, u.name, u.path, u.calendar_id,
          p.definition_id, r.definition_version_id, w.whole, p.created_at
        from plan p
        join unit u on u.id = p.unit_id
        left join every_instance r on r.id = p.root_id
        cross join lateral (select $3 or exists (select from unnest($1) as x where starts_with(u.path, x)) as whole) w
        where ($2::uuid is null or p.id = $2)
          and (w.whole or (p.status in ('issued', 'closed', 'recalled') and (
            exists (select from every_instance i join unit c on c.id = i.unit_id join unnest($1) as x on starts_with(c.path, x) where i.root_id = p.root_id)
            or exists (select from plan_recipient n join unit c on c.id = n.unit_id join unnest($1) as x on starts_with(c.path, x) where n.plan_id = p.id))))
        order by p.campaign_year desc, p.issued_on desc nulls first, p.created_at desc, p.id
        limit $4 offset $5
        """;

    private const string Document =
        """
        -- PlanPageQueries.Document
        select p.doc_type, p.place, p.parent_text, o.id, coalesce(o.number_text, o.number_raw), p.content, p.legal_bases::text, p.signature_block::text, coalesce(s.name, '')
        from plan p join unit u on u.id = p.unit_id left join unit s on s.id = u.parent_id left join plan o on o.id = p.parent_id
        where p.id = $1
        """;

    private const string Recipients =
        """
        -- PlanPageQueries.Recipients
        select label, action_code, action, channel from plan_recipient where plan_id = $1 order by n
        """;

    // Only the latest task of a unit's step counts, so a step done twice is not counted twice.
    private const string Steps =
        $$"""
        -- PlanPageQueries.Steps
        with latest as (
          select distinct on (t.root_id, t.instance_id, t.activity_id) t.*, c.short_name as unit_name
          from task t join unit c on c.id = t.unit_id join unit o on o.id = t.owner_unit_id
          where t.root_id = any($1) and t.status <> 'cancelled'
            and ($3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(o.path, x)))
            and not (t.status = 'closed' and c.valid_to <= ($4 at time zone 'Asia/Ho_Chi_Minh')::date)
          order by t.root_id, t.instance_id, t.activity_id, t.created_at desc, t.id desc)
        select t.root_id, t.instance_id <> t.root_id, t.activity_id, max(s.body #>> '{title,vi}'), max(s.body #>> '{title,en}'), max(s.body ->> 'obligation'),
          count(*)::int, count(*) filter (where t.status = 'open')::int, count(*) filter (where t.status = 'submitted')::int,
          count(*) filter (where t.status in ('accepted', 'completed'))::int, count(*) filter (where t.status = 'closed')::int,
          count(*) filter (where {{LateSql.Awaited}} and {{LateSql.Limit}} <= $4)::int,
          count(*) filter (where {{LateSql.CameLate}})::int,
          min(d.legal_due), max(d.extended_due), max(d.target_due),
          min({{LateSql.Limit}}) filter (where {{LateSql.Awaited}} and {{LateSql.Limit}} <= $4),
          min(t.created_at) filter (where t.status in ('open', 'submitted')), min(t.created_at), max(t.decided_at),
          (array_agg(t.unit_name order by t.submitted_at, t.id) filter (where t.status = 'submitted'))[1:3],
          min(t.submitted_at) filter (where t.status = 'submitted'),
          (array_agg(array_to_string(t.reviewer_roles, ',')))[1], (array_agg(array_to_string(t.candidate_roles, ',')))[1],
          case when count(*) filter (where t.status in ('open', 'submitted')) = 1 then (array_agg(t.id) filter (where t.status in ('open', 'submitted')))[1] end,
          case when count(*) filter (where t.status in ('open', 'submitted')) = 1 then (array_agg(t.unit_name) filter (where t.status in ('open', 'submitted')))[1] end,
          (array_agg(t.id order by t.id) filter (where t.status = 'open' and d.due is not null))[1],
          (array_agg(t.id order by t.submitted_at, t.id) filter (where t.status = 'submitted'))[1],
          count(*) filter (where t.status = 'open' and t.round > 1)::int, min(d.due) filter (where t.status = 'open' and t.round > 1),
          (array_agg(t.id order by d.due, t.id) filter (where t.status = 'open' and t.round > 1))[1]
        from latest t
        join task_spec s on s.id = t.spec_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        group by t.root_id, t.instance_id <> t.root_id, t.activity_id
        order by t.root_id, min(t.created_at), min(d.legal_due) nulls last, t.activity_id
        """;

    private const string UnitCounts =
        """
        -- PlanPageQueries.UnitCounts
        select i.root_id, count(distinct i.unit_id)::int, count(*) filter (where i.sub_status = 'Pending')::int
        from every_instance i join unit c on c.id = i.unit_id
        join plan p on p.root_id = i.root_id join unit u on u.id = p.unit_id
        where i.root_id = any($1) and i.id <> i.root_id
          and ($3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(u.path, x)))
        group by i.root_id
        """;

    private const string ReceiptsSql =
        """
        -- PlanPageQueries.Receipts
        select count(*) filter (where r.confirmed_at is not null)::int, count(*)::int,
          coalesce(bool_or(r.confirmed_at is null and (r.person_id = any($2) or r.unit_id = any($3))), false)
        from plan_recall_receipt r join plan_change c on c.id = r.change_id where c.plan_id = $1
        """;

    /// <summary>Of a recalled plan the caller may see: how many recipients confirmed, of how many, and whether the actor has yet to.</summary>
    public async Task<(int Confirmed, int All, bool Mine)> ReceiptsAsync(Actor actor, Guid id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, ReceiptsSql, P(id), Uuids(actor.Selves), Longs([.. actor.Grants.Select(g => g.UnitId)]))
            .ListAsync(r => (r.GetInt32(0), r.GetInt32(1), r.GetBoolean(2)), cancellation)).Single();
    }

    /// <summary>Plans the actor may see, the latest year first, behind so many others.</summary>
    public async Task<IReadOnlyList<PlanHead>> ListAsync(Actor actor, int skip, int limit, CancellationToken cancellation = default) =>
        await HeadsAsync(actor, null, skip, limit, cancellation);

    /// <summary>One plan, or null when there is none that the actor may see.</summary>
    public async Task<PlanHead?> FindAsync(Actor actor, Guid id, CancellationToken cancellation = default) =>
        (await HeadsAsync(actor, id, 0, 1, cancellation)).SingleOrDefault();

    /// <summary>Text, bases, recipients and signature of a plan the caller may see.</summary>
    public async Task<PlanDocument> DocumentAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var recipients = await Command(connection, Recipients, P(id)).ListAsync(
            r => new RecipientLine(r.GetString(0), r.TextOrNull(1), r.GetString(2), r.GetString(3)), cancellation);
        return (await Command(connection, Document, P(id)).ListAsync(r => new PlanDocument(
            r.GetString(0), r.TextOrNull(1), r.TextOrNull(2), r.GuidOrNull(3), r.TextOrNull(4), r.TextOrNull(5),
            JsonSerializer.Deserialize<List<LegalBasis>>(r.GetString(6), PlanDraft.Json)!, JsonSerializer.Deserialize<List<string>>(r.GetString(7))!, recipients,
            r.GetString(8)), cancellation)).Single();
    }

    /// <summary>The steps of these plans in the order in which they began, over what the actor may see.</summary>
    public async Task<ILookup<Guid, StepFigures>> StepsAsync(Actor actor, Guid[] roots, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Steps, Uuids(roots), Reach(actor), P(actor.IsSystem), Instant(now)).ListAsync(
            r => new StepFigures(
                r.GetGuid(0), r.GetBoolean(1), r.GetString(2), new Text(r.TextOrNull(3) ?? r.GetString(2), r.TextOrNull(4)), r.TextOrNull(5), r.GetInt32(6), r.GetInt32(7),
                r.GetInt32(8), r.GetInt32(9), r.GetInt32(10), r.GetInt32(11), r.GetInt32(12), r.InstantOrNull(13), r.InstantOrNull(14), r.InstantOrNull(15),
                r.InstantOrNull(16), r.InstantOrNull(17) ?? r.Instant(18), r.InstantOrNull(19), r.IsDBNull(20) ? [] : r.GetFieldValue<string[]>(20),
                r.InstantOrNull(21), Split(r.TextOrNull(22)), Split(r.TextOrNull(23)), r.GuidOrNull(24), r.TextOrNull(25), r.GuidOrNull(26), r.GuidOrNull(27),
                r.GetInt32(28), r.InstantOrNull(29), r.GuidOrNull(30)), cancellation);
        return rows.ToLookup(r => r.RootId);
    }

    /// <summary>How many units each plan was rolled out to, of those the actor may see, and how many of them still wait for their first tasks.</summary>
    public async Task<IReadOnlyDictionary<Guid, (int Units, int Pending)>> UnitCountsAsync(Actor actor, Guid[] roots, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, UnitCounts, Uuids(roots), Reach(actor), P(actor.IsSystem))
            .ListAsync(r => (r.GetGuid(0), r.GetInt32(1), r.GetInt32(2)), cancellation)).ToDictionary(r => r.Item1, r => (r.Item2, r.Item3));
    }

    internal static NpgsqlParameter Reach(Actor actor) => Texts(actor.PathsWith(Permission.Read));

    private async Task<List<PlanHead>> HeadsAsync(Actor actor, Guid? id, int skip, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Heads, Reach(actor), P(id, NpgsqlDbType.Uuid), P(actor.IsSystem), P(limit), P(skip)).ListAsync(
            r => new PlanHead(
                r.GetGuid(0), r.GetGuid(1), r.GetInt32(2), r.TextOrNull(3), r.GetString(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateOnly>(6),
                r.GetString(7), r.GetString(8), r.GetString(9), r.GetString(10), r.TextOrNull(11), r.GetBoolean(12), r.Instant(13)), cancellation);
    }

    private static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
