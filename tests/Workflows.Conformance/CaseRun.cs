using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>Runs one case of the corpus and gives the raw result that its README describes.</summary>
public sealed class CaseRun
{
    private readonly CaseFiles _files;
    private readonly ICaseHost _host;
    private readonly List<Guid> _started = [];
    private readonly JsonArray _imports = [];
    private readonly JsonArray _steps = [];
    private readonly JsonObject _written = [];
    private readonly OutputForms _forms = new();
    private string? _lastTask;

    private CaseRun(CaseFiles files, ICaseHost host) => (_files, _host) = (files, host);

    /// <summary>Runs the case on a system that holds nothing yet.</summary>
    public static Task<JsonObject> OfAsync(CaseFiles files, ICaseHost host) => new CaseRun(files, host).RunAsync();

    private async Task<JsonObject> RunAsync()
    {
        var steps = _files.Steps;
        var later = steps.SelectMany(s => new[] { s["publish"]?.ToString(), s["saveDraft"]?.ToString() }).ToHashSet();
        _host.FlowchartMode = steps.Select(s => (s["start"] as JsonObject)?["flowchartMode"]?.ToString()).FirstOrDefault(m => m is not null);
        string? definitionId = null;
        foreach (var file in _files.Definitions)
            if (!later.Contains(file)) definitionId = await ImportAsync(file, null);
        if (definitionId is not null)
            foreach (var step in steps) await StepAsync(step, definitionId);
        return new JsonObject
        {
            ["imports"] = _imports,
            ["written"] = _written,
            ["steps"] = _steps,
            ["instances"] = new JsonArray([.. (await _host.InstancesAsync()).Select(i => (JsonNode)RawInstance.Of(i, _started.IndexOf(i.Id), _forms.Of(i)))]),
        };
    }

    private async Task<string?> ImportAsync(string file, bool? publish)
    {
        var import = new JsonObject { ["file"] = file };
        _imports.Add(import);
        try
        {
            var document = _files.Json(file).AsObject();
            var said = document.FirstOrDefault(m => m.Key.Equals("isPublished", StringComparison.OrdinalIgnoreCase)).Value;
            var asked = publish ?? (said is not JsonValue value || !value.TryGetValue(out bool published) || published);
            var (workflow, refusals) = await _host.ImportAsync(document, asked);
            (import["definitionId"], import["version"]) = (workflow.DefinitionId, workflow.Version);
            (import["published"], import["succeeded"]) = (workflow.IsPublished, refusals.Count == 0);
            if (refusals.Count > 0) import["validationErrors"] = Strings(refusals);
            _written[file] = DefinitionWriter.Write(workflow);
            return workflow.DefinitionId;
        }
        catch (Exception e) when (e is DefinitionFormatException or JsonException)
        {
            import["error"] = e.Message;
            return null;
        }
    }

    private async Task StepAsync(JsonObject step, string definitionId)
    {
        var ((action, body), before) = (step.First(), _host.Lines.Count);
        var done = new JsonObject { ["action"] = action };
        _forms.Bring(body);
        try
        {
            await DoAsync(action, body, definitionId, done);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            done["error"] = e.Message;
        }

        // The engine under measurement was given time to come to rest; short delays fire in it.
        await _host.AdvanceAsync(TimeSpan.FromSeconds(1));
        var instances = await _host.InstancesAsync();
        _forms.Look(instances);
        done["lines"] = Strings(_host.Lines.Skip(before));
        done["instances"] = new JsonArray([.. instances.Select(i => (JsonNode)new JsonObject
        {
            ["definitionId"] = i.Workflow.DefinitionId,
            ["status"] = i.State.Status.ToString(),
            ["subStatus"] = i.State.SubStatus.ToString(),
            ["waitingAt"] = Strings(i.State.Bookmarks.Select(b => RawInstance.ActivityOf(i.Workflow, b.NodeId))),
        })]);
        _steps.Add(done);
    }

