-- Why: the union's world: plans with number and recipients, the register of numbers, incoming documents. Lock: none, all new. Duration: under a second.

-- A plan (kế hoạch) or another numbered document of it. number_raw is what was printed; symbol and number are the normalised form.
-- campaign_year is a field of its own: 23/KH-CĐYT belongs to 2019 and has its dates in 2020.
create table plan (
  id uuid primary key,
  unit_id bigint not null references unit,
  campaign_year integer not null check (campaign_year between 1900 and 2999),
  doc_type text not null default 'KH',
  symbol text,
  number integer check (number > 0),
  number_text text,
  number_raw text,
  subject text not null check (subject <> ''),
  place text,
  issued_on date,
  issued_on_raw text,
  issued_on_confidence text not null default 'certain' check (issued_on_confidence in ('certain', 'inferred', 'unknown')),
  status text not null default 'draft' check (status in ('draft', 'checking', 'signing', 'signed', 'issued', 'closed', 'recalled')),
  parent_id uuid references plan,
  parent_text text,
  content text,
  legal_bases jsonb not null default '[]',
  signature_block jsonb not null default '[]',
  definition_id text not null,
  root_id uuid not null unique,
  summary jsonb,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  signed_at timestamptz,
  issued_at timestamptz,
  closed_at timestamptz,
  check (status not in ('issued', 'closed', 'recalled') or (number is not null and issued_on is not null))
);
create index plan_unit on plan (unit_id, campaign_year, created_at);
create index plan_parent on plan (parent_id) where parent_id is not null;

-- The steps of domain 2.0; a status written by a workflow that does not fit becomes an incident of that workflow, never a silent no-op.
create function plan_status_step() returns trigger language plpgsql as $$
begin
  if old.status <> new.status and not (old.status || '>' || new.status = any (array[
      'draft>checking', 'checking>draft', 'checking>signing', 'signing>draft', 'signing>checking', 'signing>signed',
      'signed>draft', 'signed>issued', 'issued>closed', 'issued>recalled', 'closed>recalled'])) then
    raise exception 'plan % cannot go from % to %', new.id, old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger plan_status_step before update of status on plan for each row execute function plan_status_step();

-- Nơi nhận. The code (t/h, b/c, c/đ) is optional, as plan 23 prints none; what to do with it is said by action.
-- One of: a unit, a selector over the issuer's subtree ({kinds, directOnly}), an address outside; a file copy (Lưu) has none.
create table plan_recipient (
  plan_id uuid not null references plan on delete cascade,
  n integer not null check (n > 0),
  label text not null,
  unit_id bigint references unit,
  selector jsonb,
  action_code text check (action_code in ('t/h', 'b/c', 'c/đ', 'để biết')),
  action text not null default 'information' check (action in ('action', 'report', 'direction', 'information', 'file')),
  channel text not null default 'electronic' check (channel in ('electronic', 'paper')),
  address text,
  primary key (plan_id, n),
  check (num_nonnulls(unit_id, selector, address) <= 1)
);

-- The register of outgoing numbers: one row per organisation, year and series. Its row lock orders the clerks; a rollback gives the number back.
create table number_register (
  unit_id bigint not null references unit,
  year integer not null,
  series text not null,
  last integer not null check (last >= 0),
  primary key (unit_id, year, series)
);

create table number_issued (
  unit_id bigint not null,
  year integer not null,
  series text not null,
  number integer not null check (number > 0),
  plan_id uuid references plan,
  number_text text not null,
  issued_on date not null,
  taken_at timestamptz not null,
  primary key (unit_id, year, series, number),
  foreign key (unit_id, year, series) references number_register
);
create unique index number_issued_plan on number_issued (plan_id) where plan_id is not null;

-- What the clerk enters into the register of incoming documents because a plan waits for it (allocation notice of LĐLĐ tỉnh).
create table incoming_document (
  id uuid primary key,
  unit_id bigint not null references unit,
  root_id uuid not null,
  number_text text,
  number_raw text not null,
  sender text,
  issued_on date,
  arrived_on date not null,
  subject text not null,
  places integer check (places > 0),
  registered_at timestamptz not null,
  unique (root_id, number_raw)
);
create index incoming_document_unit on incoming_document (unit_id, arrived_on);
