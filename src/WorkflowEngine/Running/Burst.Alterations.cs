using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

public sealed partial class Burst
{
    /// <summary>Changes from outside, in order; the first that cannot be done stops the rest, what was done before it stays.</summary>
    /// <exception cref="AlterationFailedException">One failed half-way.</exception>
    private void Alter(InstanceEvent e)
    {
        if (HasJustEnded) return;
        var (refused, reason) = RefusedAlteration.Of(e);
        var outcomes = new List<AlterationOutcome>();
        foreach (var alteration in (e.Body["alterations"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var refusal = outcomes.Count == refused ? reason : Carried(alteration, e.Id, outcomes.Count);
            outcomes.Add(new AlterationOutcome(alteration["type"].AsText() ?? "", refusal) { Event = e.Id });
            if (refusal is not null) break;
        }

        Effects.Alterations.AddRange(outcomes);
        if (e.Body["quiet"] is JsonValue quiet && quiet.TryGetValue(out bool isQuiet) && isQuiet) return;
        foreach (var outcome in outcomes) JournalRoot(outcome.JournalName, outcome.Refusal);
    }

    /// <summary>Carries one out; why it is refused, or null.</summary>
    private string? Carried(JsonObject alteration, long eventId, int place)
    {
        try
        {
            return alteration["type"].AsText() switch
            {
                "ScheduleActivity" or "CancelActivity" when State.Status == InstanceStatus.Finished => "Nothing runs in it since it has failed; retry it first.",
                "ModifyVariable" => ModifyVariable(alteration),
                "ScheduleActivity" => ScheduleActivity(alteration),
                "CancelActivity" => CancelActivity(alteration),
                "Migrate" => Migrate(alteration),
                "Cancel" => CancelWhole(),
                var type => $"There is no alteration '{type}'.",
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new AlterationFailedException(eventId, place, e);
        }
    }

    private string? ModifyVariable(JsonObject alteration)
    {
        var id = alteration["variableId"].AsText();
        foreach (var context in _order)
        {
            if (id is null || context.State.Variables?.ContainsKey(id) != true) continue;
            context.SetVariableById(id, alteration["value"]);

            // What stands in text is deeper, or more, than what came: what is kept counts.
            Weigh(context.State.Variables[id]);
            return null;
        }

        return $"There is no variable '{id}' in this instance.";
    }

    /// <summary>By activity id always a new execution below the container that runs; by execution id that execution once more.</summary>
    private string? ScheduleActivity(JsonObject alteration)
    {
        if (alteration["activityInstanceId"].AsText() is { } contextId)
        {
            if (!_contexts.TryGetValue(contextId, out var existing)) return $"There is no execution '{contextId}'.";
            _queue.Enqueue(new Work(existing.Parent, existing.Node, Existing: existing));
            return null;
        }

        var id = alteration["activityId"].AsText();
        if (id is null || Head.Workflow.FindActivity(id) is not { } node) return $"There is no activity '{id}'.";
        var owner = _order.FindLast(c => c.Node == node.Parent && c.Status == ActivityStatus.Running);
        if (owner is null) return $"Nothing runs around the activity '{id}'.";

        // Others count their steps: one out of turn would be followed by what has run already.
        if (owner.Node.Activity is not Flowchart) return $"Only a flowchart takes a step out of its order; '{id}' stands in '{owner.Node.Id}'.";
        Schedule(owner, node, null, null, backward: false);
        return null;
    }

    private string? CancelActivity(JsonObject alteration)
    {
        var (contextId, id) = (alteration["activityInstanceId"].AsText(), alteration["activityId"].AsText());
        var running = _order.Where(c => (contextId is not null ? c.Id == contextId : c.Node.Id == id) && c.Status is ActivityStatus.Running or ActivityStatus.Pending).ToArray();
        if (running.Length == 0) return $"The activity '{contextId ?? id}' does not run.";
        foreach (var context in running) Cancel(context);
        return null;
    }

    private string? CancelWhole()
    {
        CancelInstance();
        JournalRoot("Workflow cancelled");
        return null;
    }
}
