using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>An instance in the raw form of the corpus: its row, its journal, and the stored state as Elsa names its parts.</summary>
internal static class RawInstance
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

    public static JsonObject Of(CaseInstance instance, int started, JsonObject outputs)
    {
        var (state, workflow) = (instance.State, instance.Workflow);
        var outcomes = instance.Journal.Where(e => e.Outcomes is not null).GroupBy(e => e.ContextId).ToDictionary(g => g.Key, g => g.Last().Outcomes!);
        return new JsonObject
        {
            ["id"] = instance.Id.ToString(),
            ["started"] = started,
            ["parentId"] = instance.ParentId?.ToString(),
            ["definitionId"] = workflow.DefinitionId,
            ["version"] = workflow.Version,
            ["status"] = state.Status.ToString(),
            ["subStatus"] = state.SubStatus.ToString(),
            ["name"] = state.Name,
            ["correlationId"] = state.CorrelationId,
            ["incidentCount"] = state.Incidents.Count,
            ["journal"] = new JsonArray([.. instance.Journal.Select(e => (JsonNode)Entry(e, outcomes))]),
            ["state"] = new JsonObject
            {
                ["bookmarks"] = new JsonArray([.. state.Bookmarks.Select(b => (JsonNode)Mark(b, workflow))]),
                ["incidents"] = new JsonArray([.. state.Incidents.Select(i => (JsonNode)new JsonObject
                {
                    ["activityId"] = i.ActivityId, ["activityType"] = i.ActivityType, ["message"] = i.Message, ["exception"] = new JsonObject { ["type"] = i.Kind },
                })]),
                ["output"] = outputs,
                ["properties"] = state.Properties.DeepClone(),
                ["activityExecutionContexts"] = new JsonArray([.. Enumerable.Reverse(state.Contexts).Select(c => (JsonNode)Context(c, workflow))]),
            },
        };
    }

    /// <summary>Id of the activity at this node; of one that the version does not have (any more), its last part.</summary>
    public static string ActivityOf(Workflow workflow, string nodeId) => workflow.FindNode(nodeId)?.Id ?? nodeId[(nodeId.LastIndexOf(':') + 1)..];

    private static JsonObject Entry(JournalEntry entry, Dictionary<string, IReadOnlyList<string>> outcomes)
    {
        var json = new JsonObject { ["activityId"] = entry.ActivityId, ["nodeId"] = entry.NodeId, ["type"] = entry.Type, ["event"] = entry.Event };
        if (entry.Event == "Completed" && outcomes.TryGetValue(entry.ContextId, out var names))
            json["payload"] = new JsonObject { ["Outcomes"] = new JsonArray([.. names.Select(n => (JsonNode)n)]) };
        return json;
    }

    private static JsonObject Mark(Bookmark bookmark, Workflow workflow)
    {
        var payload = bookmark.Payload?.DeepClone() as JsonObject ?? [];
        if (PayloadTypes.TryGetValue(bookmark.Name, out var type)) payload["_type"] = type;
        return new JsonObject { ["name"] = bookmark.Name, ["activityId"] = ActivityOf(workflow, bookmark.NodeId), ["payload"] = payload };
    }

    private static JsonObject Context(ContextState context, Workflow workflow)
    {
        var (variables, dynamic) = (new JsonObject(), new JsonArray());
        foreach (var (id, value) in context.Variables ?? [])
            if (value is not null && !IsInMemory(workflow.FindNode(context.NodeId), id)) variables[id] = Stored(value);
        foreach (var input in workflow.FindNode(context.NodeId)?.Composite?.Workflow.Inputs ?? [])
            if (input.StorageDriverType is not null && (context.Properties?[ActivityContext.InputKey] as JsonObject)?[input.Name] is { } given) variables[input.Name] = given.DeepClone();
        foreach (var (name, value) in context.Dynamic ?? [])
        {
            // Elsa keeps the variables of a loop and of a start twice: under ids of its own, and as text.
            variables[Words.Camel(name) + "Variable"] = value?.DeepClone();
            dynamic.Add(new JsonObject { ["name"] = name, ["value"] = Text(value) });
        }

        return new JsonObject
        {
            ["scheduledActivityNodeId"] = context.NodeId,
            ["properties"] = new JsonObject { ["Variables"] = variables },
            ["dynamicVariables"] = dynamic,
        };
    }

    private static JsonValue? Text(JsonNode? value) =>
        value is null ? null : JsonValue.Create(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString());

    /// <summary>Where Elsa's stored state shows variables, it does not show what it keeps in memory or where its older versions kept it.</summary>
    private static bool IsInMemory(ActivityNode? node, string id) =>
        node?.Variables.FirstOrDefault(v => v.Id == id)?.StorageDriverTypeName is { } driver
        && (driver.Contains("Memory", StringComparison.Ordinal) || driver.Contains("WorkflowStorageDriver", StringComparison.Ordinal));

    /// <summary>The result of ExecuteWorkflow is stored with the numbers of its states; scripts see their names.</summary>
    private static JsonNode Stored(JsonNode value)
    {
        var copy = value.DeepClone();
        if (copy is JsonObject { Count: 6 } result && result.ContainsKey("WorkflowInstanceId") && Enum.TryParse<InstanceStatus>(result["Status"]?.ToString(), out var status)
            && Enum.TryParse<SubStatus>(result["SubStatus"]?.ToString(), out var subStatus))
            (result["Status"], result["SubStatus"]) = ((int)status, (int)subStatus);
        return copy;
    }
}
