using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowHost.Api;

namespace WorkflowHost.StudioApi;

/// <summary>
/// An instance's state as Elsa's API writes it (format.md §12): plain arrays, no <c>$id</c>. Children and shared data are left out as ours
/// never keeps them in the state.
/// </summary>
internal static class WorkflowStateJson
{
    /// <summary>The instance row without its state; the shape of lists, too.</summary>
    public static JsonObject Row(StudioInstance row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["definitionId"] = row.DefinitionId,
        ["definitionVersionId"] = row.DefinitionVersionId,
        ["version"] = row.Version,
        ["parentWorkflowInstanceId"] = row.ParentId?.ToString(),
        ["status"] = row.Status,
        ["subStatus"] = row.SubStatus,
        ["isExecuting"] = row.SubStatus == "Executing",
        ["correlationId"] = row.CorrelationId,
        ["name"] = row.Name,
        ["incidentCount"] = row.IncidentCount,
        ["isSystem"] = false,
        ["createdAt"] = row.CreatedAt,
        ["updatedAt"] = row.UpdatedAt,
        ["finishedAt"] = row.FinishedAt,
    };

    /// <summary>The state. What cannot be read stands among the incidents: there Studio shows it.</summary>
    public static JsonObject Of(ShownInstance shown)
    {
        var (row, workflow, state, problems) = shown;
        var incidents = state.Incidents.Concat(problems.Where(u => !state.Incidents.Exists(i => i.Kind == u.Kind))
            .Select(u => new IncidentState("", workflow.Root.Id, workflow.Root.NodeId, workflow.Root.Type, "", u.Kind, u.Message, row.UpdatedAt)));
        return new JsonObject
        {
            ["id"] = row.Id.ToString(),
            ["definitionId"] = row.DefinitionId,
            ["definitionVersionId"] = row.DefinitionVersionId,
            ["definitionVersion"] = row.Version,
            ["correlationId"] = state.CorrelationId,
            ["name"] = state.Name,
            ["parentWorkflowInstanceId"] = row.ParentId?.ToString(),
            ["status"] = row.Status,
            ["subStatus"] = row.SubStatus,
            ["isExecuting"] = false,
            ["bookmarks"] = new JsonArray([.. state.Bookmarks.Select(b => Bookmark(row, b, workflow))]),
            ["incidents"] = new JsonArray([.. incidents.Select(Incident)]),
            ["isSystem"] = false,
            ["completionCallbacks"] = new JsonArray([.. state.Contexts.Where(c => c.ParentId is not null).Select(c => Callback(c, state))]),
            ["activityExecutionContexts"] = new JsonArray([.. state.Contexts.Select(c => Context(row, c, state, workflow))]),
            ["scheduledActivities"] = new JsonArray([.. state.Queue.Select(q => new JsonObject { ["ownerContextId"] = q.OwnerId, ["activityNodeId"] = q.NodeId })]),
            ["executionLogSequence"] = state.Sequence,
            ["input"] = Shown(row, state.Input),
            ["output"] = Shown(row, state.Output),
            ["properties"] = Shown(row, state.Properties),
            ["createdAt"] = row.CreatedAt,
            ["updatedAt"] = row.UpdatedAt,
            ["finishedAt"] = row.FinishedAt,
        };
    }

    /// <summary>A value as the asker may see it: itself, or only that it is there. Names in objects stay, they are the drawing's.</summary>
    public static JsonNode? Shown(StudioInstance row, JsonNode? value) => row.ShowsContents ? value?.DeepClone() : MaskedContents.Of(value);

    /// <summary>Evaluated inputs as the asker may see them, by the names of the activity's descriptor: Studio shows no others.</summary>
    public static JsonObject? Inputs(StudioInstance row, JsonNode? inputs, ActivityNode? node) => Shown(row, inputs) is JsonObject shown ? Named(shown, node) : null;

    /// <summary>What an execution gave, in the same way.</summary>
    public static JsonObject? Outputs(StudioInstance row, JsonNode? outputs, ActivityNode? node) =>
        Shown(row, outputs) is JsonObject shown ? Named(shown, node?.Composite?.Workflow.Outputs.Select(o => o.Name)) : null;

    /// <summary>The same where nothing is hidden.</summary>
    public static JsonObject Named(JsonObject inputs, ActivityNode? node) => Named(inputs, node?.Composite?.Workflow.Inputs.Select(i => i.Name));

    private static JsonObject Named(JsonObject values, IEnumerable<string>? declared)
    {
        var names = declared?.ToArray() ?? [];
        return new([.. values.Select(v => KeyValuePair.Create(Words.Declared(names, v.Key), v.Value?.DeepClone()))]);
    }

    private static JsonObject Bookmark(StudioInstance row, Bookmark b, Workflow workflow) => new()
    {
        ["id"] = b.Id,
        ["name"] = b.Name,
        ["hash"] = b.Hash,
        ["payload"] = Shown(row, b.Payload),
        ["activityId"] = workflow.FindNode(b.NodeId)?.Id ?? b.NodeId[(b.NodeId.LastIndexOf(':') + 1)..],
        ["activityNodeId"] = b.NodeId,
        ["activityInstanceId"] = b.ContextId,
        ["createdAt"] = b.CreatedAt,
        ["autoBurn"] = b.AutoBurn,
        ["callbackMethodName"] = b.Callback,
        ["autoComplete"] = true,
    };

    private static JsonObject Incident(IncidentState i) => new()
    {
        ["activityId"] = i.ActivityId,
        ["activityNodeId"] = i.NodeId,
        ["activityType"] = i.ActivityType,
        ["message"] = i.Message,
        ["exception"] = new JsonObject { ["type"] = i.Kind, ["message"] = i.Message },
        ["timestamp"] = i.At,
    };

    private static JsonObject Callback(ContextState c, InstanceState state) => new()
    {
        ["ownerInstanceId"] = c.ParentId,
        ["childNodeId"] = c.NodeId,
        ["methodName"] = state.Contexts.Find(p => p.Id == c.ParentId) is { ParentId: null } ? "OnRootCompletedAsync" : "OnChildCompletedAsync",
    };

    private static JsonObject Context(StudioInstance row, ContextState c, InstanceState state, Workflow workflow)
    {
        var properties = Shown(row, c.Properties) as JsonObject ?? [];
        if (c.Variables is { } variables) properties["Variables"] = Shown(row, new JsonObject([.. variables.Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone()))]));
        return new JsonObject
        {
            ["id"] = c.Id,
            ["parentContextId"] = c.ParentId,
            ["scheduledActivityNodeId"] = c.NodeId,
            ["ownerActivityNodeId"] = state.Contexts.Find(p => p.Id == c.ParentId)?.NodeId,
            ["properties"] = properties,
            ["metadata"] = new JsonObject(),
            ["activityState"] = Inputs(row, c.Inputs, workflow.FindNode(c.NodeId)) ?? [],
            ["dynamicVariables"] = new JsonArray([.. (c.Dynamic ?? []).Select(d => new JsonObject { ["name"] = d.Key, ["value"] = Shown(row, d.Value) })]),
            ["status"] = c.Status.ToString(),
            ["isExecuting"] = false,
            ["faultCount"] = c.FaultCount,
            ["startedAt"] = c.StartedAt,
            ["tag"] = c.Tag,
        };
    }

    /// <summary>The names that variables of a request may use, as an object of values by name or id.</summary>
    public static JsonObject? Values(JsonNode? node) => node switch
    {
        JsonObject o => (JsonObject)o.DeepClone(),
        JsonValue v when v.TryGetValue<string>(out var text) => Parse(text),
        _ => null,
    };

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
