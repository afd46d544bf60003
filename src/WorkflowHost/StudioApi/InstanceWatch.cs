using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Looks twice a second whether a watched instance has moved, on whichever host its burst ran, and tells its viewers, those who may see it still. Asks the
/// database nothing while nobody watches.
/// </summary>
public sealed class InstanceWatch(
    NpgsqlDataSource database, IHubContext<InstanceHub> hub, ExecutionQueries journal, StudioQueries queries, LoadActor load, BusinessClock clock, TimeProvider system,
    ILogger<InstanceWatch> log) : BackgroundService
{
    private const int MostRead = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const string Moved =
        """
        -- InstanceWatch.Moved
        select i.id, i.definition_id, i.definition_version_id, i.version, i.parent_id, i.status, i.sub_status, i.correlation_id, i.name, i.incident_count,
          i.created_at, i.updated_at, i.finished_at, s.state::text, i.burst
        from unnest($1, $2) as w(id, burst) join every_instance i on w.id = i.id left join every_state s on s.instance_id = i.id where i.burst > w.burst
        """;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (Guid Person, HashSet<Guid> Instances)> viewers = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, (int Viewers, int Burst)> watched = [];
    private readonly ConcurrentDictionary<(Guid Person, Guid Instance), int> reads = new();

    /// <summary>How many instances are watched.</summary>
    internal int Count
    {
        get
        {
            lock (gate) return watched.Count;
        }
    }

    /// <summary>From the burst that the viewer knows on. False: its connection watches too many already.</summary>
    internal bool Add(string connection, Guid person, Guid instance, int burst)
    {
        lock (gate)
        {
            if (!viewers.TryGetValue(connection, out var viewer)) viewers.Add(connection, viewer = (person, []));
            if (viewer.Instances.Contains(instance)) return true;
            if (viewer.Instances.Count == InstanceHub.MostWatched) return false;
            viewer.Instances.Add(instance);
            watched[instance] = watched.TryGetValue(instance, out var known) ? (known.Viewers + 1, Math.Min(known.Burst, burst)) : (1, burst);
            return true;
        }
    }

    internal void Remove(string connection)
    {
        lock (gate)
        {
            if (!viewers.Remove(connection, out var viewer)) return;
            foreach (var instance in viewer.Instances) LetGo(instance);
        }
    }

    /// <summary>One viewer less.</summary>
    private void LetGo(Guid instance)
    {
        var known = watched[instance];
        if (known.Viewers == 1) watched.Remove(instance);
        else watched[instance] = known with { Viewers = known.Viewers - 1 };
    }

    /// <summary>Connections of those who watch the instance and may see it still; the others are let go: a role or an account may have ended since.</summary>
    private async Task<IReadOnlyList<string>> StillViewersAsync(Guid instance, CancellationToken stop)
    {
        (string Connection, Guid Person)[] all;
        lock (gate) all = [.. viewers.Where(v => v.Value.Instances.Contains(instance)).Select(v => (v.Key, v.Value.Person))];
        var may = new List<string>();
        foreach (var person in all.GroupBy(v => v.Person, v => v.Connection))
        {
            var actor = await load.ReadAsync(person.Key, clock.Now(), null, stop);
            if (actor?.May(Permission.ReadDefinition) == true && await queries.FindAsync(actor, instance, stop) is not null) may.AddRange(person);
            else
                lock (gate)
                    foreach (var connection in person)
                        if (viewers.TryGetValue(connection, out var viewer) && viewer.Instances.Remove(instance)) LetGo(instance);
        }

        return may;
    }

    /// <summary>A person has read the instance as it was after this burst.</summary>
    internal void Read(Guid person, Guid instance, int burst)
    {
        if (reads.Count >= MostRead) reads.Clear();
        reads[(person, instance)] = burst;
    }

    /// <summary>The burst that a person read last on this host; null: none, or it is forgotten.</summary>
    internal int? LastRead(Guid person, Guid instance) => reads.TryGetValue((person, instance), out var burst) ? burst : null;

    /// <summary>Figures of the nodes that have a box: Studio complains of others.</summary>
    internal async Task<JsonObject> ReportAsync(StudioInstance row, CancellationToken stop)
    {
        var report = await ActivityExecutionsApi.ReportAsync(row, null, journal, stop);
        report["stats"] = new JsonArray([.. report["stats"]!.AsArray().Where(s => s!["activityNodeId"]!.ToString().Count(':'.Equals) > 1).Select(s => s!.DeepClone())]);
        return report;
    }

    /// <summary>Tells viewers that the instance moved: figures, journal, the instance itself.</summary>
    internal static async Task TellAsync(IClientProxy to, StudioInstance row, JsonObject report, CancellationToken stop)
    {
        await to.SendAsync("ActivityExecutionLogUpdatedAsync", report, stop);
        await to.SendAsync("WorkflowExecutionLogUpdatedAsync", new JsonObject(), stop);
        await to.SendAsync("WorkflowInstanceUpdatedAsync", new JsonObject { ["workflowInstanceId"] = row.Id.ToString() }, stop);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, system);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
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
        (Guid Id, int Burst)[] all;
        lock (gate) all = [.. watched.Select(w => (w.Key, w.Value.Burst))];
        if (all.Length == 0) return;
        List<StudioInstance> moved;
        await using (var connection = await database.OpenConnectionAsync(stop))
            moved = await Command(connection, Moved, Uuids([.. all.Select(w => w.Id)]), Ints([.. all.Select(w => w.Burst)])).ListAsync(
                r => new StudioInstance(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GuidOrNull(4), r.GetString(5), r.GetString(6), r.TextOrNull(7),
                    r.TextOrNull(8), r.GetInt32(9), r.Instant(10), r.Instant(11), r.InstantOrNull(12), r.TextOrNull(13), r.GetInt32(14)), stop);
        foreach (var row in moved)
        {
            var told = await StillViewersAsync(row.Id, stop);
            if (told.Count > 0) await TellAsync(hub.Clients.Clients(told), row, await ReportAsync(row, stop), stop);

            // Only now: what failed before is told at the next look.
            lock (gate)
                if (watched.TryGetValue(row.Id, out var known)) watched[row.Id] = known with { Burst = row.Burst };
        }
    }
}
