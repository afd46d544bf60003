using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Absences;

/// <summary>One for whom a person stands in now.</summary>
/// <param name="Actor">The deputy, on behalf of the one away: with that one's own roles, and of their permissions those that the duties name.</param>
/// <param name="Plans">Only in these plans; null: in all.</param>
/// <param name="Processes">Only in instances of these definitions; null: of all.</param>
/// <param name="LastDay">Last day of the absence; the rights end with it.</param>
public sealed record StandIn(
    Actor Actor, string Name, Text? Role, string? Unit, IReadOnlyList<string> Duties, IReadOnlyList<Guid>? Plans, IReadOnlyList<string>? Processes, DateOnly LastDay);

/// <summary>
/// For whom a person stands in at a moment, read with each request. Only roles that the one away holds themselves are passed on, so a delegated
/// right is never delegated again; the day after the last one there is nothing to read, and the rights are over.
/// </summary>
public sealed class StandIns(NpgsqlDataSource database)
{
    private const string Read =
        """
        -- StandIns.Read
        select g.id, b.person_id, p.display_name, r.label_vi, r.label_en, u.name, g.duties, g.root_ids, g.definition_ids, b.until_day, u.id, u.path, r.code, r.permissions, w.n
        from unnest($1, $2, $3) with ordinality as w(deputy_id, day, task_id, n)
        join delegation g on g.deputy_id = w.deputy_id
        join absence b on b.id = g.absence_id and b.ended_at is null and b.from_day <= w.day and w.day < b.until_day
        join person p on p.id = b.person_id and p.is_active
        join role_assignment a on a.person_id = b.person_id and a.valid_from <= w.day and w.day < a.valid_to
        join unit u on u.id = a.unit_id and u.valid_from <= w.day and w.day < u.valid_to
        join role r on r.code = a.role
        where w.task_id is null or exists (
          select from task t where t.id = w.task_id and (g.root_ids is null or t.root_id = any(g.root_ids))
            and (g.definition_ids is null or exists (select from instance i where i.id in (t.root_id, t.instance_id) and i.definition_id = any(g.definition_ids))))
        order by w.n, g.written desc, g.id, a.id
        """;

    private readonly SharedLane<(Guid Deputy, DateOnly Day, Guid? Task), IReadOnlyList<StandIn>> _lane = new(_ => true, TimeProvider.System);

    private const string Covered =
        """
        -- StandIns.Covered
        select t.id from task t
        where t.id = any($1) and ($2 is null or t.root_id = any($2))
          and ($3 is null or exists (select from instance i where i.id in (t.root_id, t.instance_id) and i.definition_id = any($3)))
        """;

    private static readonly Dictionary<string, string[]> PermissionsOf = new()
    {
        [Duty.Work] = [],
        [Duty.Review] = [Permission.Review],
        [Duty.FollowUp] = [Permission.CloseTask],
        [Duty.Extend] = [Permission.Extend],
    };

    private sealed record Row(
        long Asked, Guid Delegation, Guid Person, string Name, Text Role, string Unit, string[] Duties, Guid[]? Plans, string[]? Processes, DateOnly Until, Grant Grant);

    /// <summary>Everybody the person stands in for on the business day; written delegations first.</summary>
    /// <param name="taskId">Only what covers this task; null: all.</param>
    public Task<IReadOnlyList<StandIn>> ReadAsync(Guid personId, DateTimeOffset now, Guid? taskId = null, CancellationToken cancellation = default) =>
        _lane.RunAsync(
            (personId, WorkingCalendar.VietnamPublic.DayOf(now), taskId), together => ReadTogetherAsync(together, CancellationToken.None),
            async (alone, stop) => (await ReadTogetherAsync([alone], stop))[0], cancellation);

    private async Task<IReadOnlyList<IReadOnlyList<StandIn>>> ReadTogetherAsync(
        IReadOnlyList<(Guid Deputy, DateOnly Day, Guid? Task)> asked, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Read,
            Uuids([.. asked.Select(a => a.Deputy)]), P(asked.Select(a => a.Day).ToArray()), Uuids([.. asked.Select(a => a.Task)])).ListAsync(r =>
        {
            var duties = r.GetFieldValue<string[]>(6);
            var passedOn = duties.SelectMany(d => PermissionsOf[d]).Append(Permission.Read).ToHashSet(StringComparer.Ordinal);
            return new Row(
                r.GetInt64(14) - 1, r.GetGuid(0), r.GetGuid(1), r.GetString(2), new Text(r.GetString(3), r.GetString(4)), r.GetString(5), duties,
                r.IsDBNull(7) ? null : r.GetFieldValue<Guid[]>(7), r.IsDBNull(8) ? null : r.GetFieldValue<string[]>(8), r.GetFieldValue<DateOnly>(9),
                new Grant(r.GetInt64(10), r.GetString(11), r.GetString(12), r.GetFieldValue<string[]>(13).Where(passedOn.Contains).ToHashSet(StringComparer.Ordinal)));
        }, cancellation);
        var found = rows.ToLookup(r => r.Asked);
        return [.. asked.Select((a, i) => found[i].GroupBy(r => r.Delegation).Select(g => Of(a.Deputy, [.. g])).ToArray())];
    }

    private static StandIn Of(Guid deputy, Row[] roles)
    {
        var first = roles[0];
        return new StandIn(
            new Actor(deputy, first.Person, [.. roles.Select(r => r.Grant)]) { Duties = first.Duties }, first.Name, first.Role, first.Unit, first.Duties, first.Plans,
            first.Processes, first.Until.AddDays(-1));
    }

    /// <summary>Which of these tasks a delegation covers by plan and process.</summary>
    public async Task<IReadOnlySet<Guid>> CoveredAsync(StandIn standIn, Guid[] tasks, CancellationToken cancellation = default)
    {
        if (tasks.Length == 0 || standIn is { Plans: null, Processes: null }) return tasks.ToHashSet();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Covered, Uuids(tasks), P(standIn.Plans?.ToArray(), NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid),
            Texts(standIn.Processes?.ToArray()!)).ListAsync(r => r.GetGuid(0), cancellation)).ToHashSet();
    }
}
