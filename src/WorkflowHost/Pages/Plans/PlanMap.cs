using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Pages.Plans;

/// <summary>A task that a plan's workflow gives, whether or not anybody has it yet.</summary>
/// <param name="IsChild">Given to each unit by the child definition, not to the issuer.</param>
/// <param name="Deadline">As the definition writes it ("before 01-01(+1)"), or null.</param>
/// <param name="TargetDate">The internal date, same syntax.</param>
/// <param name="IsConditional">Comes only when a decision says so.</param>
/// <param name="BeforeIssue">Belongs to drafting, checking, signing and numbering.</param>
/// <param name="WaitsForEvent">Name of an event that must come first, or null.</param>
/// <param name="After">Tasks of the same workflow that lead here.</param>
/// <param name="DueAfter">The task of the same workflow before which it must not fall due, or null.</param>
public sealed record PlanStep(
    string ActivityId, bool IsChild, Text Title, string? Deadline, string? TargetDate, string? Obligation, bool IsConditional, bool BeforeIssue,
    string? WaitsForEvent, IReadOnlyList<string> After, string? DueAfter);

/// <summary>
/// The tasks of a plan's workflow and of the workflow it cascades, read from the two graphs: what the stage line and the sentences on what comes
/// next are made of. Pure.
/// </summary>
public sealed class PlanMap
{
    private const string HumanTask = "Workflows.HumanTask";

    private PlanMap(IReadOnlyList<PlanStep> steps, IReadOnlyDictionary<string, Text> eventWords)
    {
        Steps = steps;
        EventWords = eventWords;
    }

    /// <summary>Of a plan whose definition is gone.</summary>
    public static PlanMap Empty { get; } = new([], new Dictionary<string, Text>());

    /// <summary>In the order of the documents, the issuer's first.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>Names of events to the title of the task that brings them about.</summary>
    public IReadOnlyDictionary<string, Text> EventWords { get; }

    /// <summary>The step of a task row, or null when a newer definition no longer has it.</summary>
    public PlanStep? Find(bool isChild, string activityId) => Steps.FirstOrDefault(s => s.IsChild == isChild && s.ActivityId == activityId);

    /// <summary>Definition ids that the workflow cascades to units.</summary>
    public static IEnumerable<string> ChildrenOf(Workflow workflow) =>
        workflow.Nodes.Where(n => n.Type == "Workflows.Cascade").Select(n => NodeText.Literal(n, "definitionId")).OfType<string>();

    /// <summary>Reads the graphs; <paramref name="children"/> are those of <see cref="ChildrenOf"/>.</summary>
    public static PlanMap Of(Workflow root, IEnumerable<Workflow> children)
    {
        var words = new Dictionary<string, Text>(StringComparer.Ordinal);
        var steps = new List<PlanStep>();
        foreach (var (workflow, isChild) in children.Select(c => (c, true)).Prepend((root, false)))
        {
            var graph = new Graph(workflow);
            var issued = graph.From(workflow.Nodes.Where(n => n.Type == "Workflows.DistributePlan"));
            steps.AddRange(workflow.Nodes.Where(n => n.Type == HumanTask).Select(node => graph.Step(node, isChild, !isChild && issued.Count > 0 && !issued.Contains(node.Id))));
            foreach (var node in workflow.Nodes.Where(n => n.Type == "Elsa.PublishEvent"))
                if (NodeText.Literal(node, "eventName") is { } name && graph.Before(node).Tasks is [var first, ..]) words.TryAdd(name, Title(first));
        }

        return new PlanMap(steps, words);
    }

    private static Text Title(ActivityNode node) => new(NodeText.Literal(node, "title") ?? node.Name ?? node.Id, NodeText.Literal(node, "titleEn"));

    private sealed class Graph
    {
        private readonly Dictionary<string, ActivityNode> _nodes = new(StringComparer.Ordinal);
        private readonly ILookup<string, string> _targets;
        private readonly ILookup<string, string> _sources;

        public Graph(Workflow workflow)
        {
            foreach (var node in workflow.Nodes) _nodes.TryAdd(node.Id, node);
            var connections = workflow.Nodes.SelectMany(n => n.Connections).Where(c => _nodes.ContainsKey(c.Source) && _nodes.ContainsKey(c.Target)).ToArray();
            _targets = connections.ToLookup(c => c.Source, c => c.Target);
            _sources = connections.ToLookup(c => c.Target, c => c.Source);
        }

        public PlanStep Step(ActivityNode node, bool isChild, bool beforeIssue)
        {
            var (tasks, events) = Before(node);
            var sources = _sources[node.Id].ToArray();
            return new PlanStep(node.Id, isChild, Title(node), NodeText.Literal(node, "deadline"), NodeText.Literal(node, "targetDate"), NodeText.Literal(node, "obligation"),
                sources.Length > 0 && Array.TrueForAll(sources, s => _nodes[s].Type is "Elsa.FlowDecision" or "Elsa.FlowSwitch"), beforeIssue,
                events.Count > 0 ? events[0] : null, [.. tasks.Select(t => t.Id).Distinct()], DueOrder.Of(node));
        }

        /// <summary>The tasks and events that lead to a node without another task between.</summary>
        public (List<ActivityNode> Tasks, List<string> Events) Before(ActivityNode node)
        {
            var (tasks, events) = (new List<ActivityNode>(), new List<string>());
            var seen = new HashSet<string>(StringComparer.Ordinal) { node.Id };
            var pending = new Queue<string>(_sources[node.Id]);
            while (pending.TryDequeue(out var id))
            {
                if (!seen.Add(id)) continue;
                var source = _nodes[id];
                if (source.Type == HumanTask) tasks.Add(source);
                else if (source.Type == "Elsa.Event") events.Add(NodeText.Literal(source, "eventName") ?? source.Id);
                else foreach (var next in _sources[id]) pending.Enqueue(next);
            }

            return (tasks, events);
        }

        public HashSet<string> From(IEnumerable<ActivityNode> starts)
        {
            var reached = new HashSet<string>(StringComparer.Ordinal);
            var pending = new Queue<string>(starts.Select(s => s.Id));
            while (pending.TryDequeue(out var id))
                if (reached.Add(id))
                    foreach (var next in _targets[id]) pending.Enqueue(next);
            return reached;
        }
    }
}
