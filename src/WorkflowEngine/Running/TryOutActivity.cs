using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>Tries one activity of a version out, in memory, for the unit that its designer works at. Reads what a burst may know, writes nothing.</summary>
public sealed class TryOutActivity(NpgsqlDataSource database, DefinitionStore definitions, ReferenceStore reference)
{
    private const string Unit =
        $"""
        -- TryOutActivity.Unit
        select {LoadInstances.UnitColumns} from unit u where u.id = $1
        """;

    /// <summary>The activity by node id (<c>Workflow1:flow1:ask</c>) or by id alone, at business time <paramref name="now"/>; null: the version has none such.</summary>
    /// <exception cref="InvalidOperationException">There is no such version.</exception>
    public async Task<Tryout?> RunAsync(string versionId, string activity, long? unitId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var workflow = await definitions.GetAsync(versionId, cancellation);
        if ((workflow.FindNode(activity) ?? workflow.FindActivity(activity)) is not { } node) return null;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var unit = unitId is not { } id ? null : (await Command(connection, Unit, P(id)).ListAsync(
            r => LoadInstances.ReadUnit(r, 0), cancellation)).FirstOrDefault();
        var instance = Guid.CreateVersion7(now);
        var head = new InstanceHead(instance, instance, null, null, "none", unitId, workflow, 1, now);
        return Burst.TryOut(head, node, new Facts { Unit = unit, Owner = unit, Reference = await reference.WithPublishedAsync(connection, cancellation) }, now);
    }
}
