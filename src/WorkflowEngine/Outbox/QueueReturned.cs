namespace WorkflowEngine.Outbox;

/// <summary>
/// The mail "trả lại" to the people of the unit, queued by the statement that returns the task (domain §7, story 3): whoever has claimed it, else
/// everybody who may do it. Once for each round and person.
/// </summary>
public static class QueueReturned
{
    /// <summary>
    /// A CTE for <c>ReturnTask</c>: expects the CTE <c>changed</c> with the task's new row, $3 the business time, $14 the reason and $15 the new
    /// due instant. The data is <see cref="ReturnedData"/>.
    /// </summary>
    public const string Cte =
        """

        , notified as (
          insert into outbox (id, dedupe, kind, person_id, to_address, to_name, language, root_id, task_id, data, importance, queued_at, next_attempt_at)
          select md5(m.dedupe)::uuid, m.dedupe, 'returned', m.person_id, m.email, m.display_name, m.language, m.root_id, m.task_id, m.data, 1, $3, $3
          from (
            select distinct on (p.id) 'returned/' || c.id || '/' || c.round - 1 || '/' || p.id as dedupe, p.id as person_id, p.email, p.display_name,
              p.language, c.root_id, c.id as task_id, jsonb_strip_nulls(jsonb_build_object(
                'plan', jsonb_build_object('number', coalesce(s.body -> 'context' ->> 'planNumber', s.body -> 'context' ->> 'numberText'),
                  'subject', coalesce(s.body -> 'context' ->> 'planSubject', s.body -> 'context' ->> 'subject'), 'issuer', s.body -> 'context' ->> 'issuer'),
                'to', jsonb_build_object('unit', u.name, 'role', case when r.code is not null then jsonb_build_object('vi', r.label_vi, 'en', r.label_en) end),
                'taskId', c.id, 'taskTitle', s.body -> 'title', 'unit', u.name, 'reason', $14::text, 'submittedAt', k.submitted_at,
                'onTime', c.counts_at < coalesce(d.extended_due, d.legal_due), 'due', $15::timestamptz, 'path', '/tasks/' || c.id)) as data
            from changed c
            join task_spec s on s.id = c.spec_id
            join unit u on u.id = c.unit_id
            left join deadline d on d.task_id = c.id and d.purpose = 'work'
            left join task_round k on k.task_id = c.id and k.round = c.round - 1 and k.decision is null
            left join person claimed on claimed.id = c.assignee_id and claimed.is_active
            left join role_assignment a on a.unit_id = c.unit_id and a.role = any(c.candidate_roles)
              and a.valid_from <= ($3 at time zone 'Asia/Ho_Chi_Minh')::date and a.valid_to > ($3 at time zone 'Asia/Ho_Chi_Minh')::date
              and (claimed.id is null or a.person_id = claimed.id)
            join person p on p.id = coalesce(claimed.id, a.person_id) and p.is_active
            left join role r on r.code = a.role
            order by p.id, a.id) m
          on conflict (dedupe) do nothing)
        """;
}
