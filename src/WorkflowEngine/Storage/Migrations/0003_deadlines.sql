-- Why: mails in the order of their importance and at a bounded rate, what became of each, and who stands in for whom.
-- Lock: a moment on outbox, digest_line and role (columns with constant defaults); the indexes read those tables once. Duration: seconds per million mails.

-- ---------------------------------------------------------------- mails

-- importance: 1 first (somebody can still keep a date today), 3 last. digest_id: whose lines it carries.
alter table outbox
  add column importance smallint not null default 2 check (importance between 1 and 3),
  add column digest_id uuid,
  add column bounced_at timestamptz,
  add column bounce_reason text,
  drop constraint outbox_status_check,
  add constraint outbox_status_check check (status in ('queued', 'sent', 'dead', 'bounced'));
create index outbox_turn on outbox (importance, next_attempt_at, id) where status = 'queued';
create index outbox_digest on outbox (digest_id) where digest_id is not null;
create index outbox_task on outbox (task_id) where task_id is not null;

-- How many mails went to a domain in the minute that began at started; only for domains with a limit.
create table mail_window (
  domain text primary key,
  started timestamptz not null,
  taken integer not null
);

-- as_person: in whose place the reader gets the line (deputy); skipped_person: who is away, so that it went up to the reader.
alter table digest_line
  add column as_person uuid,
  add column skipped_person uuid,
  add column away_until date,
  add column opened_at timestamptz;
create index digest_line_task on digest_line (task_id);

-- ---------------------------------------------------------------- absences

-- The role that is told when nobody who holds this one is there; null: the same role at the unit above.
alter table role add column superior text references role;

-- until_day is the first day back; ended_at: called off or back early, from then on it counts no more.
create table absence (
  id uuid primary key,
  person_id uuid not null references person,
  from_day date not null,
  until_day date not null,
  reason text,
  entered_by uuid not null,
  entered_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid,
  check (from_day < until_day)
);
create index absence_person on absence (person_id, until_day) where ended_at is null;

-- What a deputy may do in the person's place: duties (work, review, follow-up, extend) in these plans or processes; null: in all.
-- It passes on only what the person holds by roles of their own, never what they were delegated themselves.
create table delegation (
  id uuid primary key,
  absence_id uuid not null references absence,
  deputy_id uuid not null references person,
  duties text[] not null check (duties <@ array['work', 'review', 'follow-up', 'extend'] and cardinality(duties) > 0),
  root_ids uuid[],
  definition_ids text[],
  written boolean not null default false,
  document text
);
create index delegation_absence on delegation (absence_id);
create index delegation_deputy on delegation (deputy_id);
