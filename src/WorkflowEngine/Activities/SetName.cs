using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Names the instance.</summary>
[Activity("Elsa.SetName", Category = "Primitives", NameVi = "Đặt tên", TextVi = "Đặt tên cho lượt chạy.", TextEn = "Names the instance.")]
public sealed class SetName : Activity
{
    public readonly Input<string> Value = new("Value") { LabelVi = "Tên", LabelEn = "Name" };

    protected internal override void Execute(ActivityContext context) => context.InstanceName = context.Get(Value);
}
