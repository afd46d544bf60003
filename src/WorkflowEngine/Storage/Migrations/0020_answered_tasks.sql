-- Why: stimulus held two things. It was the events that are kept for a wait, and also the memory of which tasks of RunTask were answered, under a payload that
-- there is not. That memory gets a table of its own; a kept event goes when it is taken, so that what lies in stimulus has found no wait.
-- Lock: exclusive on stimulus. Duration: as long as it takes to read the events and answers of the last thirty days once; nearly always instant.
create table run_task_answer (
  hash        text primary key,
  answered_at timestamptz not null
);
create index run_task_answer_at on run_task_answer (answered_at);
insert into run_task_answer (hash, answered_at) select hash, min(received_at) from stimulus where name = 'Elsa.RunTask' and consumed_at is not null group by hash;
delete from stimulus where consumed_at is not null;
drop index stimulus_answered, stimulus_hash, stimulus_kept;
alter table stimulus drop column consumed_at;
create index stimulus_hash on stimulus (hash, expires_at);
create index stimulus_kept on stimulus (expires_at);
