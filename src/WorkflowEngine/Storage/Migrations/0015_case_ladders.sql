-- Why: a case, or one step of it, was given another ladder, and its later tasks take it too. activity_id '' is the whole case; a step's own row goes before it.
-- unsettled_since is system time: hosts that do not know the row yet may plan a task by the ladder before, until that was put right.
-- Lock: none, all new. Duration: instant.
create table case_ladder (
  root_id uuid not null,
  activity_id text not null default '',
  ladder_id text not null,
  at timestamptz not null,
  unsettled_since timestamptz,
  primary key (root_id, activity_id)
);
