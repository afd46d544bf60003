-- Why: alterations submitted for many instances at once are looked at later: what was asked, of which instances, and what became of it.
-- Lock: none, new tables. Duration: instant.
create table alteration_plan (
  id text primary key,
  alterations jsonb not null,
  filter jsonb not null,
  actor_id uuid,
  on_behalf_of uuid,
  submitted_at timestamptz not null
);

create table alteration_job (
  plan_id text not null references alteration_plan (id),
  instance_id uuid not null,
  event_id bigint not null,
  primary key (plan_id, instance_id)
);
