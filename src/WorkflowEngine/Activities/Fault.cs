using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Stops the instance with a reason; it becomes an incident.</summary>
[Activity("Elsa.Fault", Category = "Primitives", NameVi = "Báo lỗi", TextVi = "Dừng với lý do; ghi thành sự cố.", TextEn = "Stops the instance with a reason.")]
public sealed class Fault : Activity
{
    public readonly Input<string> Code = new("Code") { LabelVi = "Mã", LabelEn = "Code", Default = "0" };
    public readonly Input<string> Category = new("Category") { LabelVi = "Nhóm", LabelEn = "Category", Default = "General" };
    public readonly Input<string> FaultType = new("FaultType") { LabelVi = "Loại", LabelEn = "Fault type", Default = "System" };
    public readonly Input<string> Message = new("Message") { LabelVi = "Lý do", LabelEn = "Message" };

    /// <summary>Elsa's words where the document gives none.</summary>
    private const string Unsaid = "Exception of type 'Elsa.Workflows.Exceptions.FaultException' was thrown.";

    protected internal override void Execute(ActivityContext context) => context.Fault(context.Get(Message) ?? Unsaid);
}
