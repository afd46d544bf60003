using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// The token-based mode of flowcharts: every followed connection carries a token, and the merge mode of its target decides what an arriving
/// token starts. Ways that are not taken carry nothing, so a Merge behind a decision waits for what never comes; the instance then names that.
/// </summary>
internal static class TokenFlow
{
    public const string ModeProperty = "Flowchart:ExecutionMode";
    private const string Key = "Flowchart.Tokens";
    private static readonly string[] Modes = ["Stream", "Merge", "Converge", "Cascade", "Race"];

    /// <summary>By the property of the instance, of which as in Elsa only a text counts, else by the definition's custom property, else by the setting; the default is counter-based.</summary>
    public static bool Applies(ActivityContext flowchart) => Mode(flowchart.Burst.State.Properties[ModeProperty].AsText())
        ?? Mode(flowchart.Workflow.CustomProperties[ModeProperty]?.ToString()) ?? Mode(flowchart.Facts.Reference.FlowchartMode) ?? false;

    /// <summary>The same before anything runs: an instance could still say otherwise.</summary>
    public static bool Applies(Workflow workflow, ReferenceData reference) =>
        Mode(workflow.CustomProperties[ModeProperty]?.ToString()) ?? Mode(reference.FlowchartMode) ?? false;

    public static void ChildCompleted(ActivityContext flowchart, ActivityContext child, Outcomes outcomes)
    {
        var graph = FlowGraph.Of(flowchart.Node, flowchart.Properties["Start"]!.GetValue<string>());
        var tokens = Tokens(flowchart);
        var followed = new List<Connection>();
        foreach (var connection in graph.Outbound(child.Node.Id))
        {
            if (!outcomes.Follow(connection.SourcePort)) continue;
            followed.Add(connection);
            if (!graph.IsForward(connection)) BeginRound(flowchart, graph, tokens, connection);
            Add(tokens, connection, blocked: false);
        }

        for (var i = tokens.Count - 1; i >= 0; i--)
            if (To(tokens[i]!) == child.Node.Id && (!IsBlocked(tokens[i]!) || IsUsed(tokens[i]!))) tokens.RemoveAt(i);
        foreach (var connection in followed) Arrive(flowchart, graph, tokens, connection);
        GoOn(flowchart, graph, tokens);

        foreach (var token in tokens)
            if (!IsBlocked(token!)) return;
        if (!Flowchart.IsIdle(flowchart)) return;
        tokens.Clear();
        flowchart.Complete();
    }

    /// <summary>What led to it or came from it is void; in Elsa the flowchart may end here before the winner of a race has run, and so it does here.</summary>
    public static void ChildCancelled(ActivityContext flowchart, ActivityContext child)
    {
        var tokens = Tokens(flowchart);
        for (var i = tokens.Count - 1; i >= 0; i--)
            if (To(tokens[i]!) == child.Node.Id || From(tokens[i]!) == child.Node.Id) tokens.RemoveAt(i);
        if (Flowchart.IsIdle(flowchart)) flowchart.Complete();
    }

