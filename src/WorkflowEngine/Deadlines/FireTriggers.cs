using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// An intake: definitions that begin with Timer, Cron or StartAt get an instance when their time has come. A trigger that was due several times while
/// no host ran fires once. What survives a crash: instances and next times are one transaction.
/// </summary>
public static class FireTriggers
{
    public const int BatchSize = 100;

    private const string Take =
        """
        -- FireTriggers.Take
        select t.definition_version_id, t.activity_id, t.name, t.payload::text, v.definition_id, t.due_at
        from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
        where t.due_at <= $1 order by t.due_at, t.definition_version_id, t.activity_id limit $2 for update of t skip locked
        """;

    /// <summary>Whether one is due, as SQL over $1, the business time.</summary>
    internal const string IsDue =
        """
        exists (select from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null where t.due_at <= $1)
        """;

    private const string Next =
        """
        -- FireTriggers.Next
        update trigger t set due_at = n.due_at, fired_at = $4 from unnest($1, $2, $3) as n(version_id, activity_id, due_at)
        where t.definition_version_id = n.version_id and t.activity_id = n.activity_id
        """;

    /// <summary>Fires up to <see cref="BatchSize"/> triggers at business time <paramref name="now"/>; returns how many.</summary>
    public static async Task<int> RunAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var due = await Command(connection, Take, Instant(now), P(BatchSize)).ListAsync(
            r => (VersionId: r.GetString(0), Trigger: new StartTrigger(r.GetString(1), r.GetString(2), null, (JsonObject)JsonNode.Parse(r.GetString(3))!),
                DefinitionId: r.GetString(4), DueAt: r.Instant(5)), cancellation);
        if (due.Count == 0) return 0;
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var one in due)
            batch.BatchCommands.Add(StartWorkflow.Statement(
                new NewInstance(Guid.CreateVersion7(now), one.DefinitionId, null, TriggerActivityId: one.Trigger.ActivityId, VersionId: one.VersionId), Actor.System, now));
        // An interval goes on from when it was due, so that it does not drift; what was missed is not made up for.
        batch.BatchCommands.Add(Statement(Next, Texts([.. due.Select(d => d.VersionId)]), Texts([.. due.Select(d => d.Trigger.ActivityId)]),
            Instants([.. due.Select(d => d.Trigger.NextAfter(d.DueAt) is { } next && next <= now ? d.Trigger.NextAfter(now) : d.Trigger.NextAfter(d.DueAt))]), Instant(now)));
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return due.Count;
    }
}
