-- What must hold of plans and their numbers, in the same shape as invariants.sql; a database of the engine alone has no such tables.
with rules as (
  select 'a plan is issued without its number in the register' as rule, p.id::text as example
  from plan p where p.status in ('issued', 'closed', 'recalled') and not exists (select from number_issued n where n.plan_id = p.id)
  union all
  select 'a register has a gap', r.unit_id::text || '/' || r.series
  from number_register r join number_issued n on (n.unit_id, n.year, n.series) = (r.unit_id, r.year, r.series)
  group by r.unit_id, r.year, r.series, r.last having r.last <> max(n.number) or max(n.number) - min(n.number) + 1 <> count(*)

  union all
  select 'an issued plan is not in the audit once', p.id::text
  from plan p where p.issued_at is not null and (select count(*) from audit a where a.root_id = p.root_id and a.action = 'plan.issue') <> 1)
select rule, count(*)::int, min(example) from rules group by rule order by rule
