using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Expressions.JavaScript;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Definitions;

/// <summary>
/// What starts a published definition by itself: an event by name or a request (<paramref name="Hash"/>), or the time. Indexed when the definition is
/// published; its inputs are read then, without an instance.
/// </summary>
/// <param name="Payload">As Elsa names its members: eventName; interval; cronExpression; executeAt; path and method (<see cref="EndpointRule"/>).</param>
public sealed record StartTrigger(string ActivityId, string Name, string? Hash, JsonObject Payload)
{
    /// <summary>The first time after <paramref name="now"/> at which it starts an instance; null: never again, or not by the time.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => Name switch
    {
        "Elsa.Timer" => now + Values.To<TimeSpan>(Payload["interval"]),
        "Elsa.Cron" => CronSchedule.Parse(Payload["cronExpression"].AsText() ?? "")?.Next(now),
        "Elsa.StartAt" => Values.To<DateTimeOffset>(Payload["executeAt"]).ToUniversalTime() is var at && at > now ? at : null,
        _ => null,
    };
}

/// <summary>The triggers of a definition, and what keeps it from being published.</summary>
public sealed record StartTriggers(IReadOnlyList<StartTrigger> Triggers, IReadOnlyList<DefinitionProblem> Problems)
{
    /// <summary>Shortest interval of a timer that starts instances.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Reads the activities that may start the definition. Only values that need no instance can be read: an event whose name is worked out from
    /// variables, and a time that is so, keep the definition from being published, as in Elsa.
    /// </summary>
    /// <param name="now">What scripts take for the present.</param>
    public static StartTriggers Of(Workflow workflow, DateTimeOffset now)
    {
        var (triggers, problems) = (new List<StartTrigger>(), new List<DefinitionProblem>());
        foreach (var (member, names) in new[] { ("inputs", workflow.Inputs.Select(i => i.Name)), ("outputs", workflow.Outputs.Select(o => o.Name)) })
            problems.AddRange(names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1)
                .Select(g => new DefinitionProblem(member, $"'{g.Key}' is there more than once.", $"'{g.Key}' có nhiều hơn một lần.")));
        foreach (var node in workflow.Nodes)
        {
            foreach (var (output, binding) in node.Outputs)
                if (binding.Converter?["id"] is { } converter)
                    problems.Add(new DefinitionProblem($"{node.Id}.{output}", $"There is no output converter '{converter}'.", $"Không có bộ chuyển đổi đầu ra '{converter}'."));
            if (!node.CanStartWorkflow) continue;
            if (node.Type == HttpEndpoint.TypeName)
            {
                triggers.AddRange(Endpoints(node));
                continue;
            }

            var input = node.Type switch { "Elsa.Event" => "eventName", "Elsa.Timer" => "interval", "Elsa.Cron" => "cronExpression", "Elsa.StartAt" => "dateTime", _ => null };
            if (input is null) continue;
            var given = Said(node, input, now);
            if (given is null && (node.Type is "Elsa.Event" or "Elsa.Cron" || node.Inputs.GetValueOrDefault(input)?.Expression is not (null or { Type: "Literal" })))
                problems.Add(new DefinitionProblem($"{node.Id}.{input}", "What starts instances has to be known without one.", "Điều kiện bắt đầu phải biết được trước khi quy trình chạy."));
            if (given is not { } value || node.Type is "Elsa.Timer" or "Elsa.StartAt" && value.ToString().Length == 0) continue;
            if (Problem(node.Type, value) is { } problem) problems.Add(new DefinitionProblem($"{node.Id}.{input}", problem.English, problem.Vietnamese));
            else if (node.Type == "Elsa.Event")
                triggers.Add(new StartTrigger(node.Id, node.Type, Stimulus.HashOfEvent(value.ToString()), new JsonObject { ["eventName"] = value.ToString() }));
            else
                triggers.Add(new StartTrigger(node.Id, node.Type, null, new JsonObject { [input == "dateTime" ? "executeAt" : input] = value.DeepClone() }));
        }

