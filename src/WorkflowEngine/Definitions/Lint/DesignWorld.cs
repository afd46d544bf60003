using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>A unit that a step may name, by its code.</summary>
public sealed record KnownUnit(string Code, string Name, string Kind, string Path);

/// <summary>A role, and whether anybody holds it anywhere on the day.</summary>
public sealed record KnownRole(string Code, Text Label, bool IsHeld);

/// <summary>Something with an id and a title: a form, or a published definition.</summary>
public sealed record KnownTitle(string Id, Text Title);

/// <summary>
/// What a definition may refer to, as it is on one business day: units, roles and who holds them, forms, ladders, published definitions. The lint
/// judges by it, the pickers offer it, the panel explains with it.
/// </summary>
/// <param name="Units">For a definition: the units that it names. For pickers: all within reach where they are few, else none.</param>
/// <param name="Held">Who holds what at the units that the definition names.</param>
public sealed record DesignWorld(
    DateOnly Today, IReadOnlyDictionary<string, KnownUnit> Units, IReadOnlyDictionary<string, KnownRole> Roles,
    IReadOnlyDictionary<string, KnownTitle> Forms, IReadOnlyDictionary<string, KnownTitle> Published,
    IReadOnlySet<(string Role, string Unit)> Held, ReferenceData Reference)
{
    /// <summary>The calendar dates are worked out with where no unit is known yet.</summary>
    public WorkingCalendar Calendar => Reference.Calendars.Values.FirstOrDefault(c => c.Id == WorkingCalendar.VietnamPublic.Id) ?? WorkingCalendar.VietnamPublic;

    /// <summary>Published definitions by the key of the requests that start them.</summary>
    public IReadOnlyDictionary<string, KnownTitle> Endpoints { get; init; } = new Dictionary<string, KnownTitle>();

    /// <summary>Kinds of unit that exist, in the order of the alphabet.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>More units are within reach than a picker can show: their codes are written.</summary>
    public bool HasManyUnits { get; init; }
}

/// <summary>Reads the world that definitions refer to.</summary>
public sealed class ReadDesignWorld(NpgsqlDataSource database, ReferenceStore reference)
{
    /// <summary>Units that a picker offers, and that one page of a search holds.</summary>
    public const int MostUnits = 200;

    private const string NamedSql =
        """
        -- ReadDesignWorld.Named
        select u.code, u.name, u.kind, u.path from unit u
        where u.code = any($4) and u.valid_from <= $1 and $1 < u.valid_to and ($3 or exists (select from unnest($2) as p (path) where starts_with(u.path, p.path)))
        """;

    private const string UnitsSql =
        """
        -- ReadDesignWorld.Units
        select u.code, u.name, u.kind, u.path from unit u
        where u.valid_from <= $1 and $1 < u.valid_to and ($3 or exists (select from unnest($2) as p (path) where starts_with(u.path, p.path)))
          and ($4 = '' or u.code ~ $4 or u.name ~ $4 or u.short_name ~ $4)
        order by u.path offset $5 limit $6
        """;

    private const string KindsSql =
        """
        -- ReadDesignWorld.Kinds
        select distinct u.kind from unit u
        where u.valid_from <= $1 and $1 < u.valid_to and ($3 or exists (select from unnest($2) as p (path) where starts_with(u.path, p.path)))
        """;

    private const string RolesSql =
        """
        -- ReadDesignWorld.Roles
        select r.code, r.label_vi, r.label_en, exists (
          select from role_assignment a join person p on p.id = a.person_id and p.is_active where a.role = r.code and a.valid_from <= $1 and $1 < a.valid_to)
        from role r order by r.code
        """;

    private const string HeldSql =
        """
        -- ReadDesignWorld.Held
        select distinct a.role, u.code from unit u join role_assignment a on a.unit_id = u.id join person p on p.id = a.person_id and p.is_active
        where u.code = any($2) and a.valid_from <= $1 and $1 < a.valid_to
        """;

    private const string FormsSql =
        """
        -- ReadDesignWorld.Forms
        select distinct on (f.id) f.id, coalesce(f.body #>> '{title,vi}', f.id), f.body #>> '{title,en}' from form f order by f.id, f.version desc
        """;

    private const string DefinitionsSql =
        """
        -- ReadDesignWorld.Definitions
        select v.definition_id, coalesce(v.name, v.definition_id) from definition_version v where v.is_published and v.deleted_at is null order by 2
        """;

