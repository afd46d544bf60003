using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>A unit as it was on a day.</summary>
/// <param name="InForce">Whether it existed on that day.</param>
/// <param name="Parent">Code of the unit above it on that day.</param>
/// <param name="Responsible">Code of the unit that answered for its duties on that day: itself, or the successor in force; null: nobody, it ended without one.</param>
/// <param name="Holders">Who held which role at the responsible unit on that day.</param>
public sealed record UnitOnDay(string Code, string Name, bool InForce, string? Parent, string? Responsible, IReadOnlyList<RoleOnDay> Holders);

/// <summary>A role held on a day.</summary>
public sealed record RoleOnDay(string Role, Text Label, string UserName, string Person);

/// <summary>Who was responsible on a day: the tree, the successors and the roles as they stood then.</summary>
public static class UnitAsOf
{
    private const string Read =
        """
        -- UnitAsOf.Read
        with recursive asked as (
          select u.id, u.code, u.name, u.parent_id, u.valid_from, u.valid_to from unit u
          where u.code = $1 and ($4 or exists (select from unnest($3) as p where starts_with(u.path, p))))
        , past as (
          select h.* from unit_history h join asked a on a.id = h.unit_id where h.until_day > $2 order by h.until_day limit 1)
        , line as (
          select id, valid_to, 0 as step from asked
          union all
          select s.to_unit, u.valid_to, l.step + 1 from line l join unit_successor s on s.from_unit = l.id and s.effective_on <= $2 join unit u on u.id = s.to_unit
          where l.valid_to <= $2 and l.step < 20)
        , responsible as (select u.id, u.code from line l join unit u on u.id = l.id where u.valid_from <= $2 and u.valid_to > $2 order by l.step limit 1)
        select a.code, coalesce((select name from past), a.name), a.valid_from <= $2 and a.valid_to > $2,
          (select p.code from unit p where p.id = case when exists (select from past) then (select parent_id from past) else a.parent_id end),
          (select code from responsible), r.role, o.label_vi, o.label_en, m.user_name, m.display_name
        from asked a
        left join role_assignment r on r.unit_id = (select id from responsible) and r.valid_from <= $2 and r.valid_to > $2
        left join role o on o.code = r.role left join person m on m.id = r.person_id
        order by r.role, m.user_name
        """;

    /// <summary>Null when there is no such unit, or the actor may not read it.</summary>
    public static async Task<UnitOnDay?> ReadAsync(NpgsqlDataSource database, Actor actor, string code, DateOnly day, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Read, P(code), P(day), Texts([.. actor.PathsWith(Permission.Read).Union(actor.PathsWith(Permission.Organisation))]), P(actor.IsSystem)).ListAsync(r => (
            Unit: new UnitOnDay(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.TextOrNull(3), r.TextOrNull(4), []),
            Role: r.TextOrNull(5) is { } role ? new RoleOnDay(role, new Text(r.GetString(6), r.GetString(7)), r.GetString(8), r.GetString(9)) : null), cancellation);
        return rows.Count == 0 ? null : rows[0].Unit with { Holders = [.. rows.Select(r => r.Role).OfType<RoleOnDay>()] };
    }
}
