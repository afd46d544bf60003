using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>
/// Judges a definition before it is published: what in it would fail, never end, lose work or reach nobody. Pure; only what the document says
/// literally is judged, a value that an expression works out while running is not.
/// </summary>
public static class LintDefinition
{
    /// <summary>All findings, errors first, each group in the order of the document.</summary>
    public static IReadOnlyList<LintFinding> Run(Workflow workflow, DesignWorld world)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(world);
        var found = new LintList();
        // What stands inside a composite was judged when that definition was published.
        foreach (var node in Own(workflow.Root))
        {
            if (node.Activity is NotFoundActivity)
                found.Error("unknown-type", node, $"loại bước “{node.Type}” không có ở đây.", $"there is no activity type '{node.Type}' here.");
            ExpressionRules.Judge(workflow, node, found);
            TaskRules.Judge(workflow, node, world, found);
            EndpointRules.Judge(workflow, node, world, found);
            JournalRules.Judge(workflow, node, found);
            if (node.Activity is Flowchart) FlowRules.Judge(workflow, node, world, found);
        }

        DeadlineRules.Judge(workflow, world, found);
        return found.Sorted;
    }

    /// <summary>The document's own activities, parents first.</summary>
    internal static IEnumerable<ActivityNode> Own(ActivityNode node) =>
        node.Composite is not null ? [node] : node.AllChildren.SelectMany(Own).Prepend(node);
}

/// <summary>Findings as the rules make them.</summary>
internal sealed class LintList
{
    private readonly List<LintFinding> found = [];

    public IReadOnlyList<LintFinding> Sorted => [.. found.OrderByDescending(f => f.Weight)];

    public void Error(string rule, ActivityNode node, string vi, string en) => Add(rule, LintWeight.Error, node, vi, en);

    public void Warning(string rule, ActivityNode node, string vi, string en) => Add(rule, LintWeight.Warning, node, vi, en);

    private void Add(string rule, LintWeight weight, ActivityNode node, string vi, string en)
    {
        var finding = new LintFinding(rule, weight, node.Id, NodeText.Label(node), new Bilingual(vi, en));
        if (!found.Contains(finding)) found.Add(finding);
    }
}
