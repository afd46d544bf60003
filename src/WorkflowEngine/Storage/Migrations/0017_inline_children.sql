-- Why: a child that runs within a run of its parent tells it when it first comes to rest, and of its end if that comes later.
-- Lock: exclusive on instance while its rows are checked. Duration: a second per million.
alter table instance drop constraint instance_report_to_parent_check;
alter table instance add constraint instance_report_to_parent_check check (report_to_parent in ('none', 'first', 'each', 'count', 'inline'));
