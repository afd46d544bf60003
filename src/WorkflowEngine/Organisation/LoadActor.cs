using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Organisation;

/// <summary>Makes the <see cref="Actor"/> of a person: the roles they hold on the business date, with the permissions those roles are made of.</summary>
public sealed class LoadActor(NpgsqlDataSource database)
{
    private const string Grants =
        """
        -- LoadActor.Grants
        select a.unit_id, u.path, r.code, r.permissions
        from person p
        left join (role_assignment a
          join unit u on u.id = a.unit_id and u.valid_from <= $2 and $2 < u.valid_to
          join role r on r.code = a.role)
          on a.person_id = p.id and a.valid_from <= $2 and $2 < a.valid_to
        where p.id = $1 and p.is_active
        order by a.id
        """;

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
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Db.Command(connection, Grants, Db.P(personId), Db.P(day)).ListAsync(
            r => r.IsDBNull(0) ? null : new Grant(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetFieldValue<string[]>(3).ToHashSet(StringComparer.Ordinal)),
            cancellation);
        return rows.Count == 0 ? null : new Actor(personId, onBehalfOf, [.. rows.OfType<Grant>()]);
    }
}
