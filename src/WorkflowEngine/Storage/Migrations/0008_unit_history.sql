-- Why: units merge, end and move; who stood where on a day must stay readable. Lock: none, the table is new. Duration: under a second.

-- Where a unit stood in the tree until a day (exclusive): the row that an organisation change replaced.
create table unit_history (
  unit_id bigint not null references unit,
  until_day date not null,
  parent_id bigint references unit,
  name text not null,
  headcount text,
  changed_at timestamptz not null,
  primary key (unit_id, until_day)
);
