using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using Workflows.Tests.Running;

namespace Workflows.Tests.Conformance;

/// <summary>Runs one case of the corpus through the engine in memory and describes what happened in the form of its expected.json.</summary>
public sealed class CaseRun
{
    private readonly string _case;
    private readonly MemoryEngine _engine = new();
    private readonly List<MemoryInstance> _started = [];
    private readonly JsonArray _imports = [];
    private readonly JsonArray _steps = [];
    private string? _lastTask;

    private CaseRun(string caseName) => _case = caseName;

    public static JsonObject Of(string caseName) => new CaseRun(caseName).Run();

    private JsonObject Run()
    {
        var steps = Corpus.Json(_case, "steps.json").AsArray().OfType<JsonObject>().ToList();
        var later = steps.SelectMany(s => new[] { s["publish"]?.ToString(), s["saveDraft"]?.ToString() }).ToHashSet();
        string? definitionId = null;
        foreach (var file in Corpus.Definitions(_case).OrderBy(f => f == "definition.json"))
            if (!later.Contains(file)) definitionId = Import(file, null)?.DefinitionId;
        if (definitionId is not null)
            foreach (var step in steps) Step(step, definitionId);
        return new JsonObject { ["imports"] = _imports, ["steps"] = _steps, ["lines"] = Strings(_engine.Lines), ["instances"] = InstanceReport.Of(_engine.Instances, _started) };
    }

    private Workflow? Import(string file, bool? publish)
    {
        var import = new JsonObject { ["file"] = file };
        _imports.Add(import);
        try
        {
            var document = Corpus.Json(_case, file).AsObject();
            var isPublished = publish ?? document.FirstOrDefault(m => m.Key.Equals("isPublished", StringComparison.OrdinalIgnoreCase)).Value?.GetValue<bool>() ?? true;
            var workflow = _engine.Import(document, isPublished);
            (import["definitionId"], import["version"]) = (workflow.DefinitionId, workflow.Version);
            var refused = isPublished ? workflow.Nodes.FirstOrDefault(IsBadTrigger) : null;
            if (refused is not null) _engine.Retract(workflow.DefinitionId);
            (import["published"], import["succeeded"]) = (isPublished && refused is null, refused is null);
            if (refused is not null) import["validationErrors"] = new JsonArray($"{refused.Id}: no cron expression");
            return workflow;
        }
        catch (DefinitionFormatException e)
        {
            import["error"] = e.Message;
            return null;
        }
    }

    private static bool IsBadTrigger(ActivityNode node) =>
        node is { CanStartWorkflow: true, Activity: Cron } && node.Inputs.GetValueOrDefault("cronExpression")?.Expression is { Type: "Literal" } given
        && CronSchedule.Parse(given.Value?.ToString() ?? "") is null;

    private void Step(JsonObject step, string definitionId)
    {
        var ((action, body), before) = (step.First(), _engine.Lines.Count);
        var done = new JsonObject { ["action"] = action };
        try
        {
            Do(action, body, definitionId, done);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            done["error"] = e.Message;
        }

        // The engine under measurement was given time to come to rest; short delays fire in it.
        _engine.Advance(TimeSpan.FromSeconds(1));
        done["lines"] = Strings(_engine.Lines.Skip(before));
        done["instances"] = new JsonArray([.. _engine.Instances.Select(i => (JsonNode)new JsonObject
        {
            ["definitionId"] = i.Workflow.DefinitionId, ["status"] = i.State.Status.ToString(), ["subStatus"] = i.State.SubStatus.ToString(),
            ["waitingAt"] = Strings(i.WaitingAt),
        }).OrderBy(InstanceReport.Sorted, StringComparer.Ordinal)]);
        _steps.Add(done);
    }

