namespace WorkflowEngine.Outbox;

/// <summary>
/// Which mails an outbox permission covers: those about its tasks or its plans, and those to people who held a role in the permitted subtree on the day
/// of the mail: what is written to somebody after they left concerns the unit no more, and what went out before still does.
/// </summary>
internal static class OutboxReach
{
    /// <summary>The condition over <c>o</c>, a mail, with $1 the permitted paths.</summary>
    public const string Sql =
        """
        ('/' = any($1)
          or exists (select from role_assignment a join unit u on u.id = a.unit_id where a.person_id = o.person_id and u.path ^@ any($1)
            and a.valid_from <= (o.queued_at at time zone 'Asia/Ho_Chi_Minh')::date and (o.queued_at at time zone 'Asia/Ho_Chi_Minh')::date < a.valid_to)
          or exists (select from task t join unit u on u.id in (t.unit_id, t.owner_unit_id) where t.id = o.task_id and u.path ^@ any($1))
          or exists (select from every_instance i join unit u on u.id = i.unit_id where i.id = o.root_id and u.path ^@ any($1)))
        """;
}
