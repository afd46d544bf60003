-- Why: definitions are started and resumed by requests of other programs. A start has a row for each method of its endpoint, and two published
-- definitions must not have the same one; whoever asked reads the answer of the run here, whichever host ran it.
-- Lock: a moment on trigger (a column with a constant default, a key over a few rows); a new table. Duration: instant.
alter table trigger add column number integer not null default 0;
alter table trigger drop constraint trigger_pkey;
alter table trigger add primary key (definition_version_id, activity_id, number);
create unique index trigger_endpoint on trigger (hash) where name = 'Elsa.HttpEndpoint';

-- One request at an endpoint: when its event reached the activity that waits for it, and what the run answered. recorded_at is system time.
create table http_call (
  id uuid primary key,
  instance_id uuid not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  reached_at timestamptz,
  answer jsonb
);
create index http_call_recorded on http_call (recorded_at);
