using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>
/// The instance as it was before, stopped with an incident; its events are kept for the retry. One that has stopped like this already gets no second
/// incident by every event that comes. A wish to cancel is carried out all the same, one to change it is refused: neither waits for a retry. What is
/// over stays so, and takes down what it has begun when its parent is cancelled.
/// </summary>
internal static class StoppedInstance
{
    /// <param name="kind">Of the incident.</param>
    public static CommittedBurst Of(LoadedInstance loaded, DateTimeOffset now, string kind, string message)
    {
        var (state, isKept) = StateOf(loaded);
        var (root, effects) = (loaded.Head.Workflow.Root, new Effects());
        void Journal(string name) => effects.Journal.Add(new JournalEntry(++state.Sequence, name, root.Id, root.NodeId, root.Type, "", Message: message));

        // Its run is over for whoever waits for it: nothing goes on in it before a retry, whatever still runs within. Of a state that cannot be read
        // nobody knows whether it had come to rest; a parent that has heard of that already does not mind the second word.
        var (isFirst, endsRun) = (loaded.Head.Burst == 1 || !isKept || state.Run?.IsFirst == true, state.Run is not null && state.Status == InstanceStatus.Running);
        CommittedBurst Committed(byte[] json) =>
            new(loaded, new BurstResult(state, effects, loaded.Events.Count, false, loaded.Head.Workflow) { CameToRest = isFirst, EndsRun = endsRun }, json, kind);

        var cancel = loaded.Events.FirstOrDefault(e => e.Kind == EventKind.Cancel);
        if (state is { Status: InstanceStatus.Finished, SubStatus: not SubStatus.Faulted })
        {
            effects.CancelChildren = state.SubStatus == SubStatus.Finished && cancel?.Body["byParent"] is not null;
            return Committed(isKept ? state.ToUtf8() : loaded.StateJson!);
        }

        if (cancel is not null)
        {
            (state.Status, state.SubStatus, state.Run, effects.CancelChildren) = (InstanceStatus.Finished, SubStatus.Cancelled, null, true);
            state.Bookmarks.Clear();
            Journal("Canceled");
            return Committed(state.ToUtf8());
        }

        var isKnown = isKept ? state.Incidents.Exists(i => i.Kind == kind) : state.SubStatus == SubStatus.Faulted;
        (state.Status, state.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
        foreach (var e in loaded.Events.Where(e => e.Kind == EventKind.Alter))
            foreach (var alteration in e.Body["alterations"] as JsonArray ?? [])
                effects.Alterations.Add(new AlterationOutcome((alteration as JsonObject)?["type"].AsText() ?? "", message) { Event = e.Id });
        foreach (var outcome in effects.Alterations) Journal(outcome.JournalName);
        effects.Held.AddRange(loaded.Events.Where(e => e.Kind is not (EventKind.Retry or EventKind.Alter)));
        var isNew = !isKnown || loaded.Events.Any(e => e.Kind == EventKind.Retry);
        var id = new DeterministicIds(loaded.Head.Id, loaded.Head.Burst, now).NewGuid();
        if (isNew) effects.Incidents.Add(new NewIncident(id, root.Id, root.Type, root.NodeId, kind, message, null));
        if (isNew || !isKept) state.Incidents.Add(new IncidentState(id.ToString(), root.Id, root.NodeId, root.Type, "", kind, message, now));

        Journal("Faulted");
        return Committed(isKept ? state.ToUtf8() : loaded.StateJson!);
    }

    /// <summary>The stored state; where it cannot be read another one by what the row says, and what is stored has to stay for who mends it.</summary>
    private static (InstanceState State, bool IsKept) StateOf(LoadedInstance loaded)
    {
        var (correlation, name) = (loaded.Head.CorrelationId, loaded.Head.Name);
        try
        {
            return (loaded.State ?? new InstanceState { CorrelationId = correlation, Name = name }, true);
        }
        catch (JsonException)
        {
            return (new InstanceState { Status = loaded.SubStatus.IsEnd() ? InstanceStatus.Finished : InstanceStatus.Running, SubStatus = loaded.SubStatus, CorrelationId = correlation, Name = name }, false);
        }
    }
}
