using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>Writes the organisation an actor may see in the form that <see cref="ImportOrganisation"/> reads; importing it again changes nothing.</summary>
public static class ExportOrganisation
{
    private const string Read =
        """
        -- ExportOrganisation.Read
        with seen as (
          select u.*, p.code as parent_code from unit u left join unit p on p.id = u.parent_id
          where exists (select 1 from unnest($1::text[]) as g (path) where starts_with(u.path, g.path))),
        held as (
          select m.user_name, m.display_name, m.email, m.language, s.code as unit, a.role, a.department, a.valid_from, a.valid_to
          from role_assignment a join seen s on s.id = a.unit_id join person m on m.id = a.person_id)
        select jsonb_build_object(
          'roles', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', code, 'vi', label_vi, 'en', label_en, 'permissions', permissions, 'superior', superior)) order by code), '[]') from role),
          'units', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', code, 'name', name, 'shortName', short_name, 'kind', kind, 'parent', parent_code,
              'validFrom', nullif(valid_from, '-infinity'), 'validTo', nullif(valid_to, 'infinity'), 'calendar', calendar_id,
              'successor', (select jsonb_agg(t.code order by t.code) from unit_successor s join unit t on t.id = s.to_unit where s.from_unit = seen.id),
              'successorKind', (select min(s.kind) from unit_successor s where s.from_unit = seen.id))) || jsonb_build_object('attributes', attributes)
              order by path), '[]') from seen),
          'people', (select coalesce(jsonb_agg(distinct jsonb_strip_nulls(jsonb_build_object('userName', user_name, 'displayName', display_name, 'email', email, 'language', language))), '[]') from held),
          'assignments', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('userName', user_name, 'unit', unit, 'role', role, 'department', department,
              'validFrom', nullif(valid_from, '-infinity'), 'validTo', nullif(valid_to, 'infinity'))) order by unit, role, user_name), '[]') from held))
        """;

    /// <summary>The subtrees where the actor may read (or manage the organisation).</summary>
    public static async Task<JsonObject> RunAsync(NpgsqlDataSource database, Actor actor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        string[] paths = [.. actor.PathsWith(Permission.Organisation).Union(actor.PathsWith(Permission.Read))];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = Command(connection, Read, P(paths));
        return (JsonObject)JsonNode.Parse((string)(await read.ExecuteScalarAsync(cancellation))!)!;
    }
}
