using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Writes a line to the log.</summary>
[Activity("Elsa.WriteLine", Category = "Console", NameVi = "Ghi dòng", TextVi = "Ghi một dòng vào nhật ký.", TextEn = "Writes a line to the log.")]
public sealed class WriteLine : Activity
{
    public readonly Input<string> Text = new("Text") { LabelVi = "Nội dung", LabelEn = "Text" };

    protected internal override void Execute(ActivityContext context) => context.Effects.Lines.Add(context.Get(Text) ?? "");
}
