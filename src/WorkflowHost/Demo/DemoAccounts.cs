using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Hosting;
using WorkflowHost.Identity;

namespace WorkflowHost.Demo;

/// <summary>An account of the demo as <c>GET /api/demo/accounts</c> gives it.</summary>
public sealed record DemoLogin(string UserName, string Password, IReadOnlyList<string> Roles, string Unit);

/// <summary>The accounts one may try the demo with. Their one password is written in the README; a production installation has neither.</summary>
public sealed class DemoAccounts(NpgsqlDataSource database, Installation installation)
{
    /// <summary>The password of every demo account.</summary>
    public const string Password = DemoAccount.PublicPassword;

    private const string Read =
        """
        -- DemoAccounts.Read
        select p.user_name, array_agg(a.role order by a.role), min(r.label_vi), min(u.code), min(u.short_name), min(u.kind)
        from person p join role_assignment a on a.person_id = p.id join unit u on u.id = a.unit_id join role r on r.code = a.role
        where p.is_active and p.password_hash is not null and (select value from setting where key = 'mode') = '"Demo"'
        group by p.id
        order by min(case u.kind when 'LocalSectorUnion' then 1 when 'GrassrootsUnion' then 2 else 3 end), min(u.id), p.user_name
        """;

    /// <summary>All of them, the issuer's first; none outside the demo.</summary>
    public async Task<IReadOnlyList<DemoLogin>> AllAsync(CancellationToken cancellation = default) =>
        [.. (await RowsAsync(cancellation)).Select(r => new DemoLogin(r.UserName, Password, r.Roles, r.Unit))];

    /// <summary>The few offered below the sign-in form: everybody at the issuer, four grassroots chairs of different size, the province.</summary>
    public async Task<IReadOnlyList<DemoAccount>> OfferedAsync(CancellationToken cancellation = default) =>
        [.. (await RowsAsync(cancellation))
            .Where(r => r.Kind != "GrassrootsUnion" || r.UserName is "chutich.bvdkt" or "chutich.bvdkha" or "chutich.bvtt" or "chutich.ttytdp")
            .Select(r => new DemoAccount(r.Label, r.UnitName, r.UserName, Password))];

    private async Task<List<(string UserName, string[] Roles, string Label, string Unit, string UnitName, string Kind)>> RowsAsync(CancellationToken cancellation)
    {
        if (installation.Mode != Mode.Demo) return [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Db.Command(connection, Read).ListAsync(
            r => (r.GetString(0), r.GetFieldValue<string[]>(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5)), cancellation);
    }
}
