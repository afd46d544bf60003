using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>What became of an import.</summary>
public abstract record OrganisationImport
{
    /// <summary>Taken over; all zero when the file said nothing new.</summary>
    public sealed record Imported(int Roles, int UnitsAdded, int UnitsChanged, int People, int Assignments, int Successors = 0) : OrganisationImport
    {
        public bool IsUnchanged => this is { Roles: 0, UnitsAdded: 0, UnitsChanged: 0, People: 0, Assignments: 0, Successors: 0 };
    }

    /// <summary>Nothing was changed; every error with its line.</summary>
    public sealed record Rejected(IReadOnlyList<ImportError> Errors) : OrganisationImport;
}

/// <summary>
/// Imports units, roles, accounts and role assignments: all or nothing, and the same file again changes nothing. What the file does not name stays
/// as it is; an end is written as a date (<c>validTo</c>), never by leaving a line out. A parent that changes moves the whole subtree.
/// </summary>
public static class ImportOrganisation
{
    private const string ReadUnits =
        """
        -- ImportOrganisation.ReadUnits
        select u.id, u.code, p.code, u.path from unit u left join unit p on p.id = u.parent_id
        """;

    // A unit that somebody has left has no say over them any more, so they do not lie out of reach for its sake.
    private const string ReadNames =
        """
        -- ImportOrganisation.ReadNames
        select array(select code from role), array(select normalized_user_name from person),
          array(select distinct m.normalized_user_name from person m join role_assignment a on a.person_id = m.id join unit u on u.id = a.unit_id
                where a.valid_to > $2 and not exists (select 1 from unnest($1::text[]) as g (path) where starts_with(u.path, g.path)))
        """;

    private const string NewIds =
        """
        -- ImportOrganisation.NewIds
        select array(select nextval(pg_get_serial_sequence('unit', 'id')) from generate_series(1, $1))
        """;

    private const string UpsertRoles =
        """
        -- ImportOrganisation.UpsertRoles
        insert into role (code, label_vi, label_en, permissions, superior)
        select code, vi, en, string_to_array(permissions, '|'), superior
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as r (code, vi, en, permissions, superior)
        on conflict (code) do update set label_vi = excluded.label_vi, label_en = excluded.label_en, permissions = excluded.permissions, superior = excluded.superior
        where (role.label_vi, role.label_en, role.permissions, role.superior) is distinct from (excluded.label_vi, excluded.label_en, excluded.permissions, excluded.superior)
        """;

    private const string UpsertUnits =
        """
        -- ImportOrganisation.UpsertUnits
        insert into unit (id, code, name, short_name, kind, parent_id, path, valid_from, valid_to, calendar_id, attributes)
        select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::date[], $10::text[], $11::jsonb[])
        on conflict (code) do update set name = excluded.name, short_name = excluded.short_name, kind = excluded.kind, parent_id = excluded.parent_id,
          path = excluded.path, valid_from = excluded.valid_from, valid_to = excluded.valid_to, calendar_id = excluded.calendar_id, attributes = excluded.attributes
        where (unit.name, unit.short_name, unit.kind, unit.parent_id, unit.path, unit.valid_from, unit.valid_to, unit.calendar_id, unit.attributes)
          is distinct from (excluded.name, excluded.short_name, excluded.kind, excluded.parent_id, excluded.path, excluded.valid_from, excluded.valid_to,
            excluded.calendar_id, excluded.attributes)
        returning xmax = 0
        """;

    // Units below one that moved, though the file does not name them.
    private const string MovePaths =
        """
        -- ImportOrganisation.MovePaths
        update unit u set path = m.path from unnest($1::bigint[], $2::text[]) as m (id, path) where u.id = m.id and u.path <> m.path
        """;

    // The day on which the unit ends is the day its place is taken.
    private const string UpsertSuccessors =
        """
        -- ImportOrganisation.UpsertSuccessors
        insert into unit_successor (from_unit, to_unit, kind, effective_on)
        select f.id, t.id, s.kind, s.effective_on
        from unnest($1::text[], $2::text[], $3::text[], $4::date[]) as s (from_code, to_code, kind, effective_on)
        join unit f on f.code = s.from_code join unit t on t.code = s.to_code
        on conflict (from_unit, to_unit) do update set kind = excluded.kind, effective_on = excluded.effective_on
        where (unit_successor.kind, unit_successor.effective_on) is distinct from (excluded.kind, excluded.effective_on)
        """;

    private const string UpsertPeople =
        """
        -- ImportOrganisation.UpsertPeople
        insert into person (id, user_name, normalized_user_name, display_name, email, language, security_stamp, created_at)
        select id, user_name, upper(user_name), display_name, email, language, stamp, $7
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as p (id, user_name, display_name, email, language, stamp)
        on conflict (normalized_user_name) do update set display_name = excluded.display_name, email = excluded.email, language = excluded.language
        where (person.display_name, person.email, person.language) is distinct from (excluded.display_name, excluded.email, excluded.language)
        """;

