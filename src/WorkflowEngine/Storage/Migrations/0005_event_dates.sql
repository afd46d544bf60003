-- Why: where a form asks on which day something happened (x-event-date), that day decides whether it was in time, not the moment it was entered.
-- Lock: a moment on task and task_round; then one update of what was handed in. Duration: about a second per hundred thousand tasks.

-- The instant that punctuality is measured on: the day of the event where the form asks for one, else the first submission; null: never handed in.
-- A round keeps what counted once it was handed in, so that its withdrawal brings back the one before.
alter table task add column counts_at timestamptz;
alter table task_round add column counts_at timestamptz;
update task set counts_at = first_submitted_at where first_submitted_at is not null;
update task_round r set counts_at = t.first_submitted_at from task t where t.id = r.task_id;
