-- Why: what units hand in on paper is registered too, by the task it is for; two units may send papers of one number. Lock: a moment on incoming_document
-- (a nullable column, a key over a few rows). Duration: instant.
alter table incoming_document add column task_id uuid;
alter table incoming_document drop constraint incoming_document_root_id_number_raw_key;
create unique index incoming_document_once on incoming_document (root_id, number_raw, coalesce(task_id, '00000000-0000-0000-0000-000000000000'));