    private const string UpsertAssignments =
        """
        -- ImportOrganisation.UpsertAssignments
        insert into role_assignment (person_id, unit_id, role, department, valid_from, valid_to)
        select p.id, u.id, a.role, a.department, a.valid_from, a.valid_to
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[]) as a (user_name, unit, role, department, valid_from, valid_to)
        join person p on p.normalized_user_name = upper(a.user_name) join unit u on u.code = a.unit
        on conflict (unit_id, role, person_id, valid_from) do update set department = excluded.department, valid_to = excluded.valid_to
        where (role_assignment.department, role_assignment.valid_to) is distinct from (excluded.department, excluded.valid_to)
        """;

    private const string InsertAudit =
        """
        -- ImportOrganisation.InsertAudit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        values ($1, $2, $3, $4, 'organisation.import', jsonb_build_object('roles', $5::int, 'unitsAdded', $6::int, 'unitsChanged', $7::int, 'people', $8::int, 'assignments', $9::int, 'successors', $10::int))
        """;

    /// <summary>Runs the import at business time <paramref name="now"/>; <paramref name="recordedAt"/> is the system clock for the audit.</summary>
    public static async Task<OrganisationImport> RunAsync(
        NpgsqlDataSource database, Actor actor, OrganisationFile file, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(file);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var wait = Command(connection, UnitTree.HoldAlone)) await wait.ExecuteNonQueryAsync(cancellation);

        var tree = await ReadTreeAsync(connection, cancellation);
        var reach = actor.PathsWith(Permission.Organisation);
        var (roles, users, outOfReach) = await ReadNamesAsync(connection, reach, WorkingCalendar.VietnamPublic.DayOf(now), cancellation);
        var errors = OrganisationCheck.Run(file, new KnownOrganisation(tree.ToDictionary(u => u.Key, u => u.Value.Parent), roles, users));
        if (errors.Count > 0) return new OrganisationImport.Rejected(errors);

        var before = tree.ToDictionary(u => u.Key, u => u.Value.Path);
        await PlaceAsync(connection, file, tree, cancellation);
        var forbidden = Forbidden(file, tree, before, reach, outOfReach);
        if (forbidden.Count > 0) return new OrganisationImport.Rejected(forbidden);

        var done = await WriteAsync(connection, file, tree, before, now, cancellation);
        if (!done.IsUnchanged)
        {
            await using var audit = Command(connection, InsertAudit, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
                P(done.Roles), P(done.UnitsAdded), P(done.UnitsChanged), P(done.People), P(done.Assignments), P(done.Successors));
            await audit.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return done;
    }

    /// <summary>A unit's place: its id, its parent's code and its path of ids.</summary>
    private sealed record Place(long Id, string? Parent, string Path);

