-- Why: what came of an alteration was searched for in the whole journal of its instance. The burst's commit writes it here now, found by instance and event; so it
-- does for an alteration that a request asks for by itself, without a plan (plan_id null, asked_at set). Plans of before get what their journals tell.
-- Lock: exclusive on alteration_job. Duration: as long as it takes to read the journals of the instances of all plans once; nearly always instant.
alter table alteration_job
  drop constraint alteration_job_pkey,
  alter column plan_id drop not null,
  add column outcomes jsonb,
  add column asked_at timestamptz,
  add primary key (instance_id, event_id),
  add check (plan_id is not null or asked_at is not null);
create unique index alteration_job_plan on alteration_job (plan_id, instance_id) where plan_id is not null;
create index alteration_job_asked on alteration_job (asked_at) where plan_id is null;
update alteration_job j set outcomes = coalesce((
    select jsonb_agg(jsonb_build_object('type', split_part(e ->> 'event', ' ', 2), 'refusal', e ->> 'message') order by (e ->> 'sequence')::bigint)
    from every_journal w cross join json_array_elements(w.entries) as e
    where w.instance_id = j.instance_id and w.events::jsonb @> jsonb_build_array(jsonb_build_object('id', j.event_id))
      and e ->> 'event' ~ '^Alteration [^ ]+ (succeeded|failed)$'), '[]')
where not exists (select from instance_event e where e.instance_id = j.instance_id and e.id = j.event_id);
