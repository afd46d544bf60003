using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Ends the enclosing flowchart or sequence at once; its other branches are cancelled.</summary>
[Activity("Elsa.End", Category = "Flow", NameVi = "Kết thúc nhánh", TextVi = "Kết thúc sơ đồ chứa nó; các nhánh khác dừng.",
    TextEn = "Ends the enclosing flowchart or sequence at once.", IsTerminal = true)]
public sealed class End : Activity
{
    protected internal override void Execute(ActivityContext context) { }
}
