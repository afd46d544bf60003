using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Sets the instance's correlation id.</summary>
[Activity("Elsa.Correlate", Category = "Primitives", NameVi = "Gắn mã liên hệ", TextVi = "Đặt mã liên hệ của lượt chạy.", TextEn = "Sets the instance's correlation id.")]
public sealed class Correlate : Activity
{
    public readonly Input<string> CorrelationId = new("CorrelationId") { LabelVi = "Mã liên hệ", LabelEn = "Correlation id" };

    protected internal override void Execute(ActivityContext context) => context.CorrelationId = context.Get(CorrelationId);
}
