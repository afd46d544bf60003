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

-- Requests to other servers: asked for by a burst, sent outside of it, answered by an event. next_attempt_at is system time: the other server
-- knows nothing of a moved clock.
create table http_job (
  id uuid primary key,
  instance_id uuid not null,
  bookmark_id uuid not null,
  request jsonb not null,
  status text not null default 'queued' check (status in ('queued', 'done', 'cancelled')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index http_job_due on http_job (next_attempt_at, id) where status = 'queued';
create index http_job_finished on http_job (finished_at) where finished_at is not null;
