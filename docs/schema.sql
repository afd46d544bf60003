-- What the migrations of src/*/Migrations come to. Written by SchemaTests, to be read; nothing runs it.

create table absence (
  id uuid not null,
  person_id uuid not null,
  from_day date not null,
  until_day date not null,
  reason text,
  entered_by uuid not null,
  entered_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_by uuid,
  constraint absence_pkey PRIMARY KEY (id),
  constraint absence_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  CHECK ((from_day < until_day))
);
CREATE INDEX absence_person ON public.absence USING btree (person_id, until_day) WHERE (ended_at IS NULL);

create table activation (
  key text not null,
  instance_id uuid not null,
  constraint activation_pkey PRIMARY KEY (key)
);
CREATE INDEX activation_instance ON public.activation USING btree (instance_id);

create table alteration_job (
  plan_id text,
  instance_id uuid not null,
  event_id bigint not null,
  outcomes jsonb,
  asked_at timestamp with time zone,
  constraint alteration_job_pkey PRIMARY KEY (instance_id, event_id),
  constraint alteration_job_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES alteration_plan(id),
  CHECK (((plan_id IS NOT NULL) OR (asked_at IS NOT NULL)))
);
CREATE INDEX alteration_job_asked ON public.alteration_job USING btree (asked_at) WHERE (plan_id IS NULL);
CREATE UNIQUE INDEX alteration_job_plan ON public.alteration_job USING btree (plan_id, instance_id) WHERE (plan_id IS NOT NULL);

create table alteration_plan (
  id text not null,
  alterations jsonb not null,
  filter jsonb not null,
  actor_id uuid,
  on_behalf_of uuid,
  submitted_at timestamp with time zone not null,
  constraint alteration_plan_pkey PRIMARY KEY (id)
);

create table archived_incident (
  id uuid not null,
  instance_id uuid not null,
  activity_id text not null,
  activity_type text not null,
  node_id text not null,
  kind text not null,
  message text not null,
  detail jsonb,
  at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  constraint archived_incident_pkey PRIMARY KEY (id)
);
CREATE INDEX archived_incident_instance ON public.archived_incident USING btree (instance_id);

create table archived_instance (
  id uuid not null,
  definition_id text not null,
  definition_version_id text not null,
  version integer not null,
  root_id uuid not null,
  parent_id uuid,
  parent_context text,
  report_to_parent text not null,
  unit_id bigint,
  correlation_id text,
  name text,
  status text not null,
  sub_status text not null,
  burst integer not null,
  incident_count integer not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  deleted_at timestamp with time zone,
  archived_at timestamp with time zone not null,
  constraint archived_instance_pkey PRIMARY KEY (id)
);
CREATE INDEX archived_instance_definition ON public.archived_instance USING btree (definition_id, created_at);
CREATE INDEX archived_instance_parent ON public.archived_instance USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX archived_instance_root ON public.archived_instance USING btree (root_id);

create table archived_journal (
  instance_id uuid not null,
  burst integer not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  actor_id uuid,
  on_behalf_of uuid,
  events json not null,
  facts json,
  entries json not null,
  constraint archived_journal_pkey PRIMARY KEY (instance_id, burst)
);

create table archived_state (
  instance_id uuid not null,
  state json not null,
  constraint archived_state_pkey PRIMARY KEY (instance_id)
);

create table attachment (
  id uuid not null,
  task_id uuid not null,
  field text,
  round integer not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha256 text not null,
  uploaded_by uuid not null,
  uploaded_at timestamp with time zone not null,
  complete boolean not null default false,
  constraint attachment_pkey PRIMARY KEY (id)
);
CREATE INDEX attachment_task ON public.attachment USING btree (task_id);

create table attachment_chunk (
  attachment_id uuid not null,
  n integer not null,
  bytes bytea not null storage external,
  constraint attachment_chunk_pkey PRIMARY KEY (attachment_id, n),
  constraint attachment_chunk_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES attachment(id) ON DELETE CASCADE
);

create table audit (
  id bigint generated always as identity not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  actor_id uuid,
  on_behalf_of uuid,
  action text not null,
  root_id uuid,
  instance_id uuid,
  task_id uuid,
  unit_id bigint,
  detail jsonb not null default '{}'::jsonb,
  constraint audit_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_broken ON public.audit USING btree (task_id, id) WHERE (action = 'deadline.broken'::text);
CREATE INDEX audit_root ON public.audit USING btree (root_id, id) WHERE (root_id IS NOT NULL);
CREATE INDEX audit_task ON public.audit USING btree (task_id, id) WHERE (task_id IS NOT NULL);

create table bookmark (
  id uuid not null,
  instance_id uuid not null,
  activity_id text not null,
  name text not null,
  hash text,
  correlation_id text,
  due_at timestamp with time zone,
  taken_at timestamp with time zone,
  constraint bookmark_pkey PRIMARY KEY (id)
);
CREATE INDEX bookmark_due ON public.bookmark USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX bookmark_hash ON public.bookmark USING btree (hash, md5(correlation_id)) WHERE (hash IS NOT NULL);
CREATE INDEX bookmark_instance ON public.bookmark USING btree (instance_id);

create table calendar (
  id text not null,
  version integer not null,
  body jsonb not null,
  loaded_at timestamp with time zone not null,
  unsettled_since timestamp with time zone,
  constraint calendar_pkey PRIMARY KEY (id, version)
);
CREATE INDEX calendar_unsettled ON public.calendar USING btree (unsettled_since) WHERE (unsettled_since IS NOT NULL);

create table calendar_feed (
  id uuid not null,
  person_id uuid not null,
  unit_id bigint,
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint calendar_feed_pkey PRIMARY KEY (id),
  constraint calendar_feed_token_hash_key UNIQUE (token_hash),
  constraint calendar_feed_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint calendar_feed_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK ((length(token_hash) = 32))
);
CREATE INDEX calendar_feed_person ON public.calendar_feed USING btree (person_id) WHERE (revoked_at IS NULL);

create table case_ladder (
  root_id uuid not null,
  activity_id text not null default ''::text,
  ladder_id text not null,
  at timestamp with time zone not null,
  unsettled_since timestamp with time zone,
  constraint case_ladder_pkey PRIMARY KEY (root_id, activity_id)
);

create table clock (
  id boolean not null default true,
  offset_us bigint not null,
  standing_at timestamp with time zone,
  version bigint not null,
  constraint clock_pkey PRIMARY KEY (id),
  CHECK (id)
);

create table data_protection_key (
  id bigint generated always as identity not null,
  name text not null,
  xml text not null,
  constraint data_protection_key_pkey PRIMARY KEY (id)
);

create table deadline (
  task_id uuid not null,
  purpose text not null default 'work'::text,
  instance_id uuid not null,
  ladder_id text,
  calendar_id text not null,
  not_before timestamp with time zone,
  legal_due timestamp with time zone,
  extended_due timestamp with time zone,
  target_due timestamp with time zone,
  due timestamp with time zone,
  started_at timestamp with time zone not null,
  round integer not null default 1,
  last_rung text,
  last_period integer not null default 0,
  next_at timestamp with time zone,
  stopped_at timestamp with time zone,
  paused_at timestamp with time zone,
  constraint deadline_pkey PRIMARY KEY (task_id, purpose),
  CHECK ((purpose = ANY (ARRAY['work'::text, 'review'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX deadline_next ON public.deadline USING btree (next_at) WHERE (next_at IS NOT NULL);

create table deadline_extension (
  id uuid not null,
  task_id uuid not null,
  old_due timestamp with time zone,
  new_due timestamp with time zone not null,
  reason text not null,
  document text,
  granted_by uuid not null,
  on_behalf_of uuid,
  at timestamp with time zone not null,
  batch_id uuid,
  effective_at timestamp with time zone,
  outcome text,
  settled_at timestamp with time zone,
  settled_by uuid,
  inverse_of uuid,
  constraint deadline_extension_pkey PRIMARY KEY (id),
  constraint deadline_extension_inverse_of_fkey FOREIGN KEY (inverse_of) REFERENCES deadline_extension(id),
  CHECK ((outcome = ANY (ARRAY['applied'::text, 'revoked'::text, 'void'::text])))
);
CREATE INDEX deadline_extension_planned ON public.deadline_extension USING btree (effective_at) WHERE (outcome IS NULL);
CREATE INDEX deadline_extension_task ON public.deadline_extension USING btree (task_id, at);

create table deadline_operation (
  actor_id uuid not null,
  operation_id text not null,
  body_hash text not null,
  answer jsonb not null,
  at timestamp with time zone not null,
  constraint deadline_operation_pkey PRIMARY KEY (actor_id, operation_id)
);

create table deadline_pause (
  id uuid not null,
  task_id uuid not null,
  paused_at timestamp with time zone not null,
  paused_by uuid not null,
  paused_on_behalf_of uuid,
  reason text not null,
  resumed_at timestamp with time zone,
  resumed_by uuid,
  resumed_on_behalf_of uuid,
  resume_reason text,
  constraint deadline_pause_pkey PRIMARY KEY (id)
);
CREATE INDEX deadline_pause_task ON public.deadline_pause USING btree (task_id, paused_at);
CREATE UNIQUE INDEX deadline_pause_open ON public.deadline_pause USING btree (task_id) WHERE (resumed_at IS NULL);

create table definition_history (
  id bigint generated always as identity not null,
  definition_id text not null,
  version_id text not null,
  version integer not null,
  action text not null,
  saves integer not null default 1,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  actor_id uuid,
  on_behalf_of uuid,
  document text,
  constraint definition_history_pkey PRIMARY KEY (id),
  CHECK ((action = ANY (ARRAY['save'::text, 'import'::text, 'revert'::text, 'publish'::text, 'retract'::text, 'delete'::text, 'delete-version'::text])))
);
CREATE INDEX definition_history_definition ON public.definition_history USING btree (definition_id, id);

create table definition_version (
  id text not null,
  definition_id text not null,
  version integer not null,
  name text,
  document text not null,
  is_latest boolean not null,
  is_published boolean not null,
  created_at timestamp with time zone not null,
  created_by uuid,
  deleted_at timestamp with time zone,
  activation text default ((document)::jsonb #>> '{options,activationStrategyType}'::text[]),
  revision integer not null default 1,
  frozen_at timestamp with time zone,
  updated_at timestamp with time zone,
  updated_by uuid,
  activity_type text,
  constraint definition_version_pkey PRIMARY KEY (id),
  constraint definition_version_definition_id_version_key UNIQUE (definition_id, version)
);
CREATE INDEX definition_version_activity_type ON public.definition_version USING btree (activity_type) WHERE (activity_type IS NOT NULL);
CREATE UNIQUE INDEX definition_latest ON public.definition_version USING btree (definition_id) WHERE is_latest;
CREATE UNIQUE INDEX definition_published ON public.definition_version USING btree (definition_id) WHERE is_published;

create table delegation (
  id uuid not null,
  absence_id uuid not null,
  deputy_id uuid not null,
  duties text[] not null,
  root_ids uuid[],
  definition_ids text[],
  written boolean not null default false,
  document text,
  constraint delegation_pkey PRIMARY KEY (id),
  constraint delegation_absence_id_fkey FOREIGN KEY (absence_id) REFERENCES absence(id),
  constraint delegation_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES person(id),
  CHECK (((duties <@ ARRAY['work'::text, 'review'::text, 'follow-up'::text, 'extend'::text]) AND (cardinality(duties) > 0)))
);
CREATE INDEX delegation_absence ON public.delegation USING btree (absence_id);
CREATE INDEX delegation_deputy ON public.delegation USING btree (deputy_id);

create table digest (
  id uuid not null,
  person_id uuid not null,
  slot timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint digest_pkey PRIMARY KEY (id),
  constraint digest_person_id_slot_key UNIQUE (person_id, slot)
);
CREATE INDEX digest_open ON public.digest USING btree (slot) WHERE (closed_at IS NULL);

create table digest_line (
  digest_id uuid not null,
  task_id uuid not null,
  purpose text not null,
  round integer not null,
  rung text not null,
  period integer not null,
  as_person uuid,
  skipped_person uuid,
  away_until date,
  opened_at timestamp with time zone,
  withheld boolean not null default false,
  constraint digest_line_pkey PRIMARY KEY (digest_id, task_id, purpose, round, rung, period),
  constraint digest_line_digest_id_fkey FOREIGN KEY (digest_id) REFERENCES digest(id)
);
CREATE INDEX digest_line_task ON public.digest_line USING btree (task_id);

create table fan_out (
  instance_id uuid not null,
  context_id text not null,
  definition_version_id text not null,
  as_of date not null,
  rule jsonb not null,
  total integer not null,
  created_at timestamp with time zone not null,
  constraint fan_out_pkey PRIMARY KEY (instance_id, context_id)
);

create table form (
  id text not null,
  version integer not null,
  body jsonb not null,
  constraint form_pkey PRIMARY KEY (id, version)
);

create table held_event (
  id bigint not null,
  instance_id uuid not null,
  kind text not null,
  body json,
  payload_id uuid,
  actor_id uuid,
  on_behalf_of uuid,
  at timestamp with time zone not null,
  constraint held_event_pkey PRIMARY KEY (id)
);
CREATE INDEX held_event_instance ON public.held_event USING btree (instance_id, id);

create table host_beat (
  host text not null,
  started_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  stopped_at timestamp with time zone,
  constraint host_beat_pkey PRIMARY KEY (host)
);

create table http_call (
  id uuid not null,
  instance_id uuid not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  reached_at timestamp with time zone,
  answer jsonb,
  constraint http_call_pkey PRIMARY KEY (id)
);
CREATE INDEX http_call_recorded ON public.http_call USING btree (recorded_at);

create table http_job (
  id uuid not null,
  instance_id uuid not null,
  bookmark_id uuid not null,
  request jsonb not null,
  status text not null default 'queued'::text,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null,
  last_error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint http_job_pkey PRIMARY KEY (id),
  CHECK ((status = ANY (ARRAY['queued'::text, 'done'::text, 'cancelled'::text])))
);
CREATE INDEX http_job_due ON public.http_job USING btree (next_attempt_at, id) WHERE (status = 'queued'::text);
CREATE INDEX http_job_finished ON public.http_job USING btree (finished_at) WHERE (finished_at IS NOT NULL);

create table incident (
  id uuid not null,
  instance_id uuid not null,
  activity_id text not null,
  activity_type text not null,
  node_id text not null,
  kind text not null,
  message text not null,
  detail jsonb,
  at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  constraint incident_pkey PRIMARY KEY (id)
);
CREATE INDEX incident_instance ON public.incident USING btree (instance_id);
CREATE INDEX incident_open ON public.incident USING btree (at, id) WHERE (resolved_at IS NULL);

create table incoming_document (
  id uuid not null,
  unit_id bigint not null,
  root_id uuid not null,
  number_text text,
  number_raw text not null,
  sender text,
  issued_on date,
  arrived_on date not null,
  subject text not null,
  places integer,
  registered_at timestamp with time zone not null,
  task_id uuid,
  constraint incoming_document_pkey PRIMARY KEY (id),
  constraint incoming_document_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK ((places > 0))
);
CREATE INDEX incoming_document_unit ON public.incoming_document USING btree (unit_id, arrived_on);
CREATE UNIQUE INDEX incoming_document_once ON public.incoming_document USING btree (root_id, number_raw, COALESCE(task_id, '00000000-0000-0000-0000-000000000000'::uuid));

create table instance (
  id uuid not null,
  definition_id text not null,
  definition_version_id text not null,
  version integer not null,
  root_id uuid not null,
  parent_id uuid,
  parent_context text,
  report_to_parent text not null default 'none'::text,
  unit_id bigint,
  correlation_id text,
  name text,
  status text not null default 'Running'::text,
  sub_status text not null default 'Pending'::text,
  burst integer not null default 0,
  incident_count integer not null default 0,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint instance_pkey PRIMARY KEY (id),
  CHECK ((report_to_parent = ANY (ARRAY['none'::text, 'first'::text, 'each'::text, 'count'::text, 'inline'::text]))),
  CHECK ((status = ANY (ARRAY['Running'::text, 'Finished'::text]))),
  CHECK ((sub_status = ANY (ARRAY['Pending'::text, 'Executing'::text, 'Suspended'::text, 'Finished'::text, 'Cancelled'::text, 'Faulted'::text])))
) with (fillfactor=45, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX instance_child ON public.instance USING btree (parent_id, parent_context, unit_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX instance_definition ON public.instance USING btree (definition_id, created_at);
CREATE INDEX instance_incident ON public.instance USING btree (root_id) WHERE (incident_count > 0);
CREATE INDEX instance_root ON public.instance USING btree (root_id);

create table instance_event (
  id bigint generated always as identity not null,
  instance_id uuid not null,
  kind text not null,
  body json,
  payload_id uuid,
  actor_id uuid,
  on_behalf_of uuid,
  at timestamp with time zone not null,
  constraint instance_event_pkey PRIMARY KEY (instance_id, id)
) with (autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=500, autovacuum_vacuum_cost_delay=0);

create table instance_state (
  instance_id uuid not null,
  state json not null,
  constraint instance_state_pkey PRIMARY KEY (instance_id)
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02);

create table job_run (
  id uuid not null,
  job text not null,
  host text not null,
  scheduled_at timestamp with time zone not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome bigint,
  error text,
  constraint job_run_pkey PRIMARY KEY (id)
);
CREATE INDEX job_run_failed ON public.job_run USING btree (started_at DESC) WHERE (error IS NOT NULL);
CREATE INDEX job_run_job ON public.job_run USING btree (job, started_at DESC);

create table journal (
  instance_id uuid not null,
  burst integer not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  actor_id uuid,
  on_behalf_of uuid,
  events json not null,
  facts json,
  entries json not null,
  constraint journal_pkey PRIMARY KEY (instance_id, burst)
);

create table ladder (
  id text not null,
  body jsonb not null,
  constraint ladder_pkey PRIMARY KEY (id)
);

create table mail_template (
  kind text not null,
  language text not null,
  version integer not null,
  subject text,
  body text,
  at timestamp with time zone not null,
  changed_by uuid not null,
  constraint mail_template_pkey PRIMARY KEY (kind, language, version),
  constraint mail_template_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES person(id),
  CHECK (((subject IS NULL) = (body IS NULL))),
  CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
  CHECK ((version > 0))
);

create table mail_window (
  domain text not null,
  started timestamp with time zone not null,
  taken integer not null,
  constraint mail_window_pkey PRIMARY KEY (domain)
);

create table number_issued (
  unit_id bigint not null,
  year integer not null,
  series text not null,
  number integer not null,
  plan_id uuid,
  number_text text not null,
  issued_on date not null,
  taken_at timestamp with time zone not null,
  constraint number_issued_pkey PRIMARY KEY (unit_id, year, series, number),
  constraint number_issued_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plan(id),
  constraint number_issued_unit_id_year_series_fkey FOREIGN KEY (unit_id, year, series) REFERENCES number_register(unit_id, year, series),
  CHECK ((number > 0))
);
CREATE UNIQUE INDEX number_issued_plan ON public.number_issued USING btree (plan_id) WHERE (plan_id IS NOT NULL);

create table number_register (
  unit_id bigint not null,
  year integer not null,
  series text not null,
  last integer not null,
  constraint number_register_pkey PRIMARY KEY (unit_id, year, series),
  constraint number_register_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK ((last >= 0))
);

create table outage (
  id uuid not null,
  from_at timestamp with time zone not null,
  until_at timestamp with time zone not null,
  business_at timestamp with time zone not null,
  missed jsonb not null,
  caught_up_at timestamp with time zone,
  constraint outage_pkey PRIMARY KEY (id)
);
CREATE INDEX outage_from ON public.outage USING btree (from_at DESC);

create table outbox (
  id uuid not null,
  dedupe text not null,
  kind text not null,
  person_id uuid,
  to_address text,
  to_name text,
  language text not null default 'vi'::text,
  root_id uuid,
  task_id uuid,
  data jsonb not null,
  status text not null default 'queued'::text,
  attempts integer not null default 0,
  queued_at timestamp with time zone not null,
  next_attempt_at timestamp with time zone,
  sent_at timestamp with time zone,
  last_error text,
  subject text,
  body_text text,
  importance smallint not null default 2,
  digest_id uuid,
  bounced_at timestamp with time zone,
  bounce_reason text,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_dedupe_key UNIQUE (dedupe),
  CHECK (((importance >= 1) AND (importance <= 3))),
  CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'dead'::text, 'bounced'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX outbox_digest ON public.outbox USING btree (digest_id) WHERE (digest_id IS NOT NULL);
CREATE INDEX outbox_failed ON public.outbox USING btree (queued_at) WHERE (status = ANY (ARRAY['dead'::text, 'bounced'::text]));
CREATE INDEX outbox_next ON public.outbox USING btree (next_attempt_at) WHERE (status = 'queued'::text);
CREATE INDEX outbox_person ON public.outbox USING btree (person_id, queued_at);
CREATE INDEX outbox_queued_at ON public.outbox USING brin (queued_at);
CREATE INDEX outbox_root ON public.outbox USING btree (root_id, queued_at);
CREATE INDEX outbox_task ON public.outbox USING btree (task_id) WHERE (task_id IS NOT NULL);
CREATE INDEX outbox_turn ON public.outbox USING btree (importance, next_attempt_at, id) WHERE (status = 'queued'::text);

create table payload (
  id uuid not null,
  body json not null,
  created_at timestamp with time zone not null,
  constraint payload_pkey PRIMARY KEY (id)
);

create table person (
  id uuid not null,
  user_name text not null,
  normalized_user_name text not null,
  display_name text not null,
  email text,
  language text not null default 'vi'::text,
  password_hash text,
  security_stamp text not null,
  access_failed_count integer not null default 0,
  lockout_end timestamp with time zone,
  is_active boolean not null default true,
  must_change_password boolean not null default false,
  created_at timestamp with time zone not null,
  mail_pace text not null default 'immediate'::text,
  mail_at time without time zone not null default '08:00:00'::time without time zone,
  constraint person_pkey PRIMARY KEY (id),
  constraint person_normalized_user_name_key UNIQUE (normalized_user_name),
  constraint person_user_name_key UNIQUE (user_name),
  CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
  CHECK ((mail_pace = ANY (ARRAY['immediate'::text, 'daily'::text, 'escalations'::text])))
);

create table plan (
  id uuid not null,
  unit_id bigint not null,
  campaign_year integer not null,
  doc_type text not null default 'KH'::text,
  symbol text,
  number integer,
  number_text text,
  number_raw text,
  subject text not null,
  place text,
  issued_on date,
  issued_on_raw text,
  issued_on_confidence text not null default 'certain'::text,
  status text not null default 'draft'::text,
  parent_id uuid,
  parent_text text,
  content text,
  legal_bases jsonb not null default '[]'::jsonb,
  signature_block jsonb not null default '[]'::jsonb,
  definition_id text not null,
  root_id uuid not null,
  summary jsonb,
  created_by uuid,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  signed_at timestamp with time zone,
  issued_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint plan_pkey PRIMARY KEY (id),
  constraint plan_root_id_key UNIQUE (root_id),
  constraint plan_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES plan(id),
  constraint plan_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK (((campaign_year >= 1900) AND (campaign_year <= 2999))),
  CHECK (((status <> ALL (ARRAY['issued'::text, 'closed'::text, 'recalled'::text])) OR ((number IS NOT NULL) AND (issued_on IS NOT NULL)))),
  CHECK ((issued_on_confidence = ANY (ARRAY['certain'::text, 'inferred'::text, 'unknown'::text]))),
  CHECK ((number > 0)),
  CHECK ((status = ANY (ARRAY['draft'::text, 'checking'::text, 'signing'::text, 'signed'::text, 'issued'::text, 'closed'::text, 'recalled'::text]))),
  CHECK ((subject <> ''::text))
);
CREATE INDEX plan_parent ON public.plan USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX plan_unit ON public.plan USING btree (unit_id, campaign_year, created_at);
CREATE TRIGGER plan_status_step BEFORE UPDATE OF status ON public.plan FOR EACH ROW EXECUTE FUNCTION plan_status_step();

create table plan_change (
  id uuid not null,
  plan_id uuid not null,
  kind text not null,
  document text not null,
  reason text not null,
  body jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null,
  by uuid not null,
  on_behalf_of uuid,
  constraint plan_change_pkey PRIMARY KEY (id),
  constraint plan_change_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plan(id),
  CHECK ((kind = ANY (ARRAY['correct'::text, 'amend'::text, 'withdraw'::text, 'recall'::text])))
);
CREATE INDEX plan_change_plan ON public.plan_change USING btree (plan_id, at);

create table plan_recall_receipt (
  change_id uuid not null,
  n integer not null,
  person_id uuid,
  unit_id bigint,
  label text not null,
  confirmed_at timestamp with time zone,
  confirmed_by uuid,
  constraint plan_recall_receipt_pkey PRIMARY KEY (change_id, n),
  constraint plan_recall_receipt_change_id_fkey FOREIGN KEY (change_id) REFERENCES plan_change(id),
  constraint plan_recall_receipt_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id)
);

create table plan_recipient (
  plan_id uuid not null,
  n integer not null,
  label text not null,
  unit_id bigint,
  selector jsonb,
  action_code text,
  action text not null default 'information'::text,
  channel text not null default 'electronic'::text,
  address text,
  constraint plan_recipient_pkey PRIMARY KEY (plan_id, n),
  constraint plan_recipient_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plan(id) ON DELETE CASCADE,
  constraint plan_recipient_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK ((action = ANY (ARRAY['action'::text, 'report'::text, 'direction'::text, 'information'::text, 'file'::text]))),
  CHECK ((action_code = ANY (ARRAY['t/h'::text, 'b/c'::text, 'c/đ'::text, 'để biết'::text]))),
  CHECK ((channel = ANY (ARRAY['electronic'::text, 'paper'::text]))),
  CHECK ((n > 0)),
  CHECK ((num_nonnulls(unit_id, selector, address) <= 1))
);

create table planned_change (
  id uuid not null,
  kind text not null,
  effective_at timestamp with time zone not null,
  body jsonb not null,
  shown jsonb not null,
  planned_at timestamp with time zone not null,
  planned_by uuid not null,
  on_behalf_of uuid,
  outcome text,
  settled_at timestamp with time zone,
  settled_by uuid,
  done jsonb,
  constraint planned_change_pkey PRIMARY KEY (id),
  CHECK ((outcome = ANY (ARRAY['applied'::text, 'revoked'::text, 'failed'::text])))
);
CREATE INDEX planned_change_due ON public.planned_change USING btree (effective_at) WHERE (outcome IS NULL);

create table role (
  code text not null,
  label_vi text not null,
  label_en text not null,
  permissions text[] not null default '{}'::text[],
  superior text,
  constraint role_pkey PRIMARY KEY (code),
  constraint role_superior_fkey FOREIGN KEY (superior) REFERENCES role(code)
);

create table role_assignment (
  id bigint generated always as identity not null,
  person_id uuid not null,
  unit_id bigint not null,
  role text not null,
  department text,
  valid_from date not null default '-infinity'::date,
  valid_to date not null default 'infinity'::date,
  constraint role_assignment_pkey PRIMARY KEY (id),
  constraint role_assignment_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint role_assignment_role_fkey FOREIGN KEY (role) REFERENCES role(code),
  constraint role_assignment_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id),
  CHECK ((valid_from < valid_to))
);
CREATE INDEX role_assignment_person ON public.role_assignment USING btree (person_id);
CREATE UNIQUE INDEX role_assignment_once ON public.role_assignment USING btree (unit_id, role, person_id, valid_from);

create table run_task_answer (
  hash text not null,
  answered_at timestamp with time zone not null,
  constraint run_task_answer_pkey PRIMARY KEY (hash)
);
CREATE INDEX run_task_answer_at ON public.run_task_answer USING btree (answered_at);

create table rung_fired (
  task_id uuid not null,
  purpose text not null,
  round integer not null,
  rung text not null,
  period integer not null,
  scheduled_at timestamp with time zone not null,
  fired_at timestamp with time zone not null,
  recipients integer not null,
  due timestamp with time zone,
  constraint rung_fired_pkey PRIMARY KEY (task_id, purpose, round, rung, period)
);
CREATE INDEX rung_fired_at ON public.rung_fired USING brin (fired_at);

create table schedule_pause (
  name text not null,
  paused_at timestamp with time zone not null,
  paused_by uuid,
  reason text not null,
  constraint schedule_pause_pkey PRIMARY KEY (name),
  CHECK ((reason <> ''::text))
);

create table schema_migration (
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null,
  constraint schema_migration_pkey PRIMARY KEY (number)
);

create table setting (
  key text not null,
  value jsonb not null,
  constraint setting_pkey PRIMARY KEY (key)
);

create table stimulus (
  id uuid not null,
  name text not null,
  hash text not null,
  correlation_id text,
  instance_id uuid,
  payload_id uuid not null,
  received_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  has_begun boolean not null default false,
  constraint stimulus_pkey PRIMARY KEY (id)
);
CREATE INDEX stimulus_hash ON public.stimulus USING btree (hash, expires_at);
CREATE INDEX stimulus_kept ON public.stimulus USING btree (expires_at);

create table task (
  id uuid not null,
  instance_id uuid not null,
  root_id uuid not null,
  spec_id uuid not null,
  activity_id text not null,
  context_id text not null,
  unit_id bigint not null,
  owner_unit_id bigint not null,
  candidate_roles text[] not null,
  reviewer_roles text[] not null default '{}'::text[],
  status text not null default 'open'::text,
  round integer not null default 1,
  revision integer not null default 1,
  assignee_id uuid,
  outcome text,
  close_reason text,
  created_at timestamp with time zone not null,
  opened_at timestamp with time zone,
  first_submitted_at timestamp with time zone,
  submitted_at timestamp with time zone,
  decided_at timestamp with time zone,
  counts_at timestamp with time zone,
  constraint task_pkey PRIMARY KEY (id),
  CHECK ((status = ANY (ARRAY['open'::text, 'submitted'::text, 'accepted'::text, 'completed'::text, 'closed'::text, 'cancelled'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX task_ended ON public.task USING btree (unit_id) WHERE (status = ANY (ARRAY['closed'::text, 'cancelled'::text]));
CREATE INDEX task_instance ON public.task USING btree (instance_id);
CREATE INDEX task_review ON public.task USING btree (owner_unit_id) WHERE (status = 'submitted'::text);
CREATE INDEX task_root ON public.task USING btree (root_id, activity_id);
CREATE INDEX task_work ON public.task USING btree (unit_id) WHERE (status = 'open'::text);

create table task_comment (
  id uuid not null,
  task_id uuid not null,
  person_id uuid not null,
  on_behalf_of uuid,
  kind text not null default 'comment'::text,
  text text not null,
  at timestamp with time zone not null,
  constraint task_comment_pkey PRIMARY KEY (id),
  CHECK ((kind = ANY (ARRAY['comment'::text, 'follow-up'::text])))
);
CREATE INDEX task_comment_task ON public.task_comment USING btree (task_id, at);

create table task_draft (
  task_id uuid not null,
  person_id uuid not null,
  data jsonb not null,
  saved_at timestamp with time zone not null,
  constraint task_draft_pkey PRIMARY KEY (task_id, person_id)
);

create table task_operation (
  task_id uuid not null,
  actor_id uuid not null,
  operation_id text not null,
  body_hash text not null,
  answer jsonb not null,
  at timestamp with time zone not null,
  constraint task_operation_pkey PRIMARY KEY (task_id, actor_id, operation_id)
);

create table task_round (
  task_id uuid not null,
  round integer not null,
  due_at timestamp with time zone,
  submitted_at timestamp with time zone not null,
  submitted_by uuid not null,
  on_behalf_of uuid,
  outcome text,
  data jsonb not null,
  explanations jsonb,
  form_version integer,
  decision text,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_on_behalf_of uuid,
  reason text,
  counts_at timestamp with time zone,
  constraint task_round_pkey PRIMARY KEY (task_id, round, submitted_at),
  CHECK ((decision = ANY (ARRAY['accepted'::text, 'returned'::text, 'withdrawn'::text])))
);

create table task_spec (
  id uuid not null,
  body jsonb not null,
  constraint task_spec_pkey PRIMARY KEY (id)
);

create table trigger (
  definition_version_id text not null,
  activity_id text not null,
  name text not null,
  hash text,
  payload jsonb,
  due_at timestamp with time zone,
  fired_at timestamp with time zone,
  number integer not null default 0,
  constraint trigger_pkey PRIMARY KEY (definition_version_id, activity_id, number),
  constraint trigger_definition_version_id_fkey FOREIGN KEY (definition_version_id) REFERENCES definition_version(id)
);
CREATE INDEX trigger_due ON public.trigger USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX trigger_hash ON public.trigger USING btree (hash) WHERE (hash IS NOT NULL);
CREATE UNIQUE INDEX trigger_endpoint ON public.trigger USING btree (hash) WHERE (name = 'Elsa.HttpEndpoint'::text);

create table unit (
  id bigint generated by default as identity not null,
  code text not null,
  name text not null,
  short_name text not null,
  kind text not null,
  parent_id bigint,
  path text not null,
  valid_from date not null default '-infinity'::date,
  valid_to date not null default 'infinity'::date,
  calendar_id text not null default 'vn-public'::text,
  attributes jsonb not null default '{}'::jsonb,
  constraint unit_pkey PRIMARY KEY (id),
  constraint unit_code_key UNIQUE (code),
  constraint unit_path_key UNIQUE (path),
  constraint unit_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES unit(id),
  CHECK ((valid_from < valid_to))
);
CREATE INDEX unit_parent ON public.unit USING btree (parent_id);
CREATE INDEX unit_path ON public.unit USING btree (path text_pattern_ops);

create table unit_history (
  unit_id bigint not null,
  until_day date not null,
  parent_id bigint,
  name text not null,
  headcount text,
  changed_at timestamp with time zone not null,
  constraint unit_history_pkey PRIMARY KEY (unit_id, until_day),
  constraint unit_history_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES unit(id),
  constraint unit_history_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES unit(id)
);

create table unit_successor (
  from_unit bigint not null,
  to_unit bigint not null,
  kind text not null,
  effective_on date not null,
  constraint unit_successor_pkey PRIMARY KEY (from_unit, to_unit),
  constraint unit_successor_from_unit_fkey FOREIGN KEY (from_unit) REFERENCES unit(id),
  constraint unit_successor_to_unit_fkey FOREIGN KEY (to_unit) REFERENCES unit(id),
  CHECK ((kind = ANY (ARRAY['merge'::text, 'consolidate'::text, 'split'::text, 'transfer'::text, 'rename'::text])))
);

CREATE OR REPLACE FUNCTION public.plan_status_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.status <> new.status and not (old.status || '>' || new.status = any (array[
      'draft>checking', 'checking>draft', 'checking>signing', 'signing>draft', 'signing>checking', 'signing>signed',
      'signed>draft', 'signed>issued', 'issued>closed', 'issued>recalled', 'closed>recalled'])) then
    raise exception 'plan % cannot go from % to %', new.id, old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $function$;