        return new StartTriggers(triggers, problems);
    }

    /// <summary>The rows that make the triggers of a version just published find it. Its earlier ones must be gone.</summary>
    public NpgsqlBatchCommand Index(string versionId, DateTimeOffset now)
    {
        const string sql = """
            -- StartTriggers.Index
            insert into trigger (definition_version_id, activity_id, number, name, hash, payload, due_at)
            select $1, n.activity_id, row_number() over (partition by n.activity_id order by n.hash), n.name, n.hash, n.payload, n.due_at
            from unnest($2, $3, $4, $5, $6) as n(activity_id, name, hash, payload, due_at)
            """;
        return Db.Statement(sql, Db.P(versionId), Db.Texts([.. Triggers.Select(t => t.ActivityId)]), Db.Texts([.. Triggers.Select(t => t.Name)]),
            Db.Texts([.. Triggers.Select(t => t.Hash)]), Db.Jsons([.. Triggers.Select(t => t.Payload.ToJsonString())]),
            Db.Instants([.. Triggers.Select(t => t.NextAfter(now))]));
    }

    /// <summary>What a step that begins with a request waits for, a trigger for each method; none where that is not said literally, or wrongly (the lint names it).</summary>
    public static IReadOnlyList<StartTrigger> Endpoints(ActivityNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (EndpointPath.Read(NodeText.Literal(node, "path")).Path is not { } path || EndpointMethods(node) is not { } methods || IsWorkedOut(node, "policy")) return [];
        var rule = new EndpointRule(
            path.Text, EndpointRule.IsYes(NodeText.Literal(node, "authorize")) || IsWorkedOut(node, "authorize"), NodeText.Literal(node, "policy")?.Trim(),
            EndpointRule.Limit(NodeText.Literal(node, "requestSizeLimit")), EndpointRule.IsYes(node.Raw["exposeRequestTooLargeOutcome"]));
        return [.. methods.Select(m => new StartTrigger(node.Id, node.Type, Stimulus.HashOfRequest(m, path.Shape), rule.ToJson(m)))];
    }

    /// <summary>Whether an input is anything but a plain value: who may come in is never guessed.</summary>
    internal static bool IsWorkedOut(ActivityNode node, string input) => node.Inputs.GetValueOrDefault(input)?.Expression is { Type: not "Literal" };

    /// <summary>The methods an endpoint takes; null: worked out while running, or none that there is.</summary>
    internal static IReadOnlyList<string>? EndpointMethods(ActivityNode node)
    {
        if (NodeText.List(node, "supportedMethods") is not { } given) return null;
        var methods = given.Select(m => m.Trim().ToUpperInvariant()).DefaultIfEmpty("GET").Distinct(StringComparer.Ordinal).ToList();
        return methods.Except(EndpointPath.Methods).Any() ? null : methods;
    }

    private static (string English, string Vietnamese)? Problem(string type, JsonNode value)
    {
        try
        {
            switch (type)
            {
                case "Elsa.Cron" when CronSchedule.Parse(value.ToString()) is null:
                    return ($"'{value}' is no cron expression of six fields.", $"'{value}' không phải biểu thức cron sáu phần.");
                case "Elsa.Timer" when Values.To<TimeSpan>(value) < ShortestInterval:
                    return ("A timer that starts instances needs an interval of at least one second.", "Hẹn giờ bắt đầu quy trình cần khoảng cách ít nhất một giây.");
                case "Elsa.StartAt":
                    _ = Values.To<DateTimeOffset>(value);
                    break;
            }

            return null;
        }
        catch (ValueConversionException e)
        {
            return (e.Message, $"Không đọc được giá trị: {e.Message}");
        }
    }

    /// <summary>The name or expression that starts instances, also one that a script gives by itself: at that time there is no instance and no variable.</summary>
    private static JsonValue? Said(ActivityNode node, string input, DateTimeOffset now)
    {
        var expression = node.Inputs.GetValueOrDefault(input)?.Expression;
        if (expression is { Type: "Literal", Value: { } literal }) return JsonValue.Create(Scalars.Text(literal));
        if (expression is not { Type: "JavaScript" } || expression.Value.AsText() is not { } source) return null;
        try
        {
            var run = new ScriptRun(new ScriptGlobals { Now = now, TimeZone = TimeZoneInfo.Utc });
            return run.Evaluate(Script.Parse(source)).Value is { } name ? JsonValue.Create(Scalars.Text(name)) : null;
        }
        catch (Exception e) when (e is ScriptErrorException or ScriptLimitException or ScriptSyntaxException)
        {
            return null;
        }
    }
}
