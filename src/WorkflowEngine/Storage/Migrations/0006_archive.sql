-- Why: instances that have been over for long leave the tables that every burst and list reads; what they did stays readable.
-- Lock: none on what is there; new tables and views only. Duration: a moment. The moving itself is the nightly job's (ArchiveFinished).

-- The same columns as the tables they come from, in which a migration that adds a column there must add it here and renew the view (a test tells).
create table archived_instance (
  id uuid primary key,
  definition_id text not null,
  definition_version_id text not null,
  version integer not null,
  root_id uuid not null,
  parent_id uuid,
  parent_context text,
  report_to_parent text not null,
  unit_id bigint,
  correlation_id text,
  name text,
  status text not null,
  sub_status text not null,
  burst integer not null,
  incident_count integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  deleted_at timestamptz,
  archived_at timestamptz not null
);
create index archived_instance_root on archived_instance (root_id);
create index archived_instance_parent on archived_instance (parent_id) where parent_id is not null;
create index archived_instance_definition on archived_instance (definition_id, created_at);

create table archived_state (
  instance_id uuid primary key,
  state jsonb not null
);

create table archived_journal (
  instance_id uuid not null,
  burst integer not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  actor_id uuid,
  on_behalf_of uuid,
  events json not null,
  facts json,
  entries json not null,
  primary key (instance_id, burst)
);

create table archived_incident (
  id uuid primary key,
  instance_id uuid not null,
  activity_id text not null,
  activity_type text not null,
  node_id text not null,
  kind text not null,
  message text not null,
  detail jsonb,
  at timestamptz not null,
  resolved_at timestamptz
);
create index archived_incident_instance on archived_incident (instance_id);

-- What reads history reads these: both halves, found by key in either.
create view every_instance as
  select id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent, unit_id, correlation_id, name, status,
    sub_status, burst, incident_count, created_at, updated_at, finished_at, deleted_at, null::timestamptz as archived_at
  from instance
  union all
  select id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent, unit_id, correlation_id, name, status,
    sub_status, burst, incident_count, created_at, updated_at, finished_at, deleted_at, archived_at
  from archived_instance;

create view every_state as
  select instance_id, state from instance_state union all select instance_id, state from archived_state;

create view every_journal as
  select instance_id, burst, at, recorded_at, actor_id, on_behalf_of, events, facts, entries from journal
  union all
  select instance_id, burst, at, recorded_at, actor_id, on_behalf_of, events, facts, entries from archived_journal;

create view every_incident as
  select id, instance_id, activity_id, activity_type, node_id, kind, message, detail, at, resolved_at from incident
  union all
  select id, instance_id, activity_id, activity_type, node_id, kind, message, detail, at, resolved_at from archived_incident;
