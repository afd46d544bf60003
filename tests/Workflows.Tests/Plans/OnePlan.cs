using System.Text.Json.Nodes;
using Npgsql;
using Unions.Organisation;
using Unions.Plans;
using WorkflowEngine.Organisation;

namespace Workflows.Tests.Plans;

/// <summary>The demo's organisation and plans in any state, for tests of the commands around them.</summary>
internal static class OnePlan
{
    public static readonly DateTimeOffset Noon = new(2019, 12, 17, 5, 0, 0, TimeSpan.Zero);

    public static async Task ImportDemoAsync(NpgsqlDataSource database)
    {
        var file = OrganisationReader.Read(Unions.ShippedFiles.Demo("organisation.json"));
        (await ImportOrganisation.RunAsync(database, Actor.System, file, Noon, Noon)).ShouldBeOfType<OrganisationImport.Imported>();
    }

    /// <summary>A signed plan whose workflow stands at the clerk's task.</summary>
    public static async Task<Guid> SignedAsync(NpgsqlDataSource database, DateTimeOffset now, string subject = "Tổ chức Hội nghị điển hình tiên tiến")
    {
        var (plan, root, task) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var spec = Guid.CreateVersion7(now);
        var body = new JsonObject { ["title"] = new JsonObject { ["vi"] = "Cấp số" }, ["formId"] = IssuePlan.FormId };
        await using var batch = database.CreateBatch();
        Add("insert into task_spec (id, body) values ($1, $2::jsonb)", spec, body.ToJsonString());
        Add("""
            insert into plan (id, unit_id, campaign_year, symbol, subject, status, definition_id, root_id, created_at, updated_at, signed_at)
            select $1, id, 2019, 'KH-CĐYT', $4, 'signed', 'x', $2, $3, $3, $3 from unit where code = 'CDYT-TB'
            """, plan, root, now, subject);
        Add("""
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, created_at)
            select $1, $2, $2, $3, 'capSo', 'ctx', id, id, '{Clerk}', $4 from unit where code = 'CDYT-TB'
            """, task, root, spec, now);
        await batch.ExecuteNonQueryAsync();
        return plan;

        void Add(string sql, params object[] values)
        {
#pragma warning disable CA2100 // the texts above
            var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>A person of the demo with the grants they hold.</summary>
    public static async Task<Actor> ActorAsync(NpgsqlDataSource database, string userName)
    {
        await using var read = database.CreateCommand("""
            select p.id, u.id, u.path, r.code, r.permissions from person p join role_assignment a on a.person_id = p.id join unit u on u.id = a.unit_id join role r on r.code = a.role
            where p.user_name = $1
            """);
        read.Parameters.Add(new() { Value = userName });
        await using var rows = await read.ExecuteReaderAsync();
        var (id, grants) = (Guid.Empty, new List<Grant>());
        while (await rows.ReadAsync())
        {
            id = rows.GetGuid(0);
            grants.Add(new(rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetFieldValue<string[]>(4).ToHashSet()));
        }

        return new Actor(id, null, grants);
    }

    public static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql)
    {
#pragma warning disable CA2100 // texts of tests
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
