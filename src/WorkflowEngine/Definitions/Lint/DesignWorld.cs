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

/// <summary>A role with the number of people who hold it anywhere on the day.</summary>
public sealed record KnownRole(string Code, Text Label, int Holders);

/// <summary>Something with an id and a title: a form, or a published definition.</summary>
public sealed record KnownTitle(string Id, Text Title);

/// <summary>
/// What a definition may refer to, as it is on one business day: units, roles and who holds them, forms, ladders, published definitions. The lint
/// judges by it, the pickers offer it, the panel explains with it.
/// </summary>
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
    public IEnumerable<string> Kinds => Units.Values.Select(u => u.Kind).Distinct().Order(StringComparer.Ordinal);
}

/// <summary>Reads the world that definitions refer to.</summary>
public sealed class ReadDesignWorld(NpgsqlDataSource database, ReferenceStore reference)
{
    private const string UnitsSql =
        """
        -- ReadDesignWorld.Units
        select u.code, u.name, u.kind, u.path from unit u
        where u.valid_from <= $1 and $1 < u.valid_to and ($3 or exists (select from unnest($2) as p (path) where starts_with(u.path, p.path)))
        order by u.path
        """;

    private const string RolesSql =
        """
        -- ReadDesignWorld.Roles
        select r.code, r.label_vi, r.label_en, count(distinct p.id)::integer
        from role r
        left join role_assignment a on a.role = r.code and a.valid_from <= $1 and $1 < a.valid_to
        left join person p on p.id = a.person_id and p.is_active
        group by r.code order by r.code
        """;

    private const string HeldSql =
        """
        -- ReadDesignWorld.Held
        select distinct a.role, u.code from role_assignment a join unit u on u.id = a.unit_id join person p on p.id = a.person_id and p.is_active
        where a.valid_from <= $1 and $1 < a.valid_to
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

    /// <summary>The world at this business time, units within the actor's reach only; null: all of them, for judging.</summary>
    public async Task<DesignWorld> RunAsync(Actor? actor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var known = await reference.GetAsync(cancellation);
        var today = WorkingCalendar.VietnamPublic.DayOf(now);
        var (paths, all) = actor is null or { IsSystem: true } ? ([], true) : (actor.PathsWith(Permission.ReadDefinition), false);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var units = await Command(connection, UnitsSql, P(today), Texts(paths), P(all)).ListAsync(
            r => new KnownUnit(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)), cancellation);
        var roles = await Command(connection, RolesSql, P(today)).ListAsync(
            r => new KnownRole(r.GetString(0), new Text(r.GetString(1), r.GetString(2)), r.GetInt32(3)), cancellation);
        var held = await Command(connection, HeldSql, P(today)).ListAsync(r => (r.GetString(0), r.GetString(1)), cancellation);
        var forms = await Command(connection, FormsSql).ListAsync(r => new KnownTitle(r.GetString(0), new Text(r.GetString(1), r.TextOrNull(2))), cancellation);
        var published = await Command(connection, DefinitionsSql).ListAsync(r => new KnownTitle(r.GetString(0), new Text(r.GetString(1))), cancellation);
        var endpoints = await Command(connection, EndpointsSql).ListAsync(r => (Hash: r.GetString(0), Title: new KnownTitle(r.GetString(1), new Text(r.GetString(2)))), cancellation);
        return new DesignWorld(today, units.ToDictionary(u => u.Code, StringComparer.Ordinal), roles.ToDictionary(r => r.Code, StringComparer.Ordinal),
            forms.ToDictionary(f => f.Id, StringComparer.Ordinal), published.ToDictionary(d => d.Id, StringComparer.Ordinal), held.ToHashSet(), known)
        {
            Endpoints = endpoints.ToDictionary(e => e.Hash, e => e.Title, StringComparer.Ordinal),
        };
    }
}
