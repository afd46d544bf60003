using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Running;

/// <summary>Replays all instances of a database.</summary>
internal static class ReplayEverything
{
    /// <summary>What differs, by instance and burst; empty when every journal explains its state.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(Npgsql.NpgsqlDataSource database, ReplayInstance replay)
    {
        List<(Guid Id, string Definition)> instances;
        await using (var connection = await database.OpenConnectionAsync())
            instances = await Command(connection, "select id, definition_id from every_instance where burst > 0 order by created_at, id").ListAsync(r => (r.GetGuid(0), r.GetString(1)));
        var differences = new List<string>();
        foreach (var (id, definition) in instances)
            if (await replay.RunAsync(id) is { Difference: { } difference } other)
                differences.Add($"{definition} {id} burst {other.Burst} of {other.Bursts}: {difference}\n{other.Stored}\n{other.Again}");
        return differences;
    }
}
