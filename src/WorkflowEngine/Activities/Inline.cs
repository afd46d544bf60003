using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Code of Elsa's host; a document holds none of it, so it does nothing, there as here.</summary>
[Activity("Elsa.Inline", Category = "Primitives", NameVi = "Mã của máy chủ", TextVi = "Mã của máy chủ Elsa; trong tài liệu không có gì để chạy.",
    TextEn = "Code of Elsa's host; nothing of it stands in a document.", IsBrowsable = false)]
public sealed class Inline : Activity
{
    protected internal override void Execute(ActivityContext context) { }
}
