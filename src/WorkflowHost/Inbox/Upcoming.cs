using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>A running instance as far as its coming tasks need it.</summary>
/// <param name="Reached">Activities that have a task already.</param>
/// <param name="Over">Those of them whose task is over.</param>
/// <param name="Waiting">Activities that wait for an event now.</param>
public sealed record UpcomingInstance(
    string DefinitionVersionId, long UnitId, string Unit, string Owner, string CalendarId, PlanName Plan, int? CampaignYear,
    IReadOnlyCollection<string> Reached, IReadOnlyCollection<string> Over, IReadOnlyCollection<string> Waiting);

/// <summary>
/// Reads from a drawing which tasks a unit still has before it, and why not yet. Only what the drawing says literally is read: a value that an
/// expression works out while running is not known beforehand and left out. Pure.
/// </summary>
public static class Upcoming
{
    private const string HumanTask = "Workflows.HumanTask";

    /// <summary>The unit's tasks not reached yet that one of these roles may do, in the order of the drawing.</summary>
    public static IEnumerable<UpcomingTask> In(Workflow workflow, UpcomingInstance instance, IReadOnlySet<string> roles)
    {
        foreach (var node in workflow.Nodes.Where(n => n.Type == HumanTask && IsOfUnit(n) && !instance.Reached.Contains(n.Id)))
        {
            if (!Roles(node).Any(roles.Contains) || NodeText.Literal(node, "title") is not { } title) continue;
            var (after, waits) = Before(node, instance);
            yield return new UpcomingTask(
                node.Id,
                new TaskSpec
                {
                    Title = new Text(title, NodeText.Literal(node, "titleEn")),
                    Deadline = NodeText.Literal(node, "deadline"),
                    DeadlineQuote = NodeText.Literal(node, "deadlineQuote"),
                    TargetDate = NodeText.Literal(node, "targetDate"),
                    Basis = NodeText.Literal(node, "basis"),
                    CampaignYear = instance.CampaignYear,
                },
                instance.Unit, instance.Owner, instance.Plan, instance.CalendarId, after, waits);
        }
    }

    /// <summary>Goes against the connections to the next task of the unit or the next event on every way.</summary>
    private static (List<Text> After, List<string> WaitsFor) Before(ActivityNode node, UpcomingInstance instance)
    {
        var (after, waits) = (new List<Text>(), new List<string>());
        if (node.Parent is not { } flow) return (after, waits);
        var nodes = flow.AllChildren.ToDictionary(n => n.Id, StringComparer.Ordinal);
        var (seen, pending) = (new HashSet<string> { node.Id }, new Queue<string>([node.Id]));
        while (pending.TryDequeue(out var target))
        {
            foreach (var source in flow.Connections.Where(c => c.Target == target).Select(c => c.Source).Where(seen.Add))
            {
                if (!nodes.TryGetValue(source, out var before)) continue;
                if (before.Type == HumanTask && IsOfUnit(before))
                {
                    if (!instance.Over.Contains(source) && NodeText.Literal(before, "title") is { } title) after.Add(new Text(title, NodeText.Literal(before, "titleEn")));
                }
                else if (instance.Waiting.Contains(source)) waits.Add(Language.Say(Label(before)));
                else pending.Enqueue(source);
            }
        }

        return (after, waits);
    }

    private static bool IsOfUnit(ActivityNode node) => NodeText.Literal(node, "unit") is null or "self";

    private static string[] Roles(ActivityNode node)
    {
        if (node.Inputs.GetValueOrDefault("roles")?.Expression?.Value is not { } value) return [];
        try
        {
            return value is JsonValue v && v.TryGetValue(out string? text) ? JsonSerializer.Deserialize<string[]>(text) ?? [] : value.Deserialize<string[]>() ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>What the drawing calls a step; designers may add <c>displayTextEn</c> beside Elsa's own <c>displayText</c>.</summary>
    public static Text Label(ActivityNode node) => new(Said(node, "displayText") ?? node.Name ?? node.Id, Said(node, "displayTextEn"));

    private static string? Said(ActivityNode node, string name) =>
        node.Metadata[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
