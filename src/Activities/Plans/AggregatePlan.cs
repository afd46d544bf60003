using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace Unions.Plans;

/// <summary>
/// Sums a plan up from what the units handed in and keeps it with the plan: for each unit the dates, form, delegates, override and days late, the
/// totals of the sector, and the delegates put forward (domain §2.3 "Aggregate"). Doing it again replaces the summary.
/// </summary>
[Activity("Workflows.AggregatePlan", Category = "Kế hoạch", NameVi = "Tổng hợp kế hoạch", NameEn = "Aggregate plan",
    TextVi = "Tổng hợp kết quả của các đơn vị và lưu cùng kế hoạch.", TextEn = "Sums up the units' results and keeps them with the plan.")]
public sealed class AggregatePlan : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "plan.aggregate";

    public readonly Input<string> PlanId = new("PlanId") { LabelVi = "Kế hoạch", LabelEn = "Plan", HintVi = "Để trống: kế hoạch của lượt chạy", HintEn = "Empty: the plan of this instance" };

    // The last round that was taken over counts. Days late are those of what counts (the first submission, or the day on which a conference was held)
    // against the legal or extended date (domain §7.5).
    private const string Apply =
        $$"""
        -- AggregatePlan.Apply
        with asked as (
          select distinct (body ->> 'planId')::uuid as plan_id from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as e (instance_id, root_id, body)),
        step as (
          select distinct on (p.id, t.instance_id, s.body ->> 'obligation') p.id as plan_id, t.instance_id, s.body ->> 'obligation' as obligation,
            t.status, r.data, t.outcome,
            greatest(0, (t.counts_at at time zone 'Asia/Ho_Chi_Minh')::date
              - (({{LateSql.Limit}} - interval '1 microsecond') at time zone 'Asia/Ho_Chi_Minh')::date) as days_late,
            (t.first_submitted_at at time zone 'Asia/Ho_Chi_Minh')::date as submitted_on
          from asked a join plan p on p.id = a.plan_id
          join task t on t.root_id = p.root_id and t.status in ('accepted', 'completed', 'closed')
          join task_spec s on s.id = t.spec_id
          left join deadline d on d.task_id = t.id and d.purpose = 'work'
          left join lateral (select x.data from task_round x where x.task_id = t.id and x.decision is distinct from 'withdrawn' order by x.round desc, x.submitted_at desc limit 1) r on true
          order by p.id, t.instance_id, s.body ->> 'obligation', t.created_at desc, t.id desc),
        per_unit as (
          select i.root_id, p.id as plan_id, u.name, jsonb_strip_nulls(jsonb_build_object(
            'unitCode', u.code, 'unitName', u.name, 'group', u.attributes ->> 'group', 'inForce', case when u.valid_to > ($4 at time zone 'Asia/Ho_Chi_Minh')::date then true end,
            'mergedInto', (select n.code from unit_successor x join unit n on n.id = x.to_unit where x.from_unit = u.id order by x.effective_on desc limit 1),
            'planSubmittedOn', max(s.submitted_on) filter (where s.obligation = 'S2-01'),
            'planDate', max(s.data ->> 'ngayKeHoach') filter (where s.obligation = 'S2-01'),
            'conferenceDate', max(s.data ->> 'ngayHoiNghi') filter (where s.obligation = 'S2-02'),
            'form', max(s.data ->> 'quyMo') filter (where s.obligation = 'S2-01'),
            'exemplars', max((s.data ->> 'soDienHinh')::int) filter (where s.obligation = 'S2-02'),
            'guests', max((s.data ->> 'soKhachMoi')::int) filter (where s.obligation = 'S2-02'),
            'women', max((s.data ->> 'soNu')::int) filter (where s.obligation = 'S2-02'),
            'directWorkers', max((s.data ->> 'soTrucTiep')::int) filter (where s.obligation = 'S2-02'),
            'override', max((s.data ->> 'soDuocDuyet')::int) filter (where s.obligation = 'S2-05'),
            'daysLatePlan', max(s.days_late) filter (where s.obligation = 'S2-01'),
            'daysLateConference', max(s.days_late) filter (where s.obligation = 'S2-02'),
            'reportedOn', max(s.submitted_on) filter (where s.obligation = 'S2-21'),
            'closed', count(*) filter (where s.status = 'closed'))) as body,
            coalesce(jsonb_agg(s.data -> 'danhSach') filter (where s.obligation = 'S2-14' and jsonb_typeof(s.data -> 'danhSach') = 'array'), '[]') as lists,
            u.code
          from asked a join plan p on p.id = a.plan_id
          join instance i on i.root_id = p.root_id and i.id <> p.root_id and i.unit_id is not null
          join unit u on u.id = i.unit_id
          left join step s on s.instance_id = i.id
          group by i.root_id, p.id, u.id, i.id),
        total as (
          select plan_id, jsonb_agg(body order by name) as units, jsonb_build_object(
            'units', count(*) filter (where body ? 'inForce'), 'plansOnTime', count(*) filter (where (body ->> 'daysLatePlan')::int = 0), 'plansLate', count(*) filter (where (body ->> 'daysLatePlan')::int > 0),
            'conferences', count(*) filter (where body ? 'conferenceDate'), 'plenary', count(*) filter (where body ->> 'form' = 'toan-the'),
            'delegateConferences', count(*) filter (where body ->> 'form' = 'dai-bieu'), 'exemplars', coalesce(sum((body ->> 'exemplars')::int), 0),
            'guests', coalesce(sum((body ->> 'guests')::int), 0), 'women', coalesce(sum((body ->> 'women')::int), 0),
            'directWorkers', coalesce(sum((body ->> 'directWorkers')::int), 0), 'overrides', count(*) filter (where body ? 'override'),
            'reports', count(*) filter (where body ? 'reportedOn')) as totals
          from per_unit group by plan_id),
        put_forward as (
          select u.plan_id, jsonb_agg(x.value || jsonb_build_object('unitCode', u.code) order by u.code) as people
          from per_unit u cross join lateral jsonb_array_elements(u.lists) as l (list) cross join lateral jsonb_array_elements(l.list) as x (value)
          group by u.plan_id)
        update plan p set updated_at = $4, summary = jsonb_build_object(
          'at', $4, 'units', coalesce(t.units, '[]'), 'totals', coalesce(t.totals, '{}'), 'delegates', coalesce(f.people, '[]'),
          'sectorConference', (select s.data from step s where s.plan_id = p.id and s.obligation = 'S2-16' limit 1),
          'dossier', (select s.data - 'danhSach' from step s where s.plan_id = p.id and s.obligation = 'S2-18' limit 1))
        from asked a left join total t on t.plan_id = a.plan_id left join put_forward f on f.plan_id = a.plan_id
        where p.id = a.plan_id
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Apply);

    protected override void Execute(ActivityContext context) =>
        context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject { ["planId"] = PlanOf.Instance(context, context.Get(PlanId)) }));
}
