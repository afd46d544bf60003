-- Why: designers save drafts all the time and from several places: a revision tells a stale save, a frozen version never changes again, and
-- every draft keeps its history. Lock: brief exclusive on definition_version (a few hundred rows). Duration: under a second.

-- revision counts every change of the definition, over all its versions. frozen_at: published once, or run once as a draft.
alter table definition_version
  add column revision integer not null default 1,
  add column frozen_at timestamptz,
  add column updated_at timestamptz,
  add column updated_by uuid;
update definition_version set frozen_at = created_at where is_published or not is_latest;

-- One row per change as people count changes: autosaves of one person within ten minutes are one. document is what was saved.
create table definition_history (
  id bigint generated always as identity primary key,
  definition_id text not null,
  version_id text not null,
  version integer not null,
  action text not null check (action in ('save', 'import', 'revert', 'publish', 'retract', 'delete', 'delete-version')),
  saves integer not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  actor_id uuid,
  on_behalf_of uuid,
  document text
);
create index definition_history_definition on definition_history (definition_id, id);

-- Taken out of designers' lists; the row and its journal stay.
alter table instance add column deleted_at timestamptz;
