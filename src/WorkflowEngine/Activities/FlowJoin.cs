using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for any, all, or all still possible of the ways that lead to it.</summary>
[Activity("Elsa.FlowJoin", Category = "Branching", NameVi = "Hợp nhánh", TextVi = "Chờ một, tất cả, hoặc mọi nhánh còn chạy.",
    TextEn = "Waits for any, all, or all still possible ways.")]
public sealed class FlowJoin : Activity
{
    public readonly Input<string> Mode = new("Mode")
    {
        LabelVi = "Cách chờ",
        LabelEn = "Mode",
        TypeName = "FlowJoinMode",
        Default = "WaitAny",
        UiHint = "dropdown",
    };

    private static readonly string[] Modes = ["WaitAny", "WaitAll", "WaitAllActive"];

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Parent is { Node.Activity: Flowchart } flowchart) Flowchart.CancelAncestors(flowchart, context.Node.Id);
    }

    /// <summary>The mode as the document gives it: the flowchart needs it before the join runs, so only a literal counts.</summary>
    internal static string ModeOf(ActivityNode node)
    {
        var value = node.Inputs.GetValueOrDefault("mode")?.Expression?.Value;
        if (value is JsonValue number && number.TryGetValue(out int index) && index is >= 0 and <= 2) return Modes[index];
        return Array.Find(Modes, m => string.Equals(m, value?.ToString(), StringComparison.OrdinalIgnoreCase)) ?? "WaitAny";
    }
}
