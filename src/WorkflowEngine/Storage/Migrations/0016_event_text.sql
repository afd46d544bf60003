-- Why: what comes with an event is read whole, once. As json it is checked and kept as it came, with the order of its members, which scripts see; jsonb has an
-- order of its own. Lock: exclusive on the three tables while they are rewritten. Duration: seconds for a million events that wait, usually none.
alter table instance_event alter column body type json;
alter table held_event alter column body type json;
alter table payload alter column body type json;