    /// <summary>
    /// A loop that leads back before a race begins a new one: ways that lost the last one and have ended are open again. In Elsa they stay barred, and
    /// what comes on them in the next round is lost (rule race-goes-on). What still runs from the last round meets its bar.
    /// </summary>
    private static void BeginRound(ActivityContext flowchart, FlowGraph graph, JsonArray tokens, Connection back)
    {
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            if (!IsBlocked(tokens[i]!)) continue;
            var (from, to) = (From(tokens[i]!)!, To(tokens[i]!)!);
            if (to != back.Source && !graph.LeadsTo(to, back.Source)) continue;
            if (from != back.Target && !graph.LeadsTo(back.Target, from)) continue;
            if (!graph.Ancestors(from).Append(from).Any(id => IsAlive(flowchart, graph.Node(id)))) tokens.RemoveAt(i);
        }
    }

    private static void Arrive(ActivityContext flowchart, FlowGraph graph, JsonArray tokens, Connection connection)
    {
        var target = graph.Node(connection.Target);
        var inbound = graph.InboundForward(target.Id);
        var mode = MergeMode(flowchart, target);
        switch (mode)
        {
            case "Merge":
                if (inbound.Count > 1 && !inbound.All(c => HasToken(tokens, c))) return;
                break;
            case "Converge":
                if (!graph.Inbound(target.Id).All(c => HasToken(tokens, c))) return;
                break;
            case "Cascade" or "Race":
                if (mode == "Race") Flowchart.CancelAncestors(flowchart, target.Id);
                if (TakeBlocked(tokens, connection)) return;
                foreach (var other in inbound)
                    if (other.Source != connection.Source) Add(tokens, other, blocked: true);
                break;
            default:
                if (IsExpected(inbound, tokens)) return;
                break;
        }

        flowchart.Schedule(target);
    }

    /// <summary>
    /// An arrival that was held back for another one goes on when that way has ended without coming here. In Elsa it stands for ever, or not,
    /// depending on which of the two ways was answered first (rule dead-way-holds-nothing).
    /// </summary>
    private static void GoOn(ActivityContext flowchart, FlowGraph graph, JsonArray tokens)
    {
        foreach (var id in tokens.Where(t => !IsBlocked(t!)).Select(t => To(t!)!).Distinct().ToArray())
        {
            var (target, inbound) = (graph.Node(id), graph.InboundForward(id));
            if (MergeMode(flowchart, target) != "Stream" || !inbound.Any(c => HasToken(tokens, c)) || IsExpected(inbound, tokens)) continue;
            if (!IsAlive(flowchart, target)) flowchart.Schedule(target);
        }
    }

    private static bool IsAlive(ActivityContext flowchart, ActivityNode node) => flowchart.IsQueued(node)
        || flowchart.Children.Exists(c => c.Node == node && c.Status is ActivityStatus.Running or ActivityStatus.Pending or ActivityStatus.Faulted);

    /// <summary>Something is still on its way to an activity from which one of these leads on.</summary>
    private static bool IsExpected(IReadOnlyList<Connection> inbound, JsonArray tokens)
    {
        foreach (var way in inbound)
            foreach (var token in tokens)
                if (!IsBlocked(token!) && To(token!) == way.Source) return true;
        return false;
    }

    private static string MergeMode(ActivityContext flowchart, ActivityNode node)
    {
        if (node.Activity is FlowJoin) return FlowJoin.ModeOf(flowchart, node) == "WaitAny" ? "Race" : "Merge";
        var given = node.CustomProperties["mergeMode"].AsText();
        return Array.Find(Modes, m => string.Equals(m, given, StringComparison.OrdinalIgnoreCase)) ?? "Stream";
    }

    private static bool? Mode(string? value) => value?.ToUpperInvariant() switch
    {
        "TOKENBASED" or "1" => true,
        "COUNTERBASED" or "2" => false,
        _ => null,
    };

    /// <summary>Gives the tokens' activities new ids.</summary>
    public static void Rename(ActivityContext flowchart, Func<string, string> newId)
    {
        foreach (var token in Tokens(flowchart))
            (token!["fromActivityId"], token["toActivityId"]) = (newId(From(token) ?? ""), newId(To(token) ?? ""));
    }

    // ---- tokens, as Elsa names their members

    private static JsonArray Tokens(ActivityContext flowchart)
    {
        if (flowchart.Properties[Key] is JsonArray known) return known;
        var created = new JsonArray();
        flowchart.Properties[Key] = created;
        return created;
    }

    private static void Add(JsonArray tokens, Connection way, bool blocked) => tokens.Add(new JsonObject
    {
        ["fromActivityId"] = way.Source,
        ["outcome"] = way.SourcePort,
        ["toActivityId"] = way.Target,
        ["consumed"] = false,
        ["blocked"] = blocked,
    });

    private static string? From(JsonNode token) => token["fromActivityId"].AsText();

    private static string? To(JsonNode token) => token["toActivityId"].AsText();

    private static bool IsBlocked(JsonNode token) => token["blocked"]!.GetValue<bool>();

    private static bool IsUsed(JsonNode token) => token["consumed"]!.GetValue<bool>();

    private static bool IsOn(JsonNode token, Connection way) => From(token) == way.Source && To(token) == way.Target && token["outcome"].AsText() == way.SourcePort;

    private static bool HasToken(JsonArray tokens, Connection way)
    {
        foreach (var token in tokens)
            if (!IsBlocked(token!) && IsOn(token!, way)) return true;
        return false;
    }

    /// <summary>
    /// A later arrival on a way that lost starts nothing: the block is used, and with it the token that came. Elsa keeps that token, and with it the
    /// flowchart for ever (rule token-arrivals-end). A used block stands until the winner has ended: what comes again meanwhile starts nothing either.
    /// </summary>
    private static bool TakeBlocked(JsonArray tokens, Connection way)
    {
        if (tokens.FirstOrDefault(t => IsBlocked(t!) && IsOn(t!, way)) is not { } block) return false;
        block["consumed"] = true;
        if (tokens.FirstOrDefault(t => !IsBlocked(t!) && IsOn(t!, way)) is { } arrived) tokens.Remove(arrived);
        return true;
    }
}
