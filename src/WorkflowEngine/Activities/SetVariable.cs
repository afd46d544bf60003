using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Gives a variable a value.</summary>
[Activity("Elsa.SetVariable", Category = "Primitives", NameVi = "Đặt biến", TextVi = "Gán giá trị cho một biến.", TextEn = "Gives a variable a value.")]
public sealed class SetVariable : Activity
{
    public readonly Input<JsonObject> Variable = new("Variable")
    {
        LabelVi = "Biến",
        LabelEn = "Variable",
        IsWrapped = false,
        UiHint = "variable-picker",
        TypeName = "UnregisteredClrType:Elsa.Workflows.Memory.Variable, Elsa.Workflows.Core",
    };

    public readonly Input<JsonNode> Value = new("Value") { LabelVi = "Giá trị", LabelEn = "Value", TypeName = "Object" };

    protected internal override void Execute(ActivityContext context)
    {
        var id = context.GetRaw("variable")?["id"]?.GetValue<string>();
        if (id is null || !context.SetVariableById(id, context.GetRaw("value")))
            throw new ActivityFaultException($"There is no variable '{id}' here.", "InvalidOperationException");
    }
}
