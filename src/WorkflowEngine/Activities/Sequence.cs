using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs its activities one after the other.</summary>
[Activity("Elsa.Sequence", Category = "Flow", NameVi = "Tuần tự", TextVi = "Chạy lần lượt từng bước.", TextEn = "Runs its activities one after the other.",
    IsContainer = true, IsBrowsable = false, Ports = ["activities"])]
public sealed class Sequence : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context) => Next(context);

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        if (child.Node.Activity.Descriptor.Texts.IsTerminal || LoopBreak.IsBroken(context)) context.Complete();
        else Next(context);
    }

    /// <summary>A step taken out from outside does not stop the ones after it. Elsa waits for ever.</summary>
    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child) => Next(context);

    private static void Next(ActivityContext context)
    {
        var children = context.Node.Children.GetValueOrDefault("activities") ?? [];
        var position = context.Properties["CurrentIndex"]?.GetValue<int>() ?? 0;
        if (position >= children.Count)
        {
            context.Complete();
            return;
        }

        context.Properties["CurrentIndex"] = position + 1;
        context.Schedule(children[position]);
    }
}
