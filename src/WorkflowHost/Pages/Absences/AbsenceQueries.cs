using Npgsql;
using WorkflowEngine.Absences;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Absences;

/// <summary>What the page of absences offers to choose from.</summary>
public sealed class AbsenceQueries(NpgsqlDataSource database)
{
    private const int Most = 500;

    // Those who could stand in: a role in a unit of the person, above or below it (EnterAbsence checks the same).
    private const string ReadDeputies =
        """
        -- AbsenceQueries.Deputies
        select distinct on (p.id) p.id, case when $3 then r.label_en else r.label_vi end, u.name
        from role_assignment b
        join unit bu on bu.id = b.unit_id and exists (select from unnest($2) as own where bu.path ^@ own or own ^@ bu.path)
        join person p on p.id = b.person_id and p.is_active
        join role r on r.code = b.role
        join unit u on u.id = b.unit_id
        where b.valid_from <= $4 and b.valid_to > $4 and p.id <> $1
        order by p.id, length(bu.path) desc, b.id
        limit $5
        """;

    private const string ReadPeople =
        """
        -- AbsenceQueries.People
        select distinct on (p.id) p.id, case when $2 then r.label_en else r.label_vi end, u.name
        from role_assignment b
        join unit u on u.id = b.unit_id and u.path ^@ any($1)
        join person p on p.id = b.person_id and p.is_active
        join role r on r.code = b.role
        where b.valid_from <= $3 and b.valid_to > $3
        order by p.id, b.id
        limit $4
        """;

    private const string ReadPlans =
        """
        -- AbsenceQueries.Plans
        select p.root_id, coalesce(p.number_text, p.number_raw, p.subject) from plan p join unit u on u.id = p.unit_id
        where p.status = 'issued' and p.root_id is not null and exists (select from unnest($1) as own where u.path ^@ own or own ^@ u.path)
        order by p.issued_on desc, p.id
        limit $2
        """;

    // What runs in plans that the person sees: the plans' own definitions and those of their units.
    private const string ReadProcesses =
        """
        -- AbsenceQueries.Processes
        select v.definition_id, coalesce(v.name, v.definition_id) from definition_version v
        where v.is_published and v.deleted_at is null and exists (
          select from plan p join unit u on u.id = p.unit_id join instance i on i.root_id = p.root_id
          where i.definition_id = v.definition_id and exists (select from unnest($1) as own where u.path ^@ own or own ^@ u.path))
        order by 2 limit $2
        """;

    // Somebody reviews and follows up where units stand below one they may review or close for, or where such work waits already; a unit's own work is
    // theirs where a task waits for their role, and where there is nothing else.
    private const string ReadDuties =
        """
        -- AbsenceQueries.Duties
        with held as (
          select a.unit_id, a.role, r.permissions, exists (select from unit c where c.parent_id = a.unit_id and c.valid_from <= $2 and c.valid_to > $2) as leads
          from role_assignment a join role r on r.code = a.role
          where a.person_id = $1 and a.valid_from <= $2 and a.valid_to > $2)
        select exists (select from held h where 'review' = any(h.permissions)
            and (h.leads or exists (select from task t where t.status = 'submitted' and t.owner_unit_id = h.unit_id and h.role = any(t.reviewer_roles)))),
          exists (select from held h where 'task.close' = any(h.permissions) and h.leads),
          exists (select from held h join task t on t.unit_id = h.unit_id and t.status = 'open' and h.role = any(t.candidate_roles)
            and (t.assignee_id is null or t.assignee_id = $1))
        """;

    /// <summary>A definition to choose.</summary>
    public sealed record Process(string Id, string Name);

    /// <summary>Somebody to choose, by role and unit, never by name alone.</summary>
    public sealed record Person(Guid Id, string Label);

    public sealed record Plan(Guid RootId, string Number);

    public Task<List<Person>> DeputiesAsync(Actor actor, bool english, DateOnly today, CancellationToken cancellation = default) =>
        PeopleAsync(ReadDeputies, cancellation, P(actor.PersonId), Texts([.. actor.Paths.Distinct()]), P(english), P(today), P(Most));

    /// <summary>The duties in which a person has work; the unit's own where they have none at all.</summary>
    public async Task<IReadOnlyList<string>> DutiesAsync(Guid person, DateOnly today, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (reviews, follows, works) = (await Command(connection, ReadDuties, P(person), P(today)).ListAsync(r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), cancellation))[0];
        return [.. new[] { (Duty.Work, works || !(reviews || follows)), (Duty.Review, reviews), (Duty.FollowUp, follows) }.Where(d => d.Item2).Select(d => d.Item1)];
    }

    /// <summary>Those for whom the reader may enter an absence beside themselves.</summary>
    public Task<List<Person>> AdministeredAsync(Actor actor, bool english, DateOnly today, CancellationToken cancellation = default) =>
        PeopleAsync(ReadPeople, cancellation, Texts(actor.PathsWith(Permission.Organisation)), P(english), P(today), P(Most));

    public async Task<List<Plan>> PlansAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, ReadPlans, Texts([.. actor.Paths.Distinct()]), P(Most)).ListAsync(r => new Plan(r.GetGuid(0), r.GetString(1)), cancellation);
    }

    public async Task<List<Process>> ProcessesAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, ReadProcesses, Texts([.. actor.Paths.Distinct()]), P(Most)).ListAsync(r => new Process(r.GetString(0), r.GetString(1)), cancellation);
    }

    private async Task<List<Person>> PeopleAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var people = await Command(connection, sql, parameters).ListAsync(r => new Person(r.GetGuid(0), $"{r.GetString(1)}, {r.GetString(2)}"), cancellation);
        return [.. people.OrderBy(p => p.Label, StringComparer.Create(System.Globalization.CultureInfo.GetCultureInfo("vi-VN"), ignoreCase: true))];
    }
}
