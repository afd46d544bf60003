using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Finishes the whole instance now; nothing else in it runs or waits any more.</summary>
[Activity("Elsa.Finish", Category = "Primitives", NameVi = "Kết thúc quy trình", TextVi = "Kết thúc toàn bộ quy trình ngay.",
    TextEn = "Finishes the whole instance now.", IsTerminal = true)]
public sealed class Finish : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        context.FinishInstance();
        context.Complete();
    }
}
