using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>
/// Dates of human tasks that depend on each other: a task whose input <c>dueAfter</c> names another step of the same workflow must not fall due
/// before it. The dates stay what the plan and its extensions say; who follows the plan is told when they contradict each other (domain §7, story 6).
/// </summary>
public static class DueOrder
{
    /// <summary>Name of the input in documents.</summary>
    public const string Input = "dueAfter";

    /// <summary>The step after which the task falls due, or null.</summary>
    public static string? Of(ActivityNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Inputs.GetValueOrDefault(Input)?.Expression?.Value is JsonValue value && value.ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>What keeps a definition from being published: a relation to no human task, to itself, or worked out only at run time.</summary>
    public static IEnumerable<DefinitionProblem> Problems(Workflow workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        foreach (var node in workflow.Nodes)
        {
            if (Of(node) is not { } other) continue;
            var place = $"{node.Id}.{Input}";
            if (node.Inputs[Input].Expression!.Type != "Literal")
                yield return new(place, "The step is named by its id, not worked out.", "Bước này phải ghi bằng mã, không tính bằng biểu thức.");
            else if (other == node.Id)
                yield return new(place, "A task cannot fall due after itself.", "Việc không thể đến hạn sau chính nó.");
            else if (!workflow.Nodes.Any(n => n.Id == other && n.Type == node.Type))
                yield return new(place, $"This workflow has no task '{other}'.", $"Quy trình này không có việc '{other}'.");
        }
    }
}
