-- Why: operators see what runs when, pause it, and learn what a stop of all hosts has delayed; changes may be decided before they take effect.
-- Lock: a moment on trigger (a column without a default) and role; brin indexes read rung_fired and outbox once. Duration: seconds per ten million rows.

-- What stands still until somebody lets it go on: a lane of the pulse or a job of the calendar. No row: it runs. System time.
create table schedule_pause (
  name text primary key,
  paused_at timestamptz not null,
  paused_by uuid,
  reason text not null check (reason <> '')
);

-- One run of a calendar job on one host; ended_at null: it runs, or its host died. System time.
create table job_run (
  id uuid primary key,
  job text not null,
  host text not null,
  scheduled_at timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome bigint,
  error text
);
create index job_run_job on job_run (job, started_at desc);
create index job_run_failed on job_run (started_at desc) where error is not null;

-- A host says every few seconds that it is there; the row goes with an orderly stop a day later. System time.
create table host_beat (
  host text primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  stopped_at timestamptz
);

-- A time in which no host ran: from the last sign of life to the first host's start (system time), what had fallen due by then (business time), and
-- when all of it was made up for.
create table outage (
  id uuid primary key,
  from_at timestamptz not null,
  until_at timestamptz not null,
  business_at timestamptz not null,
  missed jsonb not null,
  caught_up_at timestamptz
);
create index outage_from on outage (from_at desc);

-- A change that was decided today and takes effect later: planned until then (outcome null), may be revoked, and is applied by the pulse on the business
-- clock. kind says who applies it, shown what it would have done when it was planned, done what it did, or why it could not be.
create table planned_change (
  id uuid primary key,
  kind text not null,
  effective_at timestamptz not null,
  body jsonb not null,
  shown jsonb not null,
  planned_at timestamptz not null,
  planned_by uuid not null,
  on_behalf_of uuid,
  outcome text check (outcome in ('applied', 'revoked', 'failed')),
  settled_at timestamptz,
  settled_by uuid,
  done jsonb
);
create index planned_change_due on planned_change (effective_at) where outcome is null;

alter table trigger add column fired_at timestamptz;
create index rung_fired_at on rung_fired using brin (fired_at);
create index outbox_queued_at on outbox using brin (queued_at);
create index audit_broken on audit (task_id, id) where action = 'deadline.broken';
create index outbox_failed on outbox (queued_at) where status in ('dead', 'bounced');

-- Who administers an organisation and operates its instances so far also operates the scheduler.
update role set permissions = permissions || 'schedule.operate'::text where permissions @> array['instance.operate', 'organisation'];
