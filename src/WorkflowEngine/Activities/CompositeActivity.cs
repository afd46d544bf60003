using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs a published definition as one activity: its inputs come from the document, its outputs go to where they are bound.</summary>
[Activity("Elsa.Workflows.Management.Activities.WorkflowDefinitionActivity.WorkflowDefinitionActivity", Category = "WorkflowDefinitionActivity", IsBrowsable = false)]
public sealed class CompositeActivity : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Node.Composite is not { } composite || context.Node.Child("root") is not { } root)
        {
            context.Fault("The definition used as an activity is not there.");
            return;
        }

        // Kept with the execution: what it was called with stays the same after a wait.
        var input = new JsonObject();
        foreach (var declared in composite.Workflow.Inputs)
            if (context.Node.Inputs.GetValueOrDefault(Words.Camel(declared.Name))?.Expression is { } expression)
                input[declared.Name] = Values.Loose(expression.IsJsonText(out var json) ? json : context.EvaluateNamed(declared.Name, expression), declared.Type);
        context.Properties[ActivityContext.InputKey] = input;
        context.Schedule(root);
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        var delivered = context.Properties[ActivityContext.DeliveredKey] as JsonObject ?? [];
        if (context.Properties[ActivityContext.OutputKey] is JsonObject outputs)
            foreach (var (name, value) in outputs)
                if (delivered.ContainsKey(name)) context.Tell(Words.Camel(name), value);
                else context.SetByName(Words.Camel(name), value);
        var chosen = context.Burst.CompositeOutcomes ?? Outcomes.Done;
        context.Burst.CompositeOutcomes = null;
        context.Complete(chosen);
    }
}
