using System.Text.Json.Nodes;
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
        context.ScriptOutcomes = [];
        JsonNode? value = null;
        try
        {
            if (context.Get(Script) is { } script && !string.IsNullOrWhiteSpace(script)) value = JavaScriptEvaluator.Evaluate(script, context);
            context.Set(Result, value);
            context.Complete(context.ScriptOutcomes is { Count: > 0 } set ? [.. set] : ["Done"]);
        }
        finally
        {
            context.ScriptOutcomes = null;
        }
    }
}