    private void Do(string action, JsonNode? body, string definitionId, JsonObject done)
    {
        string? Text(string name) => (body as JsonObject)?[name]?.ToString();
        JsonObject? Members(string name) => (body as JsonObject)?[name] as JsonObject;
        switch (action)
        {
            case "start":
                _engine.FlowchartMode = Text("flowchartMode") ?? _engine.FlowchartMode;
                var (id, version) = (Text("definitionId") ?? definitionId, Text("version"));
                _started.Add(_engine.Start(
                    id, Members("input"), Text("correlationId"), Text("name"), Members("properties"), Members("variables"), Text("triggerActivityId"),
                    version is null or "Published" ? null : version == "Latest" ? _engine.Latest(id) : int.Parse(version, null)));
                break;
            case "event":
                _engine.Publish(Text("name")!, body!["payload"], Text("correlationId"), body["instance"] is { } n ? _started[n.GetValue<int>()].Id : null);
                break;
            case "completeTask":
                var task = body!["again"]?.GetValue<bool>() == true ? _lastTask : Text("taskId") ?? OpenTask(body);
                _lastTask = task;
                if (task is null) throw new InvalidOperationException("No such task is open.");
                _engine.AnswerTask(task, body["result"]);
                break;
            case "resumeBookmark":
                var waits = _engine.Instances
                    .Where(i => (body!["instance"] is not { } index || _started[index.GetValue<int>()] == i) && (Text("definitionId") is not { } of || of == i.Workflow.DefinitionId))
                    .SelectMany(i => i.State.Bookmarks.Where(b => i.Workflow.FindNode(b.NodeId)!.Id == Text("activityId")).Select(b => (i, b))).ToList();
                var (waiting, mark) = waits[body!["index"]?.GetValue<int>() ?? 0];
                _engine.Tell(waiting, EventKind.Resume, new JsonObject { ["bookmarkId"] = mark.Id, ["input"] = Members("input")?.DeepClone() ?? new JsonObject() });
                break;
            case "cancel":
                var cancelled = Text("definitionId") is { } target ? _engine.Instances.First(i => i.Workflow.DefinitionId == target) : _started[0];
                _engine.Tell(cancelled, EventKind.Cancel);
                done["found"] = true;
                break;
            case "alter":
                Alter(body!.AsArray(), done);
                break;
            case "setVariables":
                _engine.Tell(_started[0], EventKind.Alter, new JsonObject
                {
                    ["quiet"] = true,
                    ["alterations"] = new JsonArray([.. Members("variables")!.Select(v => (JsonNode)new JsonObject
                        { ["type"] = "ModifyVariable", ["variableId"] = v.Key, ["value"] = v.Value?.DeepClone() })]),
                });
                break;
            case "publish" or "saveDraft":
                Import(body!.ToString(), action == "publish");
                break;
            case "retract":
                _engine.Retract(body!.ToString());
                break;
            case "wait":
                _engine.Advance(TimeSpan.FromMilliseconds(body!["ms"]!.GetValue<double>()));
                break;
            default:
                throw new NotSupportedException($"Step '{action}'.");
        }
    }

    private string? OpenTask(JsonNode body) => _engine.Instances
        .SelectMany(i => i.State.Bookmarks.Where(b => b.Name == "Elsa.RunTask").Select(b => (Instance: i, Mark: b)))
        .Where(t => body["taskName"] is not { } name || t.Mark.Payload!["taskName"]!.ToString() == name.ToString())
        .Where(t => body["activityId"] is not { } id || t.Instance.Workflow.FindNode(t.Mark.NodeId)!.Id == id.ToString())
        .OrderBy(t => t.Mark.CreatedAt).Skip(body["index"]?.GetValue<int>() ?? 0).Select(t => t.Mark.Payload!["taskId"]!.ToString()).FirstOrDefault();

    private void Alter(JsonArray alterations, JsonObject done)
    {
        var instance = _started[0];
        var known = instance.Alterations.Count;
        foreach (var migration in alterations.Where(a => a!["type"]!.ToString() == "Migrate"))
            instance.Workflow = _engine.Definition(instance.Workflow.DefinitionId, migration!["targetVersion"]!.GetValue<int>()) ?? instance.Workflow;
        _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = alterations.DeepClone() });
        var outcomes = instance.Alterations.Skip(known).ToList();
        done["alterationLog"] = new JsonArray([.. outcomes.Select(o => (JsonNode)new JsonObject { ["message"] = o.Type })]);
        done["successful"] = outcomes.TrueForAll(o => o.Refusal is null);
        done["scheduledWork"] = outcomes.Exists(o => o is { Type: "ScheduleActivity", Refusal: null });
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
