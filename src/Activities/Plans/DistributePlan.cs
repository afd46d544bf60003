using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Plans;

/// <summary>
/// Sends an issued plan to its recipients: one mail a person, whichever lines of "Nơi nhận" name them. A group ("CĐCS trực thuộc") expands to the
/// chairs of its units on that day; a recipient outside gets it at its address. Doing it twice sends nothing twice.
/// </summary>
[Activity("Workflows.DistributePlan", Category = "Kế hoạch", NameVi = "Phát hành kế hoạch", NameEn = "Distribute plan",
    TextVi = "Gửi kế hoạch đã ban hành đến từng nơi nhận.", TextEn = "Sends an issued plan to each of its recipients.")]
public sealed class DistributePlan : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "plan.distribute";

    public readonly Input<string> PlanId = new("PlanId") { LabelVi = "Kế hoạch", LabelEn = "Plan", HintVi = "Để trống: kế hoạch của lượt chạy", HintEn = "Empty: the plan of this instance" };

    // A unit without a chair's account gets no mail: it stands in the audit, so that the clerk sends paper.
    private const string Queue =
        """
        -- DistributePlan.Queue
        with asked as (
          select distinct on ((body ->> 'planId')::uuid) (body ->> 'planId')::uuid as plan_id, root_id, instance_id
          from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as e (instance_id, root_id, body)),
        line as (
          select a.root_id, a.instance_id, p.id as plan_id, r.n, r.label, r.address, r.action, r.action_code,
            coalesce(r.unit_id, u.id) as unit_id, p.unit_id as issuer_id
          from asked a
          join plan p on p.id = a.plan_id and p.status = 'issued'
          join plan_recipient r on r.plan_id = p.id and r.action <> 'file' and r.channel = 'electronic'
          join unit issuer on issuer.id = p.unit_id
          left join unit u on r.selector is not null and u.id <> issuer.id and starts_with(u.path, issuer.path)
            and (not coalesce((r.selector ->> 'directOnly')::boolean, false) or u.parent_id = issuer.id)
            and (r.selector -> 'kinds' is null or r.selector -> 'kinds' ? u.kind)
            and ($4 at time zone 'Asia/Ho_Chi_Minh')::date >= u.valid_from and ($4 at time zone 'Asia/Ho_Chi_Minh')::date < u.valid_to
          where r.unit_id is not null or r.address is not null or u.id is not null),
        person_of as (
          select distinct on (l.plan_id, coalesce(who.id::text, l.address)) l.*, who.id as person_id, coalesce(who.email, l.address) as mail,
            coalesce(who.display_name, l.label) as addressee, coalesce(who.language, 'vi') as language
          from line l
          left join lateral (
            select m.* from role_assignment a join person m on m.id = a.person_id and m.is_active
            where a.unit_id = l.unit_id and a.role = 'Chair'
              and ($4 at time zone 'Asia/Ho_Chi_Minh')::date >= a.valid_from and ($4 at time zone 'Asia/Ho_Chi_Minh')::date < a.valid_to) who on true
          where who.id is not null or l.address is not null
          order by l.plan_id, coalesce(who.id::text, l.address), l.n),
        queued as (
          insert into outbox (id, dedupe, kind, person_id, to_address, to_name, language, root_id, data, queued_at, next_attempt_at)
          select md5(dedupe)::uuid, dedupe, 'distribution', person_id, mail, addressee, language, root_id, data, $4, $4
          from (
            select 'distribution/' || l.plan_id || '/' || l.n || '/' || coalesce(l.person_id::text, l.address) as dedupe, l.person_id, l.mail, l.addressee,
              l.language, l.root_id, jsonb_build_object('planId', l.plan_id, 'number', p.number_text, 'subject', p.subject, 'issuedOn', p.issued_on,
                'issuer', issuer.name, 'issuerShort', issuer.short_name, 'recipient', l.label, 'action', l.action, 'actionCode', l.action_code,
                'unitId', l.unit_id, 'unitName', u.name, 'campaignYear', p.campaign_year) as data
            from person_of l join plan p on p.id = l.plan_id join unit issuer on issuer.id = l.issuer_id left join unit u on u.id = l.unit_id) mail
          on conflict (dedupe) do nothing)
        insert into audit (at, recorded_at, action, root_id, instance_id, unit_id, detail)
        select $4, $5, 'plan.distribute.no-person', l.root_id, l.instance_id, l.unit_id, jsonb_build_object('planId', l.plan_id, 'recipient', l.label)
        from line l
        where l.address is null and not exists (
          select 1 from role_assignment a join person m on m.id = a.person_id and m.is_active
          where a.unit_id = l.unit_id and a.role = 'Chair'
            and ($4 at time zone 'Asia/Ho_Chi_Minh')::date >= a.valid_from and ($4 at time zone 'Asia/Ho_Chi_Minh')::date < a.valid_to)
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Queue);

    protected override void Execute(ActivityContext context) =>
        context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject { ["planId"] = PlanOf.Instance(context, context.Get(PlanId)) }));
}
