using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>Reads one activity and all embedded in it. What a type has besides its common part is told by its descriptor.</summary>
internal sealed class ActivityReader(ReadSession session)
{
    public const string NotFoundType = "Elsa.NotFoundActivity";
    public const string Original = "originalActivityJson";

    /// <summary>The code that runs a definition as an activity; Elsa's own name for it.</summary>
    private const string CompositeCode = "Elsa.Workflows.Management.Activities.WorkflowDefinitionActivity.WorkflowDefinitionActivity";

    /// <summary>Nested activities, embedded originals included; the document's own bound of depth leaves room for about this many.</summary>
    private const int MostNested = 150;

    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata", "canStartWorkflow", "runAsynchronously", "_type", "$type",
        "activities", "variables", "connections", "start", "root", "workflowDefinitionId", "workflowDefinitionVersionId",
        "latestAvailablePublishedVersion", "latestAvailablePublishedVersionId",
    };

    private int _depth;

    /// <summary>The activity, or null after a problem was noted.</summary>
    public ActivityDraft? Read(JsonNode? node, Place place)
    {
        if (node is not JsonObject json)
        {
            session.Problem(place, "An activity is a JSON object.", "Bước phải là một đối tượng JSON.");
            return null;
        }

        if (_depth >= MostNested)
        {
            session.Problem(place, "Activities are nested too deep.", "Các bước lồng nhau quá sâu.");
            return null;
        }

        _depth++;
        try
        {
            return ReadObject(json, place);
        }
        finally
        {
            _depth--;
        }
    }

    private ActivityDraft? ReadObject(JsonObject json, Place place)
    {
        var outer = json;
        for (var wraps = 0; wraps < 10 && json["type"].AsText() == NotFoundType && json.Text(Original, place, session) is { } original; wraps++)
        {
            place = place[Original];
            json = DocumentScan.Parse(original, place);
        }

        // The name of this one member is case-sensitive in Elsa: an activity with "Type" has no type.
        if (!json.TryGetPropertyValue("type", out var typeNode) || typeNode.AsText() is not { } type)
        {
            session.Problem(place["type"], "The activity has no type.", "Bước chưa có loại (type).");
            return null;
        }

        var version = json.GivenWhole("version", place, session);
        json.Text("nodeId", place, session);
        var activity = session.Catalog.Find(type, version);
        var versionId = json.Member("workflowDefinitionVersionId").AsText();
        var composite = activity is null || versionId is not null
            ? session.FindComposite(new CompositeReference(type, version, json.Member("workflowDefinitionId").AsText(), versionId)) : null;
        if (composite is not null) return ReadComposite(json, place, type, composite);
        return activity is null ? ReadUnknown(json, outer, place, type) : ReadKnown(json, place, type, version, activity);
    }

    /// <summary>A type we do not have: the original is kept whole, and the next reading tries it again.</summary>
    private ActivityDraft ReadUnknown(JsonObject json, JsonObject outer, Place place, string type)
    {
        session.Warn(place["type"], $"There is no activity type '{type}'; it is kept and fails when reached.", $"Không có loại bước '{type}'; được giữ lại và báo lỗi khi chạy tới.");
        var draft = new ActivityDraft(place, type, session.Catalog.NotFound) { Raw = (JsonObject)json.DeepClone() };
        ReadCommon(draft, json, place, outer.Member("metadata"));
        draft.Metadata["displayText"] = $"Not Found: {type}";
        draft.Metadata["description"] = $"Could not find activity type {type} with version 0";
        return draft;
    }

    private ActivityDraft ReadComposite(JsonObject json, Place place, string type, Composite composite)
    {
        var workflow = composite.Workflow;
        var name = string.IsNullOrWhiteSpace(workflow.Name) ? type : Words.Pascal(workflow.Name);
        var draft = new ActivityDraft(place, name, session.Catalog.Find(CompositeCode) ?? session.Catalog.NotFound) { Composite = composite, Version = workflow.Version };
        ReadCommon(draft, json, place, json.Member("metadata"));
        foreach (var declared in workflow.Inputs)
        {
            var member = Words.Camel(declared.Name);
            if (json[member] is { } given && InputReader.Input(given, declared.Type, place[member], session) is { } input) draft.Inputs[member] = input;
        }

        foreach (var declared in workflow.Outputs)
        {
            var member = Words.Camel(declared.Name);
            if (json[member] is { } given && InputReader.Output(given, declared.Type, place[member], session, isDeclared: true) is { } output) draft.Outputs[member] = output;
        }

        return draft;
    }

    private ActivityDraft ReadKnown(JsonObject json, Place place, string type, int? version, Activity activity)
    {
        var descriptor = activity.Descriptor;
        var draft = new ActivityDraft(place, type, activity) { Version = version ?? descriptor.Version };
        ReadCommon(draft, json, place, json.Member("metadata"));
        foreach (var declared in descriptor.Inputs) ReadInput(draft, declared, json, place);
        foreach (var port in descriptor.Ports) ReadPort(draft, port, json, place);
        foreach (var declared in descriptor.Outputs)
        {
            var given = json.Member(declared.JsonName);
            if (given is not null && InputReader.Output(given, declared.TypeName, place[declared.JsonName], session) is { } output
                && output.MemoryId != ActivityDefaults.OutputId(type, declared.JsonName, draft.Id)) draft.Outputs[declared.JsonName] = output;
        }

        if (descriptor.Texts.IsContainer) draft.Variables = VariableReader.ReadAll(json, place, session, true);
        if (type == "Elsa.Flowchart")
        {
            ConnectionReader.Read(json, "connections", place, session, draft.Connections);
            ConnectionReader.Read(draft.CustomProperties, ConnectionReader.Parked, place["customProperties"], session, draft.Parked);
            draft.CustomProperties.Remove(ConnectionReader.Parked);
        }

        foreach (var (member, value) in json)
        {
            if (value is null || Common.Contains(member) || descriptor.FindInput(member) is not null || descriptor.FindOutput(member) is not null
                || descriptor.Ports.Contains(member, StringComparer.OrdinalIgnoreCase)) continue;
            if (type == NotFoundType) draft.Raw[member] = LegacyShapes.Unwrap(value);
            else session.Warn(place[member], $"'{member}' is left out: {type} has no such member.", $"Bỏ qua '{member}': {type} không có thuộc tính này.");
        }

        return draft;
    }

    private void ReadCommon(ActivityDraft draft, JsonObject json, Place place, JsonNode? metadata)
    {
        draft.Id = json.Text("id", place, session)?.Trim() is { Length: > 0 } ? json.Text("id", place, session)! : "";
        // Elsa makes an id up for a flowchart, ours is the same at every reading; other activities are numbered.
        if (draft is { Type: "Elsa.Flowchart", IsUnknown: false } && json.Member("id") is null) draft.Id = VariableReader.MadeId(place.ToString());
        draft.Name = json.Text("name", place, session);
        draft.Metadata = Dictionary(metadata, place["metadata"]);
        draft.HasNullMetadata = json.IsNull("metadata") && !draft.IsUnknown;
        draft.CustomProperties = Dictionary(json.Member("customProperties"), place["customProperties"]);
        if (json.IsNull("customProperties")) session.ExpectObject(place["customProperties"]);
        draft.CanStartWorkflow = Flag("canStartWorkflow");
        draft.CustomProperties["canStartWorkflow"] = draft.CanStartWorkflow;
        draft.CustomProperties["runAsynchronously"] = Flag("runAsynchronously");

        // Old files have the flags at the top of the activity, where they count in this spelling only.
        bool Flag(string name) => draft.CustomProperties.Flag(name, place["customProperties"], session)
            ?? (json.ContainsKey(name) ? json.Flag(name, place, session) : null) ?? false;
    }

    private JsonObject Dictionary(JsonNode? value, Place place)
    {
        if (value is null) return [];
        if (LegacyShapes.Plain(value) is JsonObject members) return members;
        session.ExpectObject(place);
        return [];
    }

    private void ReadInput(ActivityDraft draft, Input declared, JsonObject json, Place place)
    {
        var name = declared.JsonName;
        var given = json.Member(name);
        if (!declared.IsWrapped)
        {
            if (draft.Type == "Elsa.Fork" && json.IsNull(name)) session.ExpectOneOf(place[name], Modes.OfFork);
            var raw = given is not null ? ReadUnwrapped(draft, declared, given, place[name])
                : draft.Type == "Elsa.FlowSwitch" && json.IsNull(name) ? null : ActivityDefaults.UnwrappedInput(draft.Type, name);
            if (raw is not null) draft.Raw[name] = raw;
        }
        else if (given is not null)
        {
            if (InputReader.Input(given, TypeAliases.Of(declared), place[name], session) is { } input) draft.Inputs[name] = input;
        }
        else if (!json.Has(name) && ActivityDefaults.TryInput(draft.Type, name, out var value))
        {
            draft.Inputs[name] = new InputValue(TypeAliases.Of(declared), new Expression("Literal", value));
        }
    }

    /// <summary>A raw value; the activities of switch cases become children, the variable of SetVariable a plain reference.</summary>
    private JsonNode? ReadUnwrapped(ActivityDraft draft, Input declared, JsonNode given, Place place)
    {
        if (TypeAliases.Of(declared).Contains("Elsa.Workflows.Memory.Variable", StringComparison.Ordinal)) return VariableReader.Reference(given, place, session);
        var array = given as JsonArray ?? (given is JsonObject wrapper ? LegacyShapes.ArrayIn(wrapper) : null);
        if (array is null && draft.Type == "Elsa.Fork")
        {
            if (Modes.Read(given, Modes.OfFork, true) is { } mode) return mode;
            session.ExpectOneOf(place, Modes.OfFork);
        }

        var areCases = declared.JsonName == "cases";
        if (array is null && areCases) session.ExpectArray(place);
        if (array is null) return LegacyShapes.Unwrap(given);
        var items = new JsonArray();
        foreach (var item in array)
        {
            var at = place[items.Count];
            var port = $"{declared.JsonName}[{items.Count}]";
            items.Add(areCases ? item is null && draft.Type == "Elsa.FlowSwitch" ? null : ReadCase(draft, port, item, at)
                : item is JsonObject json && json.Member("activity") is JsonObject ? ReadStep(draft, port, json, at)
                : LegacyShapes.Unwrap(item));
        }

        return items;
    }

    /// <summary>An item of a list that says what is to be done in its case, as the status codes of a request do.</summary>
    private JsonObject ReadStep(ActivityDraft draft, string port, JsonObject item, Place place)
    {
        ReadEmbedded(draft, port, item, place);
        var rest = new JsonObject();
        foreach (var (name, value) in item)
            if (!name.Equals("activity", StringComparison.OrdinalIgnoreCase)) rest[name] = LegacyShapes.Unwrap(value);
        return rest;
    }

    private void ReadEmbedded(ActivityDraft draft, string port, JsonObject item, Place place)
    {
        if (item.Member("activity") is { } embedded && Read(embedded, place["activity"]) is { } child) draft.Children.Add((port, [child]));
    }

    private JsonObject? ReadCase(ActivityDraft draft, string port, JsonNode? item, Place place)
    {
        if (item is not JsonObject json)
        {
            session.Problem(place, "A case is a JSON object.", "Trường hợp phải là một đối tượng JSON.");
            return null;
        }

        ReadEmbedded(draft, port, json, place);
        var read = new JsonObject();
        if (json.Text("label", place, session) is { } label) read["label"] = label;
        read["condition"] = InputReader.Condition(json.Member("condition"), place["condition"], session);
        return read;
    }

    private void ReadPort(ActivityDraft draft, string port, JsonObject json, Place place)
    {
        if (IsList(port))
        {
            var activities = new List<ActivityDraft>();
            foreach (var (item, at) in json.Items(port, place, session))
                if (Read(item, at) is { } child) activities.Add(child);
            draft.Children.Add((port, activities));
        }
        else if (json.Member(port) is { } single && Read(single, place[port]) is { } child)
        {
            draft.Children.Add((port, [child]));
        }
    }

    /// <summary>Ports that hold several activities.</summary>
    public static bool IsList(string port) => port is "activities" or "branches";
}
