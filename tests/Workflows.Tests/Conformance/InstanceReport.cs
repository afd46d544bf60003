using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using Workflows.Tests.Running;

namespace Workflows.Tests.Conformance;

/// <summary>Instances in the form of expected.json: the started ones in order, below each its children in an order that does not depend on time.</summary>
public static partial class InstanceReport
{
    private static readonly Dictionary<string, string> PayloadTypes = new()
    {
        ["Elsa.Event"] = "EventStimulus",
        ["Elsa.RunTask"] = "RunTaskStimulus",
        ["Elsa.DispatchWorkflow"] = "DispatchWorkflowStimulus",
        ["Elsa.ExecuteWorkflow"] = "ExecuteWorkflowStimulus",
        ["Elsa.BulkDispatchWorkflows"] = "BulkDispatchWorkflowsStimulus",
        ["Elsa.Delay"] = "DelayPayload",
        ["Elsa.StartAt"] = "StartAtPayload",
        ["Elsa.Timer"] = "TimerBookmarkPayload",
        ["Elsa.Cron"] = "CronBookmarkPayload",
    };

    public static JsonArray Of(List<MemoryInstance> instances, List<MemoryInstance> started)
    {
        var report = new JsonArray();
        foreach (var root in instances.Where(i => i.ParentId is null).OrderBy(i => started.IndexOf(i) is var n and >= 0 ? n : int.MaxValue)) Add(root, null);
        return report;

        void Add(MemoryInstance instance, int? parent)
        {
            var index = report.Count;
            var json = One(instance);
            report.Add(parent is null ? json : new JsonObject([new("parent", parent), .. json.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))]));
            foreach (var child in instances.Where(i => i.ParentId == instance.Id).OrderBy(i => i.Workflow.DefinitionId, StringComparer.Ordinal)
                .ThenBy(i => Blank(Sorted(One(i))), StringComparer.Ordinal)) Add(child, index);
        }
    }

    private static JsonObject One(MemoryInstance instance)
    {
        var (state, workflow) = (instance.State, instance.Workflow);
        var outcomes = instance.Journal.Where(e => e.Outcomes is not null).GroupBy(e => e.ContextId).ToDictionary(g => g.Key, g => g.Last().Outcomes!);
        var dynamic = new JsonArray();
        var json = new JsonObject
        {
            ["definitionId"] = workflow.DefinitionId,
            ["version"] = workflow.Version,
            ["status"] = state.Status.ToString(),
            ["subStatus"] = state.SubStatus.ToString(),
            ["name"] = state.Name,
            ["correlationId"] = state.CorrelationId,
            ["incidentCount"] = state.Incidents.Count,
            ["journal"] = new JsonArray([.. instance.Journal.Select(e => (JsonNode)Entry(e, outcomes))]),
            ["bookmarks"] = new JsonArray([.. state.Bookmarks.Select(b => (JsonNode)Mark(b, workflow))]),
            ["incidents"] = new JsonArray([.. state.Incidents.Select(i => (JsonNode)new JsonObject
                { ["activityId"] = i.ActivityId, ["activityType"] = i.ActivityType, ["kind"] = i.Kind, ["message"] = i.Message })]),
            ["outputs"] = state.Output.DeepClone(),
            ["variables"] = Variables(state, workflow, dynamic),
        };
        if (dynamic.Count > 0) json["dynamicVariables"] = dynamic;
        foreach (var empty in json.Where(m => m.Value is null).Select(m => m.Key).ToArray()) json.Remove(empty);
        return json;
    }

    private static JsonObject Entry(JournalEntry entry, Dictionary<string, IReadOnlyList<string>> outcomes)
    {
        var json = new JsonObject { ["activityId"] = entry.ActivityId, ["event"] = entry.Event };
        if (WorkflowPart().Count(entry.NodeId) > 1) json["nodeId"] = entry.NodeId;
        if (entry.Event == "Completed" && outcomes.TryGetValue(entry.ContextId, out var names)) json["outcomes"] = new JsonArray([.. names.Select(n => (JsonNode)n)]);
        return json;
    }

    private static JsonObject Mark(Bookmark bookmark, Workflow workflow)
    {
        var payload = bookmark.Payload?.DeepClone() as JsonObject ?? [];
        if (PayloadTypes.TryGetValue(bookmark.Name, out var type)) payload["_type"] = type;
        return new JsonObject { ["name"] = bookmark.Name, ["activityId"] = workflow.FindNode(bookmark.NodeId)!.Id, ["payload"] = payload };
    }

    private static JsonArray Variables(InstanceState state, Workflow workflow, JsonArray dynamic)
    {
        var scopes = new List<JsonObject>();
        foreach (var context in state.Contexts.OrderBy(c => c.NodeId, StringComparer.Ordinal))
        {
            var values = new JsonObject();
            foreach (var (id, value) in context.Variables ?? [])
                if (value is not null && !IsInMemory(workflow.FindNode(context.NodeId)!, id)) values[id] = Stored(value);
            foreach (var (name, value) in context.Dynamic ?? [])
            {
                // Elsa keeps a loop's variables twice: under ids of its own, and as text.
                if (name is "CurrentValue" or "CurrentIndex") values[Words.Camel(name) + "Variable"] = value?.DeepClone();
                dynamic.Add(new JsonObject { ["scope"] = context.NodeId, ["name"] = name, ["value"] = value is null ? null : value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() });
            }

            if (values.Count > 0) scopes.Add(new JsonObject { ["scope"] = context.NodeId, ["values"] = values });
        }

        return new JsonArray([.. scopes.OrderBy(s => s["scope"]!.ToString(), StringComparer.Ordinal).ThenBy(s => Sorted(s["values"]), StringComparer.Ordinal)]);
    }

    /// <summary>Elsa's stored state does not show what it keeps in memory.</summary>
    private static bool IsInMemory(ActivityNode node, string id) =>
        node.Variables.FirstOrDefault(v => v.Id == id)?.StorageDriverTypeName?.Contains("Memory", StringComparison.Ordinal) == true;

    /// <summary>The result of ExecuteWorkflow is stored with the numbers of its states; scripts see their names.</summary>
    private static JsonNode Stored(JsonNode value)
    {
        var copy = value.DeepClone();
        if (copy is JsonObject { Count: 6 } result && result.ContainsKey("WorkflowInstanceId") && Enum.TryParse<InstanceStatus>(result["Status"]?.ToString(), out var status)
            && Enum.TryParse<SubStatus>(result["SubStatus"]?.ToString(), out var subStatus))
            (result["Status"], result["SubStatus"]) = ((int)status, (int)subStatus);
        return copy;
    }

    /// <summary>JSON with sorted keys, as the corpus sorts by it.</summary>
    public static string Sorted(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(", ", members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Quoted(m.Key)}: {Sorted(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(", ", items.Select(Sorted)) + "]",
        null => "null",
        JsonValue value when value.TryGetValue(out string? text) => Quoted(text),
        _ => node.ToJsonString(),
    };

    private static string Blank(string text) => Times().Replace(Ids().Replace(text, "<id>"), "<time>");

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c is < ' ' or > '~') quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"(?:^|:)Workflow\d+(?=:|$)")]
    private static partial Regex WorkflowPart();

    [GeneratedRegex("(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{15,16})(?![0-9A-Za-z])")]
    private static partial Regex Ids();

    [GeneratedRegex(@"20[2-3]\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Times();
}
