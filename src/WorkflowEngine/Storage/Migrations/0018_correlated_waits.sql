-- Why: an event with a correlation looked through all waits for its name, and the pulse, each turn, for every kept event through all waits there are; a second
-- answer to a task of RunTask looked through all stimuli. By md5: a correlation may be longer than an index takes. has_begun: an event that began instances is
-- kept like others, but it is not listed as one that nothing was there for.
-- Lock: share on bookmark and stimulus while the indexes are built. Duration: some seconds per million.
alter table stimulus add column has_begun boolean not null default false;
drop index bookmark_hash;
create index bookmark_hash on bookmark (hash, md5(correlation_id)) where hash is not null;
create index stimulus_kept on stimulus (expires_at) where consumed_at is null;
create index stimulus_answered on stimulus (hash) where name = 'Elsa.RunTask';