    private async Task DoAsync(string action, JsonNode? body, string definitionId, JsonObject done)
    {
        string? Text(string name) => (body as JsonObject)?[name]?.ToString();
        JsonObject? Members(string name) => (body as JsonObject)?[name] as JsonObject;
        switch (action)
        {
            case "start":
                _started.Add(await _host.StartAsync(new CaseStart(
                    Text("definitionId") ?? definitionId, Text("version") is "Published" ? null : Text("version"), Members("input"), Members("variables"),
                    Members("properties"), Text("correlationId"), Text("name"), Text("triggerActivityId"))));
                break;
            case "event":
                await _host.PublishAsync(new PublishedEvent(
                    Text("name")!, Text("correlationId"), body!["instance"] is { } n ? _started[n.GetValue<int>()] : null, body["payload"]?.DeepClone()));
                break;
            case "completeTask":
                _lastTask = body!["again"]?.GetValue<bool>() == true ? _lastTask : Text("taskId") ?? await OpenTaskAsync(body);
                await _host.AnswerAsync(_lastTask ?? throw new InvalidOperationException("No such task is open."), body["result"]);
                break;
            case "resumeBookmark":
                var (waiting, mark) = (await WaitsAsync(body!))[body!["index"]?.GetValue<int>() ?? 0];
                await _host.TellAsync(waiting.Id, EventKind.Resume, new JsonObject { ["bookmarkId"] = mark.Id, ["input"] = Members("input")?.DeepClone() ?? new JsonObject() });
                break;
            case "cancel":
                await _host.TellAsync(await TargetAsync(Text("definitionId")), EventKind.Cancel, []);
                done["found"] = true;
                break;
            case "alter":
                await AlterAsync(body!.AsArray(), done);
                break;
            case "setVariables":
                // The call reaches the variables of the definition itself, and passes over others.
                var own = (await _host.InstancesAsync()).Single(i => i.Id == _started[0]).Workflow.Variables.Select(v => v.Id).ToHashSet();
                await _host.TellAsync(_started[0], EventKind.Alter, new JsonObject
                {
                    ["quiet"] = true,
                    ["alterations"] = new JsonArray([.. Members("variables")!.Where(v => own.Contains(v.Key)).Select(v => (JsonNode)new JsonObject
                        { ["type"] = "ModifyVariable", ["variableId"] = v.Key, ["value"] = v.Value?.DeepClone() })]),
                });
                break;
            case "publish" or "saveDraft":
                await ImportAsync(body!.ToString(), action == "publish");
                break;
            case "retract":
                await _host.RetractAsync(body!.ToString());
                break;
            case "wait":
                await _host.AdvanceAsync(TimeSpan.FromMilliseconds(body!["ms"]!.GetValue<double>()));
                break;
            default:
                throw new NotSupportedException($"Step '{action}'.");
        }
    }

    private async Task<Guid> TargetAsync(string? definitionId) =>
        definitionId is null ? _started[0] : (await _host.InstancesAsync()).First(i => i.Workflow.DefinitionId == definitionId).Id;

    private async Task<List<(CaseInstance Instance, Bookmark Mark)>> WaitsAsync(JsonNode body) =>
        [.. from i in await _host.InstancesAsync()
            where (body["instance"] is not { } index || _started[index.GetValue<int>()] == i.Id) && (body["definitionId"] is not { } of || of.ToString() == i.Workflow.DefinitionId)
            from b in i.State.Bookmarks
            where RawInstance.ActivityOf(i.Workflow, b.NodeId) == body["activityId"]!.ToString()
            select (i, b)];

    private async Task<string?> OpenTaskAsync(JsonNode body) => (await _host.InstancesAsync())
        .SelectMany(i => i.State.Bookmarks.Where(b => b.Name == "Elsa.RunTask").Select(b => (Instance: i, Mark: b)))
        .Where(t => body["taskName"] is not { } name || t.Mark.Payload!["taskName"]!.ToString() == name.ToString())
        .Where(t => body["activityId"] is not { } id || RawInstance.ActivityOf(t.Instance.Workflow, t.Mark.NodeId) == id.ToString())
        .OrderBy(t => t.Mark.CreatedAt).ThenBy(t => t.Instance.Began.GetValueOrDefault(t.Mark.Id)).Skip(body["index"]?.GetValue<int>() ?? 0).Select(t => t.Mark.Payload!["taskId"]!.ToString()).FirstOrDefault();

    private async Task AlterAsync(JsonArray alterations, JsonObject done)
    {
        async Task<IReadOnlyList<AlterationOutcome>> LogAsync() => (await _host.InstancesAsync()).Single(i => i.Id == _started[0]).Alterations;
        var known = (await LogAsync()).Count;
        await _host.TellAsync(_started[0], EventKind.Alter, new JsonObject { ["alterations"] = alterations.DeepClone() });
        var outcomes = (await LogAsync()).Skip(known).ToList();
        done["alterationLog"] = new JsonArray([.. outcomes.Select(o => (JsonNode)new JsonObject { ["message"] = o.Refusal ?? o.Type })]);
        done["successful"] = outcomes.Count > 0 && outcomes.TrueForAll(o => o.Refusal is null);
        done["scheduledWork"] = outcomes.Exists(o => o is { Type: "ScheduleActivity", Refusal: null });
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
