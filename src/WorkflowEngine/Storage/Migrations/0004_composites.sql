-- Why: a definition that others use as an activity is found by the name of that activity. Lock: brief exclusive on definition_version (a few
-- hundred rows). Duration: under a second. What was stored before could not be used as an activity, so nothing is filled in.

-- The activity type that this version is to others; null: it is none.
alter table definition_version add column activity_type text;
create index definition_version_activity_type on definition_version (activity_type) where activity_type is not null;