    private static async Task<Dictionary<string, Place>> ReadTreeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tree = new Dictionary<string, Place>(StringComparer.Ordinal);
        await using var read = Command(connection, ReadUnits);
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation)) tree[rows.GetString(1)] = new(rows.GetInt64(0), rows.TextOrNull(2), rows.GetString(3));
        return tree;
    }

    private static async Task<(HashSet<string> Roles, HashSet<string> Users, HashSet<string> OutOfReach)> ReadNamesAsync(
        NpgsqlConnection connection, string[] reach, DateOnly today, CancellationToken cancellation)
    {
        await using var read = Command(connection, ReadNames, P(reach), P(today));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        await rows.ReadAsync(cancellation);
        return ([.. rows.GetFieldValue<string[]>(0)], [.. rows.GetFieldValue<string[]>(1)], [.. rows.GetFieldValue<string[]>(2)]);
    }

    private static async Task PlaceAsync(
        NpgsqlConnection connection, OrganisationFile file, Dictionary<string, Place> tree, CancellationToken cancellation)
    {
        var added = file.Units.Where(u => !tree.ContainsKey(u.Code)).ToArray();
        await using var take = Command(connection, NewIds, P(added.Length));
        var ids = (long[])(await take.ExecuteScalarAsync(cancellation))!;
        for (var i = 0; i < added.Length; i++) tree[added[i].Code] = new(ids[i], added[i].Parent, "");
        foreach (var unit in file.Units) tree[unit.Code] = tree[unit.Code] with { Parent = unit.Parent };

        var paths = new Dictionary<string, string>(tree.Count, StringComparer.Ordinal);
        foreach (var code in tree.Keys.ToArray()) tree[code] = tree[code] with { Path = PathOf(code) };

        string PathOf(string code) => paths.TryGetValue(code, out var path) ? path : paths[code] = (tree[code].Parent is { } parent ? PathOf(parent) : "/") + $"{tree[code].Id}/";
    }

    private static List<ImportError> Forbidden(
        OrganisationFile file, Dictionary<string, Place> tree, Dictionary<string, string> before, string[] reach, HashSet<string> outOfReach)
    {
        var errors = new List<ImportError>();
        if (reach.Contains("/")) return errors;
        foreach (var unit in file.Units.Where(u => !Within(tree[u.Code].Path) || (before.TryGetValue(u.Code, out var old) && !Within(old)))) No(unit.Line, "code", $"Đơn vị {unit.Code}", $"Unit {unit.Code}");
        foreach (var unit in file.Units)
            foreach (var successor in unit.Successors.Where(s => !Within(tree[s].Path))) No(unit.Line, "successor", $"Đơn vị {successor}", $"Unit {successor}");
        foreach (var held in file.Assignments.Where(a => !Within(tree[a.Unit].Path))) No(held.Line, "unit", $"Đơn vị {held.Unit}", $"Unit {held.Unit}");
        foreach (var person in file.People.Where(p => outOfReach.Contains(p.UserName.ToUpperInvariant()))) No(person.Line, "userName", $"Tài khoản {person.UserName}", $"Account {person.UserName}");
        if (file.Roles.Count > 0 && !reach.Any(path => path.Count(c => c == '/') == 2)) No(file.Roles[0].Line, "code", "Danh mục chức vụ", "The list of roles");
        return errors;

        bool Within(string path) => reach.Any(r => path.StartsWith(r, StringComparison.Ordinal));

        void No(int line, string field, string vi, string en) =>
            errors.Add(new(line, field, "not-yours", $"{vi} ngoài phạm vi bạn được quản lý.", $"{en} lies outside what you manage."));
    }

    private static async Task<OrganisationImport.Imported> WriteAsync(
        NpgsqlConnection connection, OrganisationFile file, Dictionary<string, Place> tree, Dictionary<string, string> before,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var (units, people, held) = (file.Units, file.People, file.Assignments);
        await using var roles = Command(connection, UpsertRoles, P(Column(file.Roles, r => r.Code)), P(Column(file.Roles, r => r.LabelVi)),
            P(Column(file.Roles, r => r.LabelEn)), P(Column(file.Roles, r => string.Join('|', r.Permissions))), P(Column(file.Roles, r => r.Superior!)));
        var rolesChanged = await roles.ExecuteNonQueryAsync(cancellation);

        var (added, changed) = (0, 0);
        await using (var upsert = Command(connection, UpsertUnits, P(Column(units, u => tree[u.Code].Id)), P(Column(units, u => u.Code)),
            P(Column(units, u => u.Name)), P(Column(units, u => u.ShortName)), P(Column(units, u => u.Kind)),
            P(Column(units, u => u.Parent is { } parent ? tree[parent].Id : (long?)null)), P(Column(units, u => tree[u.Code].Path)),
            P(Column(units, u => u.ValidFrom ?? DateOnly.MinValue)), P(Column(units, u => u.ValidTo ?? DateOnly.MaxValue)), P(Column(units, u => u.Calendar)),
            P(Column(units, u => u.Attributes.ToJsonString()))))
        {
            upsert.Parameters[^1].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Jsonb;
            await using var rows = await upsert.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation)) _ = rows.GetBoolean(0) ? added++ : changed++;
        }

        var named = units.Select(u => u.Code).ToHashSet(StringComparer.Ordinal);
        var moved = before.Where(u => !named.Contains(u.Key) && tree[u.Key].Path != u.Value).Select(u => tree[u.Key]).ToArray();
        await using var move = Command(connection, MovePaths, P(Column(moved, m => m.Id)), P(Column(moved, m => m.Path)));
        changed += await move.ExecuteNonQueryAsync(cancellation);

        await using var accounts = Command(connection, UpsertPeople, P(Column(people, _ => Guid.CreateVersion7(now))), P(Column(people, p => p.UserName)),
            P(Column(people, p => p.DisplayName)), P(Column(people, p => p.Email!)), P(Column(people, p => p.Language)), P(Column(people, _ => Guid.NewGuid().ToString("N"))), Instant(now));
        var peopleChanged = await accounts.ExecuteNonQueryAsync(cancellation);

        await using var assign = Command(connection, UpsertAssignments, P(Column(held, a => a.UserName)), P(Column(held, a => a.Unit)),
            P(Column(held, a => a.Role)), P(Column(held, a => a.Department!)), P(Column(held, a => a.ValidFrom ?? DateOnly.MinValue)), P(Column(held, a => a.ValidTo ?? DateOnly.MaxValue)));
        var assignments = await assign.ExecuteNonQueryAsync(cancellation);

        var followed = units.SelectMany(u => u.Successors.Distinct().Select(to => (From: u, To: to))).ToArray();
        await using var follow = Command(connection, UpsertSuccessors, P(Column(followed, s => s.From.Code)), P(Column(followed, s => s.To)),
            P(Column(followed, s => s.From.SuccessorKind)), P(Column(followed, s => s.From.ValidTo!.Value)));
        return new(rolesChanged, added, changed, peopleChanged, assignments, await follow.ExecuteNonQueryAsync(cancellation));
    }

    private static TValue[] Column<TRow, TValue>(IEnumerable<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];
}
