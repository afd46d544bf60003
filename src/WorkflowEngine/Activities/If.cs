using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs one of two embedded activities.</summary>
[Activity("Elsa.If", Category = "Branching", NameVi = "Nếu", TextVi = "Chạy một trong hai bước bên trong.", TextEn = "Runs one of two embedded activities.",
    IsBrowsable = false, Ports = ["then", "else"])]
public sealed class If : Activity
{
    public readonly Input<bool> Condition = new("Condition") { LabelVi = "Điều kiện", LabelEn = "Condition" };
    public readonly Output Result = new("Result", "Boolean");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var holds = context.Get(Condition);
        context.Set(Result, JsonValue.Create(holds));
        if (context.Node.Child(holds ? "then" : "else") is { } branch) context.Schedule(branch);
        else context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        context.Recall(Result, child.Node == context.Node.Child("then"));
        context.Complete();
    }
}