    private const string EndpointsSql =
        """
        -- ReadDesignWorld.Endpoints
        select t.hash, v.definition_id, coalesce(v.name, v.definition_id)
        from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
        where t.name = 'Elsa.HttpEndpoint'
        """;

    /// <summary>What this definition refers to, units within the actor's reach only; null: all of them, for judging.</summary>
    public Task<DesignWorld> OfAsync(Workflow workflow, Actor? actor, DateTimeOffset now, CancellationToken cancellation = default) =>
        ReadAsync([.. TaskRules.UnitsNamed(workflow)], actor, now, cancellation);

    /// <summary>What pickers offer to this actor.</summary>
    public Task<DesignWorld> ChoicesAsync(Actor actor, DateTimeOffset now, CancellationToken cancellation = default) => ReadAsync(null, actor, now, cancellation);

    /// <summary>Units within the actor's reach whose code or name holds these words, marks and capitals aside, from the top of the tree down; a page of <see cref="MostUnits"/> and whether there are more.</summary>
    public async Task<(IReadOnlyList<KnownUnit> Units, bool HasMore)> FindUnitsAsync(Actor actor, DateTimeOffset now, string? words, int page, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await UnitsAsync(connection, UnitsSql, Reach(actor, now), P(FoldedText.Expression(words) ?? ""), P((long)page * MostUnits), P(MostUnits + 1), cancellation);
        return ([.. found.Take(MostUnits)], found.Count > MostUnits);
    }

    private async Task<DesignWorld> ReadAsync(string[]? named, Actor? actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = await reference.GetAsync(cancellation);
        var reach = Reach(actor, now);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var units = named is null
            ? await UnitsAsync(connection, UnitsSql, reach, P(""), P(0L), P(MostUnits + 1), cancellation)
            : await UnitsAsync(connection, NamedSql, reach, Texts(named), null, null, cancellation);
        var many = named is null && units.Count > MostUnits;
        if (many) units = [];
        var kinds = await Command(connection, KindsSql, P(reach.Today), Texts(reach.Paths), P(reach.IsAll)).ListAsync(r => r.GetString(0), cancellation);
        var roles = await Command(connection, RolesSql, P(reach.Today)).ListAsync(
            r => new KnownRole(r.GetString(0), new Text(r.GetString(1), r.GetString(2)), r.GetBoolean(3)), cancellation);
        var held = await Command(connection, HeldSql, P(reach.Today), Texts(named ?? [])).ListAsync(r => (r.GetString(0), r.GetString(1)), cancellation);
        var forms = await Command(connection, FormsSql).ListAsync(r => new KnownTitle(r.GetString(0), new Text(r.GetString(1), r.TextOrNull(2))), cancellation);
        var published = await Command(connection, DefinitionsSql).ListAsync(r => new KnownTitle(r.GetString(0), new Text(r.GetString(1))), cancellation);
        var endpoints = await Command(connection, EndpointsSql).ListAsync(r => (Hash: r.GetString(0), Title: new KnownTitle(r.GetString(1), new Text(r.GetString(2)))), cancellation);
        return new DesignWorld(reach.Today, units.ToDictionary(u => u.Code, StringComparer.Ordinal), roles.ToDictionary(r => r.Code, StringComparer.Ordinal),
            forms.ToDictionary(f => f.Id, StringComparer.Ordinal), published.ToDictionary(d => d.Id, StringComparer.Ordinal), held.ToHashSet(), known)
        {
            Endpoints = endpoints.ToDictionary(e => e.Hash, e => e.Title, StringComparer.Ordinal),
            Kinds = [.. kinds.Order(StringComparer.Ordinal)],
            HasManyUnits = many,
        };
    }

    private static Task<List<KnownUnit>> UnitsAsync(
        NpgsqlConnection connection, string sql, (DateOnly Today, string[] Paths, bool IsAll) reach, NpgsqlParameter which, NpgsqlParameter? skip, NpgsqlParameter? take,
        CancellationToken cancellation) =>
        Command(connection, sql, [P(reach.Today), Texts(reach.Paths), P(reach.IsAll), which, .. skip is null || take is null ? (NpgsqlParameter[])[] : [skip, take]]).ListAsync(
            r => new KnownUnit(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)), cancellation);

    private static (DateOnly Today, string[] Paths, bool IsAll) Reach(Actor? actor, DateTimeOffset now) =>
        (WorkingCalendar.VietnamPublic.DayOf(now), actor is null or { IsSystem: true } ? [] : actor.PathsWith(Permission.ReadDefinition), actor is null or { IsSystem: true });
}
