using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>A unit states its headcount anew (staff, not members), after a merger asked for it; by its own people or by who manages the organisation.</summary>
public static class ConfirmHeadcount
{
    /// <summary>Largest headcount that is taken.</summary>
    public const int Largest = 100_000;

    private const string Write =
        """
        -- ConfirmHeadcount.Write
        with stated as (
          update unit u set attributes = (attributes - 'headcountToConfirm') || jsonb_build_object('headcount', $2::int)
          where u.code = $1 and (u.id = any($3) or exists (select from unnest($4) as p where starts_with(u.path, p)))
          returning u.id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, unit_id, detail)
        select $5, $6, $7, $8, 'organisation.headcount', id, jsonb_build_object('headcount', $2::int) from stated
        """;

    /// <summary>False when there is no such unit or the actor may not state it.</summary>
    public static async Task<bool> RunAsync(
        NpgsqlDataSource database, Actor actor, string code, int headcount, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentOutOfRangeException.ThrowIfLessThan(headcount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headcount, Largest);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Write, P(code), P(headcount), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.PathsWith(Permission.Organisation)),
            Instant(now), Instant(recordedAt), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ExecuteNonQueryAsync(cancellation) == 1;
    }
}
