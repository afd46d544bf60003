using Npgsql;
using NpgsqlTypes;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>Why a task stands in somebody's inbox, in the order of the list: work that others wait for comes first.</summary>
public enum InboxKind
{
    /// <summary>Handed in, theirs to decide.</summary>
    Review = 1,

    /// <summary>Not handed in though the date has passed, theirs to urge.</summary>
    FollowUp = 2,

    /// <summary>Open, theirs to do.</summary>
    Own = 3,
}

/// <summary>How much there is of each kind.</summary>
/// <param name="Overdue">Those to follow up that were never handed in: what is returned and late again is not overdue (design §9).</param>
public sealed record InboxCounts(int Review, int FollowUp, int Own, int Overdue)
{
    public int All => Review + FollowUp + Own;

    public int Of(InboxKind? kind) => kind switch
    {
        InboxKind.Review => Review,
        InboxKind.FollowUp => FollowUp,
        InboxKind.Own => Own,
        _ => All,
    };
}

/// <summary>The plan a task belongs to; all but the id are null where there is none or it has no number yet.</summary>
/// <param name="Type">Abbreviation of its kind of document: KH, TB, HD …</param>
public sealed record PlanName(Guid? Id, string? Number, string? Subject, DateOnly? IssuedOn, string? Issuer, string? Type = null)
{
    /// <summary>Its kind as it stands within a sentence.</summary>
    public Bilingual Kind => DocumentNumber.KindWithin(Number, Type);

    /// <summary>"Kế hoạch 23/KH-CĐYT", "Hướng dẫn 12/HD-LĐLĐ": by the kind of document that it is.</summary>
    public string? Named => Number is { } number ? InWords(number) : null;

    /// <inheritdoc cref="Named"/>
    public static string InWords(string number) => Language.Say(DocumentNumber.Named(number));
}

/// <summary>One row of the inbox.</summary>
/// <param name="LegalDue">First instant that is late by the plan.</param>
/// <param name="Due">The same for the open round.</param>
/// <param name="RemindedAt">When the system last reminded or reported.</param>
/// <param name="FollowedUpAt">When somebody last recorded a follow-up.</param>
public sealed record InboxItem(
    InboxKind Kind, Guid Id, Guid RootId, string Activity, TaskSpec Spec, string Unit, string Status, int Round, PlanName Plan, DateTimeOffset? NotBefore,
    DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? TargetDue, DateTimeOffset? Due, string CalendarId, DateTimeOffset CreatedAt,
    DateTimeOffset? OpenedAt, DateTimeOffset? CountsAt, DateTimeOffset? SubmittedAt, DateTimeOffset? DraftSavedAt, DateTimeOffset? RemindedAt,
    DateTimeOffset? FollowedUpAt, InboxPlace Place);

/// <summary>Where a row stands in the order of the list; the next page begins after it.</summary>
/// <param name="Group">The earliest <paramref name="At"/> of its group, so that the most pressing group comes first.</param>
/// <param name="At">Since when it waits for a decision, or until when it had or has to be handed in.</param>
public sealed record InboxPlace(int Kind, DateTimeOffset Group, Guid Root, string Activity, DateTimeOffset At, string Unit, Guid Id);

/// <summary>Reads of the inbox. Every statement begins with the same three sets of rows, each bound to the actor's grants.</summary>
public sealed class InboxQueries(NpgsqlDataSource database)
{
    /// <summary>Rows of a page.</summary>
    public const int PageSize = 100;

