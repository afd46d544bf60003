using WorkflowEngine.Expressions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs a script; its value is the result, its outcomes are those it set.</summary>
[Activity("Elsa.RunJavaScript", Category = "Scripting", NameVi = "Chạy JavaScript", TextVi = "Chạy một đoạn JavaScript.", TextEn = "Runs a script.")]
public sealed class RunJavaScript : Activity
{
    public readonly Input<string> Script = new("Script") { LabelVi = "Mã", LabelEn = "Script", UiHint = "code-editor" };
    public readonly Input<List<string>> PossibleOutcomes = new("PossibleOutcomes") { LabelVi = "Các nhánh có thể", LabelEn = "Possible outcomes", UiHint = "dynamic-outcomes" };
    public readonly Output Result = new("Result");

    protected internal override void Execute(ActivityContext context)
    {
        IReadOnlyList<string> outcomes = ["Done"];
        var script = context.Get(Script);
        if (!string.IsNullOrWhiteSpace(script) && JavaScriptEvaluator.Evaluate(script, context, set => outcomes = set) is { } result) context.Set(Result, result);
        context.Complete(Outcomes.Of(outcomes));
    }
}
