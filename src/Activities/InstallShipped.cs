using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Tasks.Forms;
using static WorkflowEngine.Storage.Db;

namespace Unions;

/// <summary>
/// Puts what is shipped into the database: the public calendar, the ladders, forms and published definitions. What is there stays: a version
/// never changes, and a definition that people have carried on is left to them. Can be run at each start.
/// </summary>
public static class InstallShipped
{
    private const string Calendar =
        """
        -- InstallShipped.Calendar
        insert into calendar (id, version, body, loaded_at) values ($1, $2, $3, $4) on conflict (id, version) do nothing
        """;

    private const string Ladder =
        """
        -- InstallShipped.Ladder
        insert into ladder (id, body) values ($1, $2) on conflict (id) do nothing
        """;

    private const string Definition =
        """
        -- InstallShipped.Definition
        insert into definition_version (id, definition_id, version, name, document, is_latest, is_published, created_at, frozen_at, activity_type)
        select $1, $2, $3, $4, $5, true, true, $6, $6, $7
        where not exists (select 1 from definition_version where definition_id = $2)
        on conflict do nothing
        """;

    /// <exception cref="InvalidOperationException">A shipped form or definition cannot be read: the build is broken.</exception>
    public static async Task RunAsync(
        NpgsqlDataSource database, FormStore forms, DefinitionReader reader, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(forms);
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var (id, json) in ShippedFiles.Forms)
            if (await forms.AddAsync(json, null, cancellation) is { Count: > 0 } problems)
                throw new InvalidOperationException($"The shipped form {id} cannot be stored: {string.Join("; ", problems)}");

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        var calendar = WorkingCalendar.VietnamPublic;
        batch.Add(Calendar, P(calendar.Id), P(calendar.Version), Json(calendar.Write()), Instant(now));
        foreach (var ladder in WorkflowEngine.Deadlines.Ladder.Shipped) batch.Add(Ladder, P(ladder.Id), Json(ladder.Write()));
        foreach (var document in ShippedFiles.Definitions.Values)
        {
            var workflow = reader.Read(document).Workflow;
            batch.Add(Definition, P(workflow.Id), P(workflow.DefinitionId), P(workflow.Version), P(workflow.Name, NpgsqlDbType.Text), P(document), Instant(now),
                P(DefinitionLibrary.ActivityType(workflow), NpgsqlDbType.Text));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
