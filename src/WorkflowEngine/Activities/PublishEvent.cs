using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Sends an event to everything that waits for its name.</summary>
[Activity("Elsa.PublishEvent", Category = "Primitives", NameVi = "Phát sự kiện", TextVi = "Gửi sự kiện đến mọi nơi đang chờ tên đó.",
    TextEn = "Sends an event to everything that waits for its name.")]
public sealed class PublishEvent : Activity
{
    public readonly Input<string> EventName = new("EventName") { LabelVi = "Tên sự kiện", LabelEn = "Event name" };
    public readonly Input<string> CorrelationId = new("CorrelationId") { LabelVi = "Mã liên hệ", LabelEn = "Correlation id" };
    public readonly Input<bool> IsLocalEvent = new("IsLocalEvent") { LabelVi = "Chỉ trong lượt chạy này", LabelEn = "Local event" };
    public readonly Input<JsonNode> Payload = new("Payload") { LabelVi = "Nội dung", LabelEn = "Payload", TypeName = "Object" };

    protected internal override void Execute(ActivityContext context) => context.Effects.Events.Add(new PublishedEvent(
        context.Get(EventName) ?? throw new ActivityFaultException("The event has no name.", "ArgumentNullException"),
        context.Get(CorrelationId) is { } given && !string.IsNullOrWhiteSpace(given) ? given : null, context.Get(IsLocalEvent) ? context.InstanceId : null,
        context.GetRaw("payload")?.DeepClone(), context.Burst.NextHop()));
}
