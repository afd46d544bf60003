-- What must hold in every database, whatever died: one row for each rule that is broken, with how often and an example.
-- Rules whose name begins with "quiet:" hold when nothing is ready any more; the others at every instant.
-- The rules of plans stand in invariants-plans.sql. psql -f tests/Shared/invariants.sql CONNECTION
with clock_now as (
  select standing_at as at from clock where standing_at is not null),
live_task as (
  select * from task where status in ('open', 'submitted')),
mark as (
  select i.id as instance_id, b.value as mark
  from instance i join instance_state s on s.instance_id = i.id cross join lateral json_array_elements(coalesce(s.state -> 'bookmarks', '[]')) b
  where i.status = 'Running'),
rules as (
  -- children
  select 'a unit has two children of one cascade' as rule, parent_id::text as example
  from instance i join fan_out f on f.instance_id = i.parent_id and f.context_id = i.parent_context group by parent_id, parent_context, unit_id having count(*) > 1
  union all
  select 'a cascade has more or fewer children than it created', f.instance_id::text
  from fan_out f where f.total <> (select count(*) from every_instance c where c.parent_id = f.instance_id and c.parent_context = f.context_id)
  union all
  select 'a cascade counts other ends than its children had', f.instance_id::text
  from fan_out f join instance p on p.id = f.instance_id and p.status = 'Running' join instance_state s on s.instance_id = p.id
  cross join lateral json_array_elements(s.state -> 'contexts') x
  where x ->> 'id' = f.context_id and exists (select from instance c where c.parent_id = p.id and c.report_to_parent = 'count')
    and coalesce((x #>> '{properties,finished}')::int, 0) + coalesce((x #>> '{properties,faulted}')::int, 0) + coalesce((x #>> '{properties,cancelled}')::int, 0)
      + coalesce((select sum((e.body ->> 'finished')::int + (e.body ->> 'faulted')::int + (e.body ->> 'cancelled')::int)
          from instance_event e where e.instance_id = p.id and e.kind = 'children-ended' and e.body ->> 'contextId' = f.context_id), 0)
      <> (select count(*) from instance c where c.parent_id = p.id and c.parent_context = f.context_id and c.status = 'Finished')

  -- instances: everything that runs has something that can move it
  union all
  select 'an instance is lost: it runs and waits for nothing', i.id::text
  from instance i
  where i.status = 'Running'
    and not exists (select from instance_event e where e.instance_id = i.id)
    and not exists (select from live_task t where t.instance_id = i.id)
    and not exists (select from bookmark b where b.instance_id = i.id and (b.due_at is not null or b.hash is not null))
    and not exists (select from instance c where c.parent_id = i.id and c.status = 'Running')
  union all
  select 'a wake-up is lost: an instance waits for a task that is over', m.instance_id::text
  from mark m
  where m.mark #>> '{payload,taskId}' is not null
    and not exists (select from live_task t where t.id = (m.mark #>> '{payload,taskId}')::uuid)
    and not exists (select from instance_event e where e.instance_id = m.instance_id)
  union all
  select 'a timer is lost: it fired and left no event', b.instance_id::text
  from bookmark b join mark m on m.instance_id = b.instance_id and m.mark ->> 'id' = b.id::text
  where m.mark ->> 'dueAt' is not null and b.due_at is null and not exists (select from instance_event e where e.instance_id = b.instance_id)
  union all
  select 'a wait outlives its instance', b.instance_id::text
  from bookmark b left join instance i on i.id = b.instance_id
  where i.id is null or (i.status = 'Finished' and i.sub_status <> 'Faulted')
  union all
  select 'a task outlives its instance', t.id::text
  from live_task t join instance i on i.id = t.instance_id where i.status = 'Finished' and i.sub_status <> 'Faulted'
  union all
  select 'an event belongs to no instance', e.id::text from instance_event e where not exists (select from instance i where i.id = e.instance_id)
  union all
  select 'an instance has more or fewer journal rows than bursts', i.id::text
  from instance i left join lateral (select count(*) as n, max(burst) as last from journal j where j.instance_id = i.id) j on true
  where i.burst <> j.n or i.burst <> coalesce(j.last, 0)

  union all
  select 'an instance has run and has no state', i.id::text from instance i where i.burst > 0 and not exists (select from instance_state s where s.instance_id = i.id)

  -- archive
  union all
  select 'an instance lies in the archive and outside', i.id::text from instance i join archived_instance a on a.id = i.id
  union all
  select 'a tree runs on without what was archived of it', a.root_id::text from archived_instance a where exists (select from instance i where i.root_id = a.root_id and i.status = 'Running')
  union all
  select 'an archived instance has more or fewer journal rows than bursts', a.id::text
  from archived_instance a where a.burst <> (select count(*) from archived_journal j where j.instance_id = a.id)

  -- tasks and rounds
  union all
  select 'one step has two live tasks', min(t.id::text) from live_task t group by t.instance_id, t.context_id having count(*) > 1
  union all
  select 'an open task has a round nobody decided', t.id::text
  from task t where t.status = 'open' and exists (select from task_round r where r.task_id = t.id and r.decision is null)
  union all
  select 'a task that was handed in has not exactly one round to decide', t.id::text
  from task t where t.status = 'submitted' and (select count(*) from task_round r where r.task_id = t.id and r.decision is null) <> 1
  union all
  select 'a round was done twice', r.task_id::text
  from task_round r where r.decision is distinct from 'withdrawn' group by r.task_id, r.round having count(*) > 1
  union all
  select 'a round lies beyond the task''s', r.task_id::text from task_round r join task t on t.id = r.task_id where r.round > t.round

  -- deadlines
  union all
  select 'a clock runs for a task that does not', d.task_id::text
  from deadline d join task t on t.id = d.task_id
  where d.next_at is not null and t.status <> case d.purpose when 'review' then 'submitted' else 'open' end
  union all
  select 'a rung has fewer lines than recipients', r.task_id::text || ' ' || r.rung
  from rung_fired r
  where r.recipients > (select count(distinct g.person_id) from digest_line l join digest g on g.id = l.digest_id
    where (l.task_id, l.purpose, l.round, l.rung, l.period) = (r.task_id, r.purpose, r.round, r.rung, r.period))
  union all
  select 'a repeated rung has a gap', r.task_id::text || ' ' || r.rung
  from rung_fired r group by r.task_id, r.purpose, r.round, r.rung having max(r.period) - min(r.period) + 1 <> count(*)
  union all
  select 'a mail of a digest was queued and the digest is open', o.id::text
  from outbox o join digest g on o.person_id = g.person_id
    and o.dedupe = 'digest/' || g.person_id || '/' || rtrim(rtrim(to_char(g.slot at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
  where g.closed_at is null

  -- audit: every command has its row, and every row of a command its person
  union all
  select 'a submission and the audit differ', t.id::text
  from task t
  where (select count(*) from task_round r where r.task_id = t.id)
    <> (select count(*) from audit a where a.task_id = t.id and a.action in ('task.submitted', 'task.completed', 'plan.issue'))
  union all
  select 'a decision and the audit differ', t.id::text
  from task t
  where (select count(*) from task_round r where r.task_id = t.id and r.decision is not null)
    <> (select count(*) from audit a where a.task_id = t.id and a.action in ('task.accepted', 'task.returned', 'task.withdrawn'))
  union all
  select 'a closed task is not in the audit once', t.id::text
  from task t where t.status = 'closed' and (select count(*) from audit a where a.task_id = t.id and a.action = 'task.closed') <> 1
  union all
  select 'a kept answer has no audit row', o.task_id::text || ' ' || o.operation_id
  from task_operation o
  where not exists (
    select from audit a where a.task_id = o.task_id and a.actor_id = o.actor_id and a.detail ->> 'revision' is not distinct from o.answer ->> 'revision')
  union all
  select 'an extension is not in the audit', e.id::text
  from deadline_extension e where e.outcome = 'applied' and not exists (select from audit a where a.task_id = e.task_id and a.action = 'deadline.extended' and a.detail ->> 'extension' = e.id::text)
  union all
  select 'a command in the audit names nobody', a.id::text
  from audit a where a.actor_id is null and (a.action like 'task.%' or a.action in ('deadline.extended', 'plan.issue', 'plan.create'))

  -- when nothing is ready any more
  union all
  select 'quiet: an event was never consumed', e.kind || ' ' || e.instance_id from instance_event e
  union all
  select 'quiet: an instance never ran', i.id::text from instance i where i.burst = 0
  union all
  select 'quiet: a rung is due and has not fired', d.task_id::text from deadline d, clock_now n where d.next_at <= n.at
  union all
  select 'quiet: a timer is due and has not fired', b.instance_id::text from bookmark b, clock_now n where b.due_at <= n.at
  union all
  select 'quiet: a digest is due and open', g.id::text from digest g, clock_now n where g.closed_at is null and g.slot <= n.at
  union all
  select 'quiet: a mail is due and was not sent', o.id::text from outbox o, clock_now n where o.status = 'queued' and o.next_attempt_at <= n.at)
select rule, count(*)::int, min(example) from rules group by rule order by rule