    // $1 person and whom they stand for, $2 units and $3 roles of the grants, $4 paths where tasks may be closed, $5 now.
    private const string Mine =
        $"""
        with me as (
          select $1::uuid[] as selves, $2::bigint[] as units, $3::text[] as roles, ($5::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date as day)
        , mine as (
          select 1 as kind, t.*, t.submitted_at as sort_at, d.not_before, d.legal_due, d.extended_due, d.target_due, d.due, d.calendar_id
          from me cross join task t
          left join deadline d on d.task_id = t.id and d.purpose = 'work'
          where t.status = 'submitted' and (t.owner_unit_id = any($2) or t.owner_unit_id in (select c.id from unit c where c.parent_id = any($2)))
            and {FourEyes.MayDecide}
          union all
          select 2, t.*, case when t.round = 1 then {LateSql.Limit} else d.due end, d.not_before, d.legal_due, d.extended_due, d.target_due, d.due, d.calendar_id
          from task t
          join unit o on o.id = t.owner_unit_id and exists (select from unnest($4) as p where starts_with(o.path, p))
          join deadline d on d.task_id = t.id and d.purpose = 'work'
          where t.status = 'open'
            and case when t.round = 1 then {LateSql.Limit} <= $5 else d.due <= $5 end
            and not exists (select from unnest($2, $3) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          union all
          select 3, t.*, coalesce(d.due, 'infinity'), d.not_before, d.legal_due, d.extended_due, d.target_due, d.due, d.calendar_id
          from task t
          left join deadline d on d.task_id = t.id and d.purpose = 'work'
          where t.status = 'open' and t.unit_id = any($2) and (t.assignee_id is null or t.assignee_id = any($1))
            and exists (select from unnest($2, $3) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles)))
        """;

    private const string CountSql = "-- InboxQueries.Count\n" + Mine +
        """

        select count(*) filter (where kind = 1)::int, count(*) filter (where kind = 2)::int, count(*) filter (where kind = 3)::int,
          count(*) filter (where kind = 2 and counts_at is null)::int
        from mine
        """;

    // Vietnamese letters are folded as FoldedText does it: marks away, đ to d, then small letters.
    // A kind comes in groups of one step of one plan, but own work in one list. The most overdue or longest waiting stands first, and the
    // group that holds it; what is due at the same instant goes by the unit's name, so that a list read twice is the same list.
    private const string PageSql = "-- InboxQueries.Page\n" + Mine +
        """
        , placed as (
          select m.*, least(m.sort_at, '9999-01-01Z') as at,
            least(case when m.kind = 3 then m.sort_at else min(m.sort_at) over (partition by m.kind, m.root_id, m.activity_id) end, '9999-01-01Z') as group_at
          from mine m)
        select m.kind, m.id, m.root_id, m.activity_id, s.body::text, u.short_name, m.status, m.round, p.id, p.number_text, p.subject, p.issued_on, o.name,
          m.not_before, m.legal_due, m.extended_due, m.target_due, m.due, coalesce(m.calendar_id, u.calendar_id), m.created_at, m.opened_at,
          m.counts_at, m.submitted_at,
          (select max(f.saved_at) from task_draft f where f.task_id = m.id),
          (select max(r.fired_at) from rung_fired r where r.task_id = m.id and r.purpose = 'work'),
          (select max(c.at) from task_comment c where c.task_id = m.id and c.kind = 'follow-up'),
          m.group_at, m.at, p.doc_type
        from placed m
        join task_spec s on s.id = m.spec_id
        join unit u on u.id = m.unit_id
        join unit o on o.id = m.owner_unit_id
        left join plan p on p.root_id = m.root_id
        where ($6::int is null or m.kind = $6)
          and ($7::text is null or lower(translate(regexp_replace(normalize(
            concat_ws(' ', p.number_text, u.short_name, u.name, s.body #>> '{title,vi}', s.body #>> '{title,en}'), nfd), '[\u0300-\u036f]', '', 'g'), 'đĐ', 'dd')) like $7)
          and ($8::int is null or (m.kind, m.group_at, m.root_id, m.activity_id, m.at, u.short_name collate "vi-x-icu", m.id) > ($8, $9, $10, $11, $12, $13, $14))
        order by m.kind, m.group_at, m.root_id, m.activity_id, m.at, u.short_name collate "vi-x-icu", m.id
        limit $15
        """;

