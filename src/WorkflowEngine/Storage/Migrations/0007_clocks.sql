-- Why: calendars are loaded while clocks run, and clocks are paused, extended later and taken back.
-- Lock: a moment on calendar and rung_fired (columns without a default). Duration: under a second.

-- Which due instant a rung was fired for: an extension fires the rungs of its new date anew, a calendar that moves an instant does not.
alter table rung_fired add column due timestamptz;

-- System time at which a version was loaded, until the reminders that other hosts planned by the one before have been planned anew.
alter table calendar add column unsettled_since timestamptz;
create index calendar_unsettled on calendar (unsettled_since) where unsettled_since is not null;
