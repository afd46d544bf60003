using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's hub <c>/elsa/hubs/workflow-instance</c>: a viewer says which instance it shows and is told when it moved.</summary>
public sealed class InstanceHub(LoadActor load, BusinessClock clock, StudioQueries queries, InstanceWatch watch) : Hub
{
    /// <summary>Called by viewers, once an instance. One that may not be seen is not watched.</summary>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var id) || !Guid.TryParse(Context.UserIdentifier, out var person)) return;
        var actor = await load.ReadAsync(person, clock.Now(), null, Context.ConnectionAborted);
        if (actor?.May(Permission.ReadDefinition) != true || await queries.FindAsync(actor, id, Context.ConnectionAborted) is null) return;
        await Groups.AddToGroupAsync(Context.ConnectionId, id.ToString(), Context.ConnectionAborted);
        watch.Add(Context.ConnectionId, id);
    }

    /// <inheritdoc />
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        watch.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}

/// <summary>
/// Looks twice a second whether a watched instance has moved, on whichever host its burst ran, and tells its viewers. Asks the database nothing
/// while nobody watches.
/// </summary>
public sealed class InstanceWatch(NpgsqlDataSource database, IHubContext<InstanceHub> hub, ExecutionQueries journal, TimeProvider system, ILogger<InstanceWatch> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const string Moved =
        """
        -- InstanceWatch.Moved
        select i.id, i.definition_id, i.definition_version_id, i.version, i.parent_id, i.status, i.sub_status, i.correlation_id, i.name, i.incident_count,
          i.created_at, i.updated_at, i.finished_at, s.state::text, i.burst
        from unnest($1, $2) as w(id, burst) join every_instance i on w.id = i.id left join every_state s on s.instance_id = i.id where i.burst > w.burst
        """;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Guid, byte>> viewers = new();
    private readonly ConcurrentDictionary<Guid, int> bursts = new();

    internal void Add(string connection, Guid instance)
    {
        viewers.GetOrAdd(connection, _ => new())[instance] = 0;
        bursts.TryAdd(instance, -1);
    }

    internal void Remove(string connection)
    {
        viewers.TryRemove(connection, out _);
        var watched = viewers.Values.SelectMany(v => v.Keys).ToHashSet();
        foreach (var id in bursts.Keys)
            if (!watched.Contains(id)) bursts.TryRemove(id, out _);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, system);
        while (await NextAsync(timer, stoppingToken))
        {
            if (bursts.IsEmpty) continue;
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // A viewer that missed this look sees the next one.
                log.LogDebug(e, "Viewers could not be told");
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var watched = bursts.ToArray();
        List<(StudioInstance Row, int Burst)> moved;
        await using (var connection = await database.OpenConnectionAsync(stop))
            moved = await Command(connection, Moved, Uuids([.. watched.Select(w => w.Key)]), Ints([.. watched.Select(w => w.Value)])).ListAsync(
                r => (new StudioInstance(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GuidOrNull(4), r.GetString(5), r.GetString(6), r.TextOrNull(7),
                    r.TextOrNull(8), r.GetInt32(9), r.Instant(10), r.Instant(11), r.InstantOrNull(12), r.TextOrNull(13)), r.GetInt32(14)), stop);
        foreach (var (row, burst) in moved)
        {
            if (!bursts.TryGetValue(row.Id, out var before) || !bursts.TryUpdate(row.Id, burst, before)) continue;
            // What the viewer has just read itself needs no word.
            if (before < 0) continue;
            var viewersOf = hub.Clients.Group(row.Id.ToString());
            // The workflow and its drawing are nodes without a box, and Studio complains of boxes it does not find.
            var report = await ActivityExecutionsApi.ReportAsync(row, null, journal, stop);
            report["stats"] = new JsonArray([.. report["stats"]!.AsArray().Where(s => s!["activityNodeId"]!.ToString().Count(':'.Equals) > 1).Select(s => s!.DeepClone())]);
            await viewersOf.SendAsync("ActivityExecutionLogUpdatedAsync", report, stop);
            await viewersOf.SendAsync("WorkflowExecutionLogUpdatedAsync", new JsonObject(), stop);
            await viewersOf.SendAsync("WorkflowInstanceUpdatedAsync", new JsonObject { ["workflowInstanceId"] = row.Id.ToString() }, stop);
        }
    }
}
