using Microsoft.AspNetCore.SignalR;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's hub <c>/elsa/hubs/workflow-instance</c>: a viewer says which instance it shows and is told when it moved.</summary>
public sealed class InstanceHub(LoadActor load, BusinessClock clock, StudioQueries queries, InstanceWatch watch) : Hub
{
    /// <summary>Instances that one connection may watch; a viewer watches one.</summary>
    public const int MostWatched = 50;

    /// <summary>Called by viewers, once an instance. One that may not be seen is not watched.</summary>
    /// <exception cref="HubException">This connection watches too many already.</exception>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var id) || !Guid.TryParse(Context.UserIdentifier, out var person)) return;
        var actor = await load.ReadAsync(person, clock.Now(), null, Context.ConnectionAborted);
        if (actor?.May(Permission.ReadDefinition) != true || await queries.FindAsync(actor, id, Context.ConnectionAborted) is not { } row) return;
        if (!watch.Add(Context.ConnectionId, person, id, row.Burst)) throw new HubException($"One connection watches at most {MostWatched} instances.");
        if (Context.ConnectionAborted.IsCancellationRequested) watch.Remove(Context.ConnectionId);

        // It ran on between what the viewer has read and this call.
        else if (watch.LastRead(person, id) is { } read && read < row.Burst) await InstanceWatch.TellAsync(Clients.Caller, row, await watch.ReportAsync(row, Context.ConnectionAborted), Context.ConnectionAborted);
    }

    /// <inheritdoc />
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        watch.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