    private const string OverseesSql =
        """
        -- InboxQueries.Oversees
        select exists (select from unit c where c.parent_id = any($1)), exists (select from unit c where c.parent_id = any($2))
        """;

    /// <summary>How many tasks of each kind wait for the actor.</summary>
    public async Task<InboxCounts> CountAsync(Actor actor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, CountSql, Rights(actor, now))
            .ListAsync(r => new InboxCounts(r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3)), cancellation))[0];
    }

    /// <summary>A page of at most <see cref="PageSize"/> rows, and the place after it when there are more.</summary>
    /// <param name="search">What was typed: number of a plan, name of a unit, title; marks do not matter.</param>
    public async Task<(IReadOnlyList<InboxItem> Items, InboxPlace? Next)> PageAsync(
        Actor actor, InboxKind? kind, string? search, InboxPlace? after, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var items = await Command(connection, PageSql,
            [.. Rights(actor, now), P((int?)kind, NpgsqlDbType.Integer), P(FoldedText.Pattern(search), NpgsqlDbType.Text),
                P(after?.Kind, NpgsqlDbType.Integer), Instant(after?.Group), P(after?.Root, NpgsqlDbType.Uuid), P(after?.Activity, NpgsqlDbType.Text),
                Instant(after?.At), P(after?.Unit, NpgsqlDbType.Text), P(after?.Id, NpgsqlDbType.Uuid), P(PageSize + 1)]).ListAsync(Item, cancellation);
        if (items.Count <= PageSize) return (items, null);
        items.RemoveAt(PageSize);
        return (items, items[^1].Place);
    }

    /// <summary>Whether units stand below one of the actor's that they review or close for: then they follow others, and the inbox is the dense one.</summary>
    public async Task<bool> OverseesAsync(Actor actor, CancellationToken cancellation = default) => (await StandingAsync(actor, cancellation)).Oversees;

    /// <summary>The same, and whether the actor works for an organisation that has units below it at all.</summary>
    public async Task<(bool Oversees, bool Leads)> StandingAsync(Actor actor, CancellationToken cancellation = default)
    {
        var units = actor.Grants.Where(g => g.Permissions.Contains(Permission.Review) || g.Permissions.Contains(Permission.CloseTask)).Select(g => g.UnitId);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, OverseesSql, Longs([.. units]), Longs([.. actor.Grants.Select(g => g.UnitId)]))
            .ListAsync(r => (r.GetBoolean(0), r.GetBoolean(1)), cancellation))[0];
    }

    private static NpgsqlParameter[] Rights(Actor actor, DateTimeOffset now) =>
    [
        Uuids(actor.Selves), Longs([.. actor.Grants.Select(g => g.UnitId)]),
        Texts(actor.Roles), Texts(actor.PathsWith(Permission.CloseTask)), Instant(now),
    ];

    private static InboxItem Item(NpgsqlDataReader r) => new(
        (InboxKind)r.GetInt32(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), TaskSpecJson.Read(r.GetString(4)), r.GetString(5), r.GetString(6), r.GetInt32(7),
        new PlanName(r.GuidOrNull(8), r.TextOrNull(9), r.TextOrNull(10), r.IsDBNull(11) ? null : r.GetFieldValue<DateOnly>(11), r.GetString(12), r.TextOrNull(28)),
        r.InstantOrNull(13), r.InstantOrNull(14), r.InstantOrNull(15), r.InstantOrNull(16), r.InstantOrNull(17), r.GetString(18), r.Instant(19),
        r.InstantOrNull(20), r.InstantOrNull(21), r.InstantOrNull(22), r.InstantOrNull(23), r.InstantOrNull(24), r.InstantOrNull(25),
        new InboxPlace(r.GetInt32(0), r.Instant(26), r.GetGuid(2), r.GetString(3), r.Instant(27), r.GetString(5), r.GetGuid(1)));
}
