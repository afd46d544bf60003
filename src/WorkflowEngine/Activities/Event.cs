using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for an event by name; as the start of a definition it begins an instance when the event comes.</summary>
[Activity("Elsa.Event", Category = "Primitives", Kind = "Trigger", NameVi = "Chờ sự kiện", TextVi = "Chờ một sự kiện theo tên.", TextEn = "Waits for an event by name.")]
public sealed class Event : Activity
{
    /// <summary>Under which name an event's payload comes with a start or a resumption, as in Elsa.</summary>
    public const string PayloadKey = "__EventPayloadWorkflowInput";

    public readonly Input<string> EventName = new("EventName") { LabelVi = "Tên sự kiện", LabelEn = "Event name" };
    public readonly Output Result = new("Result");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.TakeTrigger())
        {
            context.Set(Result, PayloadOf(context.Burst.ThisRun.Input));
            context.Complete();
            return;
        }

        // A wait whose name is nothing is met by no event, not by one with an empty name either; it can be resumed by hand.
        var name = context.Get(EventName);
        context.WaitFor(payload: name is null ? [] : new JsonObject { ["eventName"] = name }, hash: Stimulus.HashOfEvent(name));
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        context.Set(Result, PayloadOf(input));
        context.Complete();
    }

    /// <summary>An event without a payload gives an empty object, as in Elsa; a wait that was resumed by hand gives nothing.</summary>
    private static JsonNode? PayloadOf(JsonObject input) => input.TryGetPropertyValue(PayloadKey, out var payload) ? payload ?? new JsonObject() : null;
}
