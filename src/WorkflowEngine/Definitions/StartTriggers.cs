using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace WorkflowEngine.Definitions;

/// <summary>
/// What starts a published definition by itself: an event by name (<paramref name="Hash"/>), or the time. Indexed when the definition is
/// published; its inputs are read then, without an instance.
/// </summary>
/// <param name="Payload">As Elsa names its members: eventName; interval; cronExpression; executeAt.</param>
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
    /// Reads the activities that may start the definition. Only values that need no instance can be read: one that is worked out from variables
    /// gives no trigger, as in Elsa.
    /// </summary>
    public static StartTriggers Of(Workflow workflow)
    {
        var (triggers, problems) = (new List<StartTrigger>(), new List<DefinitionProblem>());
        foreach (var node in workflow.Nodes)
        {
            if (!node.CanStartWorkflow) continue;
            var input = node.Type switch { "Elsa.Event" => "eventName", "Elsa.Timer" => "interval", "Elsa.Cron" => "cronExpression", "Elsa.StartAt" => "dateTime", _ => null };
            if (input is null || Constant(node, input) is not { } value) continue;
            if (Problem(node.Type, value) is { } problem) problems.Add(new DefinitionProblem($"{node.Id}.{input}", problem.English, problem.Vietnamese));
            else if (node.Type == "Elsa.Event")
                triggers.Add(new StartTrigger(node.Id, node.Type, Stimulus.HashOfEvent(value.ToString()), new JsonObject { ["eventName"] = value.ToString() }));
            else
                triggers.Add(new StartTrigger(node.Id, node.Type, null, new JsonObject { [input == "dateTime" ? "executeAt" : input] = value.DeepClone() }));
        }

        return new StartTriggers(triggers, problems);
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

    private static JsonNode? Constant(ActivityNode node, string input) =>
        node.Inputs.GetValueOrDefault(input)?.Expression is { Type: "Literal", Value: { } value } && value.ToString().Length > 0 ? value : null;
}
