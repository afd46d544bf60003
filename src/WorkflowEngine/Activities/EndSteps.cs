using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Cancels steps of the same drawing that are still open, with their tasks and waits: what was optional has become pointless.</summary>
[Activity("Workflows.EndSteps", Category = "Con người", NameVi = "Thôi các bước đang mở", NameEn = "End open steps",
    TextVi = "Dừng các bước của sơ đồ này còn đang mở, cùng việc và mốc chờ của chúng.", TextEn = "Cancels steps of this drawing that are still open, with their tasks and waits.")]
public sealed class EndSteps : Activity
{
    public readonly Input<List<string>> Steps = new("Steps") { LabelVi = "Mã các bước", LabelEn = "Ids of the steps", UiHint = "multitext" };

    protected internal override void Execute(ActivityContext context)
    {
        var ids = context.Get(Steps) ?? [];
        if (context.Parent is not { } drawing) return;
        foreach (var id in ids)
            if (drawing.Node.AllChildren.All(n => n.Id != id)) context.Fault($"This drawing has no step '{id}'.");
        foreach (var open in drawing.Children.Where(c => ids.Contains(c.Node.Id) && c.Status is (ActivityStatus.Running or ActivityStatus.Pending)).ToArray()) open.Cancel();
    }
}
