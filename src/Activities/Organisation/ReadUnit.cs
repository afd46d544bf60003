using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Organisation;

/// <summary>Hands out the instance's unit (code, names, kind, attributes such as headcount), so that conditions and texts can use it.</summary>
[Activity("Workflows.ReadUnit", Category = "Đơn vị", NameVi = "Đọc đơn vị", NameEn = "Read unit",
    TextVi = "Lấy thông tin đơn vị của lượt chạy.", TextEn = "Hands out the unit this instance belongs to.")]
public sealed class ReadUnit : Activity
{
    public readonly Output Unit = new("Unit");

    protected override void Execute(ActivityContext context)
    {
        if (context.Facts.Unit is not { } unit)
        {
            context.Fault("The instance belongs to no unit.");
            return;
        }

        context.Set(Unit, new JsonObject
        {
            ["code"] = unit.Code,
            ["name"] = unit.Name,
            ["shortName"] = unit.ShortName,
            ["kind"] = unit.Kind,
            ["attributes"] = unit.ParseAttributes(),
        });
    }
}
