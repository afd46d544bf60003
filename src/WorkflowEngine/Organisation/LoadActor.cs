using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Organisation;

/// <summary>Makes the <see cref="Actor"/> of a person: the roles they hold on the business date, with the permissions those roles are made of.</summary>
public sealed class LoadActor(NpgsqlDataSource database)
{
    private const string Grants =
        """
        -- LoadActor.Grants
        select w.n, a.unit_id, a.path, a.code, a.permissions
        from unnest($1, $2) with ordinality as w(person_id, day, n)
        join person p on p.id = w.person_id and p.is_active
        left join lateral (
          select a.id, a.unit_id, u.path, r.code, r.permissions
          from role_assignment a
          join unit u on u.id = a.unit_id and u.valid_from <= w.day and w.day < u.valid_to
          join role r on r.code = a.role
          where a.person_id = p.id and a.valid_from <= w.day and w.day < a.valid_to) a on true
        order by w.n, a.id
        """;

    private readonly SharedLane<(Guid Person, DateOnly Day), Grant[]?> _lane = new(_ => true, TimeProvider.System);

    /// <summary>
    /// The person at this business time, or null when unknown or no longer active. Assignments and units are valid from their first day until
    /// the day before <c>valid_to</c>, counted in Asia/Ho_Chi_Minh: a right that ends on 28/03 ends at 00:00 of that day.
    /// </summary>
    /// <param name="personId">The person signed in.</param>
    /// <param name="now">Business time.</param>
    /// <param name="onBehalfOf">Whom they stand in for; carried through to every row that is written.</param>
    public async Task<Actor?> ReadAsync(Guid personId, DateTimeOffset now, Guid? onBehalfOf = null, CancellationToken cancellation = default)
    {
        var day = WorkingCalendar.VietnamPublic.DayOf(now);
        var grants = await _lane.RunAsync(
            (personId, day), together => GrantsAsync(together, CancellationToken.None), async (alone, stop) => (await GrantsAsync([alone], stop))[0], cancellation);
        return grants is null ? null : new Actor(personId, onBehalfOf, grants);
    }

    /// <returns>What each holds; null for who is unknown or not active.</returns>
    private async Task<IReadOnlyList<Grant[]?>> GrantsAsync(IReadOnlyList<(Guid Person, DateOnly Day)> asked, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Db.Command(connection, Grants, Db.Uuids([.. asked.Select(a => a.Person)]), Db.P(asked.Select(a => a.Day).ToArray())).ListAsync(
            r => (Asked: r.GetInt64(0) - 1, Grant: r.IsDBNull(1)
                ? null
                : new Grant(r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetFieldValue<string[]>(4).ToHashSet(StringComparer.Ordinal))), cancellation);
        var found = rows.ToLookup(r => r.Asked, r => r.Grant);
        return [.. asked.Select((_, i) => found.Contains(i) ? found[i].OfType<Grant>().ToArray() : null)];
    }
}
