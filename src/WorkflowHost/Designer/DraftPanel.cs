using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Tasks;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Designer;

/// <summary>One reminder or escalation of a task: its day and what it does.</summary>
public sealed record PanelRung(DateOnly Day, string Words);

/// <summary>A task of the draft in sentences: who does and who reviews it, by when, and what the ladder does on which days.</summary>
/// <param name="Review">Null: no review.</param>
/// <param name="Dates">The deadline and the internal date; one sentence when there is neither.</param>
public sealed record PanelTask(string Label, string Who, string? Review, IReadOnlyList<string> Dates, IReadOnlyList<PanelRung> Rungs);

/// <summary>What the panel beside the editor says of a draft. Pure; only what the drawing says literally is known.</summary>
/// <param name="Confirm">What the designer confirms by the tick; null: nothing to confirm.</param>
public sealed record DraftPanel(
    int Year, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, string? Confirm, IReadOnlyList<PanelTask> Tasks, IReadOnlyList<string> Cascades)
{
    private static readonly Dictionary<string, DateTimeOffset> NoEvents = [];

    /// <param name="judged">The whole world, for the lint.</param>
    /// <param name="shown">What the reader may see of it: names of units.</param>
    /// <param name="year">The campaign year that relative dates count from.</param>
    public static DraftPanel Of(Workflow workflow, DesignWorld judged, DesignWorld shown, int year, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var findings = LintDefinition.Run(workflow, judged);
        var say = new Words(shown, texts, year);
        return new DraftPanel(
            year,
            [.. findings.Where(f => f.Weight == LintWeight.Error).Select(f => Language.Say(f.Sentence))],
            [.. findings.Where(f => f.Weight == LintWeight.Warning).Select(f => Language.Say(f.Sentence))],
            findings is [{ Weight: LintWeight.Error }, ..] ? null : LintFinding.Digest(findings),
            [.. workflow.Nodes.Where(n => n.Type == NodeText.HumanTask).Select(say.Task)],
            [.. workflow.Nodes.Where(n => n.Type == "Workflows.Cascade").Select(say.Cascade)]);
    }

    /// <summary>Of a version that cannot be read: what is wrong with it, and nothing else.</summary>
    public static DraftPanel Unreadable(DefinitionFormatException problem, int year, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(texts);
        return new DraftPanel(year, [.. problem.Problems.Select(p => texts["designer.panel.unreadable", p.Path, Language.Say(p.MessageVi, p.Message)])], [], null, [], []);
    }

    private sealed class Words(DesignWorld world, Texts texts, int year)
    {
        private readonly RungWords rungs = new(world.Roles.ToDictionary(r => r.Key, r => r.Value.Label), new HashSet<string>(), texts);

        public PanelTask Task(ActivityNode node)
        {
            var legal = Resolve(node, "deadline");
            var target = Resolve(node, "targetDate");
            var dates = new List<string>();
            if (legal is { } l) dates.Add(Sentence(l.Deadline, l.Spec, DeadlineOrigin.Plan, NodeText.Literal(node, "deadlineQuote")));
            if (target is { } t) dates.Add(Sentence(t.Deadline, t.Spec, DeadlineOrigin.Internal, null));
            if (dates.Count == 0) dates.Add(texts[NodeText.IsComputed(node, "deadline") || NodeText.IsComputed(node, "targetDate") ? "designer.panel.date-computed" : "designer.panel.date-none"]);
            return new PanelTask(Language.Say(NodeText.Label(node)), texts["designer.panel.who", Roles(node, "roles"), Place(node)], Review(node), dates, Rungs(node, legal?.Deadline ?? target?.Deadline));
        }

        public string Cascade(ActivityNode node)
        {
            var child = NodeText.IsComputed(node, "definitionId") ? texts["designer.panel.computed"]
                : NodeText.Literal(node, "definitionId") is not { } id ? texts["designer.panel.nothing"]
                : world.Published.TryGetValue(id, out var known) ? Language.Say(known.Title) : id;
            var (kinds, codes) = (NodeText.List(node, "kinds"), NodeText.List(node, "codes"));
            var rule = kinds is null || codes is null ? texts["designer.panel.computed"]
                : codes.Count > 0 ? string.Join(", ", codes.Select(Unit))
                : kinds.Count > 0 ? string.Join(", ", StudioApi.Palette.Items("Workflows.Cascade", "Kinds", world).Where(k => kinds.Contains(k.Value)).Select(k => k.Text))
                : texts["designer.panel.all-units"];
            return texts["designer.panel.cascade", Language.Say(NodeText.Label(node)), child, rule];
        }

        private (Deadline Deadline, DeadlineSpec Spec)? Resolve(ActivityNode node, string input) =>
            NodeText.Literal(node, input) is { } text && DeadlineSyntax.TryParse(text, out var spec, out _) ? (spec.Resolve(year, NoEvents, world.Calendar), spec) : null;

        private string Sentence(Deadline deadline, DeadlineSpec spec, DeadlineOrigin origin, string? quote) =>
            Language.Say(DeadlineSentence.Explain(new DeadlineFacts(deadline, quote is null ? spec : spec with { Quote = quote }, world.Calendar) { Origin = origin }).OneLine);

        private string? Review(ActivityNode node)
        {
            if (NodeText.List(node, "reviewRoles") is { Count: 0 }) return null;
            var days = NodeText.Literal(node, "reviewWorkingDays");
            var who = days is null or "0" ? texts["designer.panel.review", Roles(node, "reviewRoles")] : texts["designer.panel.review-days", Roles(node, "reviewRoles"), days];
            return NodeText.Literal(node, "reviewLadder") is { } ladder ? $"{who} {texts["designer.panel.review-ladder", ladder]}" : who;
        }

        private string Roles(ActivityNode node, string input) => NodeText.List(node, input) switch
        {
            null => texts["designer.panel.computed"],
            { Count: 0 } => texts["designer.panel.nobody"],
            var roles => string.Join(", ", roles.Select(r => world.Roles.TryGetValue(r, out var known) ? Language.Say(known.Label) : r)),
        };

        private string Place(ActivityNode node) => NodeText.IsComputed(node, "unit") ? texts["designer.panel.computed"] : NodeText.Literal(node, "unit") switch
        {
            null or "self" => texts["designer.panel.self"],
            "owner" => texts["designer.panel.owner"],
            var code => Unit(code),
        };

        private string Unit(string code) => world.Units.TryGetValue(code, out var unit) ? unit.Name : code;

        /// <summary>Each rung on its first day, and a repeating one a second time, so that one sees how it goes on.</summary>
        private List<PanelRung> Rungs(ActivityNode node, Deadline? deadline)
        {
            if (deadline?.Due is null || NodeText.Effective(node, "ladder") is not { } id || !world.Reference.Ladders.TryGetValue(id, out var ladder)) return [];
            var started = world.Calendar.InstantOf(new DateOnly(year - 1, 1, 1));
            return [.. LadderPlan.For(ladder, deadline, world.Calendar, started).Occurrences().TakeWhile(o => o.Period < 2)
                .Select(o => new PanelRung(world.Calendar.DayOf(o.At), rungs.ForOne(ladder.Rungs.First(r => r.Id == o.RungId), o.Period, "work")))];
        }
    }
}
