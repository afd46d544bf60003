using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Organisation;

/// <summary>A unit of an actor who manages it.</summary>
/// <param name="Above">Its superior's name, or null at the top.</param>
public sealed record ManagedUnit(string Code, string Name, string? Above);

/// <summary>A unit that ended, and which one took over.</summary>
public sealed record EndedUnit(string Name, DateOnly Until, string? Successor);

/// <summary>The units that an actor may merge, end or move: all of them where a list holds them, else what a search finds.</summary>
public sealed class UnitsToChange(NpgsqlDataSource database)
{
    /// <summary>More units than this are searched, not listed.</summary>
    public const int MostListed = 2000;

    /// <summary>Most units that a search shows.</summary>
    public const int MostFound = 50;

    /// <summary>Most units that wait for their headcount, or ended, that are shown.</summary>
    public const int MostTold = 50;

    // Every word must be there, in any order.
    private const string Find =
        """
        -- UnitsToChange.Find
        select u.code, u.name, a.name from unit u left join unit a on a.id = u.parent_id
        where u.valid_to > $2 and exists (select from unnest($1) as p where starts_with(u.path, p))
          and ($3::text[] is null or concat_ws(' ', u.code, u.short_name, u.name) ~ all ($3))
        order by u.name collate "vi-x-icu", u.id limit $4
        """;

    private const string Many =
        """
        -- UnitsToChange.Many
        select count(*) > $3 from (select from unit u where u.valid_to > $2 and exists (select from unnest($1) as p where starts_with(u.path, p)) limit $3 + 1) x
        """;

    private const string Named =
        """
        -- UnitsToChange.Named
        select u.code, u.name, a.name from unit u left join unit a on a.id = u.parent_id
        where u.code = any($2) and exists (select from unnest($1) as p where starts_with(u.path, p)) order by array_position($2, u.code)
        """;

    private const string Unconfirmed =
        """
        -- UnitsToChange.Unconfirmed
        select u.name from unit u where (u.attributes ->> 'headcountToConfirm')::boolean and exists (select from unnest($1) as p where starts_with(u.path, p))
        order by u.name collate "vi-x-icu", u.id limit $2
        """;

    private const string Ended =
        """
        -- UnitsToChange.Ended
        select u.name, u.valid_to, (select n.name from unit_successor x join unit n on n.id = x.to_unit where x.from_unit = u.id order by x.effective_on desc limit 1)
        from unit u where u.valid_to <= $2 and exists (select from unnest($1) as p where starts_with(u.path, p))
        order by u.valid_to desc, u.name collate "vi-x-icu", u.id limit $3
        """;

    /// <summary>Whether there are more units in force on a day than a list holds.</summary>
    public async Task<bool> AreManyAsync(Actor actor, DateOnly day, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return (bool)(await Command(connection, Many, Paths(actor), P(day), P(MostListed)).ExecuteScalarAsync(stop))!;
    }

    /// <summary>All units in force on a day, by name.</summary>
    public Task<List<ManagedUnit>> ListAsync(Actor actor, DateOnly day, CancellationToken stop) => ReadAsync(actor, day, null, MostListed, stop);

    /// <summary>Units in force whose code or name has every word that was typed, with or without marks; one more than <see cref="MostFound"/> tells that there are more.</summary>
    public async Task<List<ManagedUnit>> FindAsync(Actor actor, DateOnly day, string? search, CancellationToken stop) =>
        FoldedText.Of(search) is { } words
            ? await ReadAsync(actor, day, [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => FoldedText.Expression(w)!)], MostFound + 1, stop) : [];

    /// <summary>The units with these codes, in this order, also those that ended; unknown ones are left out.</summary>
    public async Task<List<ManagedUnit>> NamedAsync(Actor actor, IEnumerable<string> codes, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Named, Paths(actor), Texts([.. codes.Distinct()])).ListAsync(Unit, stop);
    }

    /// <summary>Units that still have to state their headcount after a merger.</summary>
    public async Task<List<string>> UnconfirmedAsync(Actor actor, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Unconfirmed, Paths(actor), P(MostTold)).ListAsync(r => r.GetString(0), stop);
    }

    /// <summary>What ended, the latest first.</summary>
    public async Task<List<EndedUnit>> EndedAsync(Actor actor, DateOnly day, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Ended, Paths(actor), P(day), P(MostTold)).ListAsync(r => new EndedUnit(r.GetString(0), r.GetFieldValue<DateOnly>(1), r.TextOrNull(2)), stop);
    }

    private async Task<List<ManagedUnit>> ReadAsync(Actor actor, DateOnly day, string[]? words, int most, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Find, Paths(actor), P(day), P(words, NpgsqlDbType.Array | NpgsqlDbType.Text), P(most)).ListAsync(Unit, stop);
    }

    private static ManagedUnit Unit(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.TextOrNull(2));

    private static NpgsqlParameter Paths(Actor actor) => Texts(actor.PathsWith(Permission.Organisation));
}
