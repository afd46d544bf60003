using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs all its branches at once; waits for all or, with WaitAny, for the first.</summary>
[Activity("Elsa.Fork", Category = "Control Flow", NameVi = "Phân nhánh", TextVi = "Chạy mọi nhánh cùng lúc; chờ tất cả hoặc nhánh đầu tiên.",
    TextEn = "Runs all its branches at once.", IsBrowsable = false, Ports = ["branches"])]
public sealed class Fork : Activity
{
    public readonly Input<string> JoinMode = new("JoinMode")
    {
        LabelVi = "Cách chờ",
        LabelEn = "Join mode",
        IsWrapped = false,
        UiHint = "dropdown",
        TypeName = "UnregisteredClrType:Elsa.Workflows.ForkJoinMode, Elsa.Workflows.Core",
        Default = "WaitAll",
    };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var branches = context.Node.Children.GetValueOrDefault("branches") ?? [];
        context.Properties["Open"] = branches.Count;
        foreach (var branch in branches) context.Schedule(branch);
        if (branches.Count == 0) context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) => Ended(context, wins: true);

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child) => Ended(context, wins: false);

    private static void Ended(ActivityContext context, bool wins)
    {
        var open = context.Properties["Open"]!.GetValue<int>() - 1;
        context.Properties["Open"] = open;
        var any = context.Node.Raw["joinMode"]?.ToString().ToUpperInvariant() is "WAITANY" or "1" || LoopBreak.IsBroken(context);
        if (open <= 0 || any && wins) context.Complete();
    }
}
