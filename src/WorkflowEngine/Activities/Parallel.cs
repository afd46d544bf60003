using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs all its activities at once and waits for all.</summary>
[Activity("Elsa.Parallel", Category = "Workflows", NameVi = "Song song", TextVi = "Chạy mọi bước cùng lúc.", TextEn = "Runs all its activities at once.",
    IsContainer = true, IsBrowsable = false, Ports = ["activities"])]
public sealed class Parallel : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var children = context.Node.Children.GetValueOrDefault("activities") ?? [];
        context.Properties["Open"] = children.Count;
        foreach (var child in children) context.Schedule(child);
        if (children.Count == 0) context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        var open = context.Properties["Open"]!.GetValue<int>() - 1;
        context.Properties["Open"] = open;
        if (open <= 0) context.Complete();
    }
}
