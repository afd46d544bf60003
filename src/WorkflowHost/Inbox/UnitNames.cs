using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>As whom a person acts, in words: roles and units, never a person's name.</summary>
public sealed class UnitNames(NpgsqlDataSource database)
{
    private const string Sql =
        """
        -- UnitNames.Of
        select r.label_vi, r.label_en, u.name, u.short_name, g.n
        from unnest($1, $2) with ordinality as g(unit_id, role, n)
        join unit u on u.id = g.unit_id
        join role r on r.code = g.role
        order by g.n
        """;

    private const string HeldSql =
        """
        -- UnitNames.HeldBy
        select id, name from unit where id = any($1) order by path
        """;

    private const string RolesSql =
        """
        -- UnitNames.Roles
        select code, label_vi, label_en from role
        """;

    /// <summary>The first role and its unit; "và n chức vụ khác" is said by the count of units. Null for nobody.</summary>
    public async Task<(string? Role, string? Unit)> OfAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Sql, Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles))
            .ListAsync(r => (Role: new Text(r.GetString(0), r.GetString(1)), Unit: r.GetString(2), Short: r.GetString(3)), cancellation);
        if (rows.Count == 0) return (null, null);
        var units = rows.Select(r => r.Short).Distinct().ToArray();
        return (string.Join(", ", rows.Select(r => Language.Say(r.Role)).Distinct()), units.Length == 1 ? rows[0].Unit : string.Join(", ", units));
    }

    /// <summary>The units where a person holds a role, from the top.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> HeldByAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, HeldSql, Longs([.. actor.Grants.Select(g => g.UnitId)])).ListAsync(r => (r.GetInt64(0), r.GetString(1)), cancellation);
    }

    /// <summary>Labels of all roles by code.</summary>
    public async Task<IReadOnlyDictionary<string, Text>> RolesAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, RolesSql).ListAsync(r => (Code: r.GetString(0), Label: new Text(r.GetString(1), r.TextOrNull(2))), cancellation))
            .ToDictionary(r => r.Code, r => r.Label, StringComparer.Ordinal);
    }
}
