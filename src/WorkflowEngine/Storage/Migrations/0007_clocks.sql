-- Why: calendars are loaded while clocks run, and clocks are paused, extended later and taken back.
-- Lock: a moment on calendar and rung_fired (columns without a default). Duration: under a second.

-- Which due instant a rung was fired for: an extension fires the rungs of its new date anew, a calendar that moves an instant does not.
alter table rung_fired add column due timestamptz;

-- System time at which a version was loaded, until the reminders that other hosts planned by the one before have been planned anew.
alter table calendar add column unsettled_since timestamptz;
create index calendar_unsettled on calendar (unsettled_since) where unsettled_since is not null;

-- An extension that takes effect later: planned until then (outcome null), may be revoked, and is applied by the pulse. batch_id: those of one
-- command. inverse_of: the extension that this one takes back.
alter table deadline_extension
  add column batch_id uuid,
  add column effective_at timestamptz,
  add column outcome text check (outcome in ('applied', 'revoked', 'void')),
  add column settled_at timestamptz,
  add column settled_by uuid,
  add column inverse_of uuid references deadline_extension;
update deadline_extension set outcome = 'applied', settled_at = at;
create index deadline_extension_planned on deadline_extension (effective_at) where outcome is null;

-- A clock that stands still rings no more until it goes on; the due instant stays unless the resumption moves it.
alter table deadline add column paused_at timestamptz;
create table deadline_pause (
  id uuid primary key,
  task_id uuid not null,
  paused_at timestamptz not null,
  paused_by uuid not null,
  paused_on_behalf_of uuid,
  reason text not null,
  resumed_at timestamptz,
  resumed_by uuid,
  resumed_on_behalf_of uuid,
  resume_reason text
);
create index deadline_pause_task on deadline_pause (task_id, paused_at);
create unique index deadline_pause_open on deadline_pause (task_id) where resumed_at is null;
