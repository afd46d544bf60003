using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>What is left for instances behind a commit.</summary>
/// <param name="Events">Those for which events wait.</param>
/// <param name="SetAside">Those for which events are kept until they go on.</param>
public sealed record LeftBehind(HashSet<Guid> Events, HashSet<Guid> SetAside)
{
    /// <summary>Children that run within the runs of instances for which somebody else has taken what came.</summary>
    public Dictionary<Guid, Guid> Awaited { get; } = [];

    /// <summary>The statement whose rows <see cref="ReadAsync(NpgsqlDataReader, CancellationToken)"/> finds among those of a batch.</summary>
    internal static NpgsqlBatchCommand Of(Guid[] instances) => Statement("""
        -- LeftBehind.Of
        select n.id as left_behind, w.is_held
        from unnest($1) as n(id)
        cross join lateral (
          (select false as is_held from instance_event where instance_id = n.id limit 1) union all
          (select true from held_event where instance_id = n.id limit 1)) w
        """, Uuids(instances));

    internal static async Task<LeftBehind> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var left = new LeftBehind([], []);
        do
            if (reader.FieldCount == 2 && reader.GetName(0) == "left_behind")
                while (await reader.ReadAsync(cancellation)) (reader.GetBoolean(1) ? left.SetAside : left.Events).Add(reader.GetGuid(0));
        while (await reader.NextResultAsync(cancellation));
        return left;
    }

    /// <summary>Adds the children of those instances that stand still for one; of what a burst has just run the burst itself tells it.</summary>
    internal async Task FindAwaitedAsync(NpgsqlConnection connection, Guid[] instances, CancellationToken cancellation)
    {
        if (instances.Length == 0) return;
        var sql = $"""
            -- LeftBehind.Awaited
            select s.instance_id, (b -> 'payload' ->> 'childInstanceId')::uuid
            from instance_state s cross join lateral {StateList.Items("bookmarks")} as b
            where s.instance_id = any($1) and b ->> 'id' = s.state -> 'run' ->> 'awaits'
            """;
        foreach (var (instance, child) in await Command(connection, sql, Uuids(instances)).ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellation)) Awaited[instance] = child;
    }

    /// <summary>The same where nothing was committed; without instances nothing is asked.</summary>
    internal static async Task<LeftBehind> ReadAsync(NpgsqlConnection connection, Guid[] instances, CancellationToken cancellation)
    {
        if (instances.Length == 0) return new LeftBehind([], []);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Of(instances));
        LeftBehind left;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation)) left = await ReadAsync(reader, cancellation);
        await left.FindAwaitedAsync(connection, instances, cancellation);
        return left;
    }
}
