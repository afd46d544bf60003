-- Why: people choose how often mail about deadlines comes, subscribe to them in a calendar, and administrators reword mails.
-- Lock: a moment on person and digest_line (columns with constant defaults); writes to task wait while its index is built. The tables are new.
-- Duration: under a second a million tasks.

-- How often: each as it is due, one a day at mail_at (local time), or escalations alone. Escalations come at once whatever is chosen.
alter table person
  add column mail_pace text not null default 'immediate' check (mail_pace in ('immediate', 'daily', 'escalations')),
  add column mail_at time not null default '08:00';

-- A line that its reader did not want by mail: it stands in the ledger and in no mail.
alter table digest_line add column withheld boolean not null default false;

-- A calendar that others read with nothing but the address; the token in it stands here as its SHA-256 only. unit_id null: the person's own work.
create table calendar_feed (
  id uuid primary key,
  person_id uuid not null references person,
  unit_id bigint references unit,
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index calendar_feed_person on calendar_feed (person_id) where revoked_at is null;
-- What was closed stays in calendars as cancelled; few tasks are.
create index task_ended on task (unit_id) where status in ('closed', 'cancelled');

-- The words of a kind of mail in a language from an instant on; a mail goes by the version that was in force when it was queued. body null: the
-- shipped words again.
create table mail_template (
  kind text not null,
  language text not null check (language in ('vi', 'en')),
  version integer not null check (version > 0),
  subject text,
  body text,
  at timestamptz not null,
  changed_by uuid not null references person,
  primary key (kind, language, version),
  check ((subject is null) = (body is null))
);
