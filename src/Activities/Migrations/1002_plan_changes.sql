-- Why: issued plans are corrected, amended, withdrawn in part and recalled. Lock: none, the tables are new. Duration: under a second.

-- What was done to an issued plan, by which document. body: obligations, forms, counts.
create table plan_change (
  id uuid primary key,
  plan_id uuid not null references plan,
  kind text not null check (kind in ('correct', 'amend', 'withdraw', 'recall')),
  document text not null,
  reason text not null,
  body jsonb not null default '{}',
  at timestamptz not null,
  by uuid not null,
  on_behalf_of uuid
);
create index plan_change_plan on plan_change (plan_id, at);

-- Who has to confirm that an e-copy of a recalled plan is destroyed: those who were sent one.
create table plan_recall_receipt (
  change_id uuid not null references plan_change,
  n integer not null,
  person_id uuid,
  unit_id bigint references unit,
  label text not null,
  confirmed_at timestamptz,
  confirmed_by uuid,
  primary key (change_id, n)
);
