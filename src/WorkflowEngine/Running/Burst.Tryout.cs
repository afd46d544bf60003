using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>What one activity did when it was tried out by itself.</summary>
/// <param name="Inputs">As the journal would keep them: sensitive ones masked.</param>
/// <param name="Outcomes">Null: it named none, or did not complete.</param>
/// <param name="Failure">Why it failed; null: it did not.</param>
public sealed record Tryout(ActivityStatus Status, JsonObject Inputs, JsonObject Outputs, IReadOnlyList<string>? Outcomes, NewIncident? Failure, Effects Effects, JsonObject Variables);

public sealed partial class Burst
{
    /// <summary>
    /// Runs one activity of a definition by itself, and what is embedded in it: variables around it stand at their defaults, nothing before it has run
    /// and nothing follows. What it would write is returned, for nobody to write.
    /// </summary>
    public static Tryout TryOut(InstanceHead head, ActivityNode node, Facts facts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(node);
        var burst = new Burst(head, new InstanceState(), facts, now);
        var around = new Stack<ActivityNode>();
        for (var outer = node.Parent; outer is not null; outer = outer.Parent) around.Push(outer);
        ActivityContext? owner = null;
        foreach (var outer in around)
        {
            owner = burst.Create(new Work(owner, outer));
            owner.State.Status = ActivityStatus.Running;
        }

        // As if the owner had ended since: it is not told of the end, so nothing follows.
        if (owner is not null) owner.Epoch++;
        burst.ExecuteNode(new Work(owner, node));
        var context = burst._order.Find(c => c.Node == node);
        while (context?.Status == ActivityStatus.Running && burst._queue.Count > 0 && !burst._halted && burst.HasRoom)
        {
            var work = burst._queue.Dequeue();
            burst._executions++;
            if (work.Bookmark is not null) burst.ResumeContext(work);
            else burst.ExecuteNode(work);
        }

        var outputs = new JsonObject();
        foreach (var (_, activity, output, value) in burst.ThisRun.Outputs)
            if (activity == node.Id) outputs[output] = value?.DeepClone();
        var variables = new JsonObject();
        foreach (var outer in burst._order.Where(c => c.Node != node))
            foreach (var (id, value) in outer.State.Variables ?? [])
                variables[outer.Node.Variables.FirstOrDefault(v => v.Id == id)?.Name ?? id] = value?.DeepClone();
        return new Tryout(
            context?.Status ?? ActivityStatus.Faulted, (JsonObject)(context?.State.Inputs?.DeepClone() ?? new JsonObject()), outputs,
            burst.Effects.Journal.FindLast(e => e.ContextId == context?.Id && e.Event == "Completed")?.Outcomes,
            burst.Effects.Incidents.FirstOrDefault(), burst.Effects, variables);
    }
}
