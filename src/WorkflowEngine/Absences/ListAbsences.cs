using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Absences;

/// <summary>An absence as lists show it.</summary>
/// <param name="MayEnd">The reader may call it off.</param>
public sealed record ListedAbsence(
    Guid Id, Guid PersonId, string Person, DateOnly FromDay, DateOnly LastDay, string? Reason, DateTimeOffset? EndedAt, bool MayEnd, IReadOnlyList<ListedDeputy> Deputies);

/// <summary>A deputy of a listed absence; <paramref name="Plans"/> are the root instances of plans.</summary>
public sealed record ListedDeputy(
    Guid PersonId, string Person, IReadOnlyList<string> Duties, IReadOnlyList<Guid>? Plans, IReadOnlyList<string>? Processes, bool Written, string? Document);

/// <summary>Absences that a person may know of: their own, those in which they stand in, and those of who holds a role in the units they administer.</summary>
public sealed class ListAbsences(NpgsqlDataSource database)
{
    private static readonly string Read =
        $"""
        -- ListAbsences.Read
        select b.id, b.person_id, p.display_name, b.from_day, b.until_day, b.reason, b.ended_at,
          b.person_id = $1 or x.administered, g.deputy_id, d.display_name, g.duties, g.root_ids,
          g.definition_ids, g.written, g.document
        from absence b
        join person p on p.id = b.person_id
        cross join lateral (select {Actor.Administers("b.person_id", "$2", "$4")} as administered) x
        left join delegation g on g.absence_id = b.id
        left join person d on d.id = g.deputy_id
        where b.until_day > $3 and (b.person_id = $1 or x.administered or exists (select from delegation o where o.absence_id = b.id and o.deputy_id = $1))
        order by b.from_day, b.id, d.display_name
        limit 2000
        """;

    /// <summary>Those that are not over before <paramref name="since"/>, by their first day.</summary>
    /// <param name="today">Whose roles count: over who left a unit its administrator has no say any more.</param>
    public async Task<IReadOnlyList<ListedAbsence>> ReadAsync(Actor actor, DateOnly since, DateOnly today, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Read, P(actor.PersonId), Texts(actor.PathsWith(Permission.Organisation)), P(since), P(today)).ListAsync(r => (
            Absence: new ListedAbsence(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetFieldValue<DateOnly>(3), r.GetFieldValue<DateOnly>(4).AddDays(-1), r.TextOrNull(5), r.InstantOrNull(6), r.GetBoolean(7) && r.IsDBNull(6), []),
            Deputy: r.IsDBNull(8) ? null : new ListedDeputy(r.GetGuid(8), r.GetString(9), r.GetFieldValue<string[]>(10), r.IsDBNull(11) ? null : r.GetFieldValue<Guid[]>(11),
                r.IsDBNull(12) ? null : r.GetFieldValue<string[]>(12), r.GetBoolean(13), r.TextOrNull(14))), cancellation);
        return [.. rows.GroupBy(r => r.Absence.Id).Select(g => g.First().Absence with { Deputies = [.. g.Select(r => r.Deputy).OfType<ListedDeputy>()] })];
    }
}
