using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Starts a child definition for every unit that a rule selects: all children or none, exactly one per unit.</summary>
[Activity("Workflows.Cascade", Category = "Triển khai", NameVi = "Triển khai đến đơn vị", NameEn = "Cascade to units",
    TextVi = "Bắt đầu một quy trình con cho mỗi đơn vị theo quy tắc.", TextEn = "Starts a child workflow for every unit that a rule selects.")]
public sealed class Cascade : Activity
{
    public readonly Input<string> DefinitionId = new("DefinitionId") { LabelVi = "Quy trình con", LabelEn = "Child definition", UiHint = "workflow-definition-picker" };
    public readonly Input<string> Under = new("Under") { LabelVi = "Dưới đơn vị", LabelEn = "Under", HintVi = "owner: đơn vị ban hành", HintEn = "owner: the issuing unit", Default = "owner", UiHint = "dropdown" };
    public readonly Input<List<string>> Kinds = new("Kinds") { LabelVi = "Loại đơn vị", LabelEn = "Kinds of unit", UiHint = "checklist" };
    public readonly Input<JsonObject> Attributes = new("Attributes") { LabelVi = "Thuộc tính", LabelEn = "Attributes", TypeName = "Object", UiHint = "json-editor" };
    public readonly Input<List<string>> Codes = new("Codes") { LabelVi = "Mã đơn vị", LabelEn = "Unit codes", UiHint = "multitext" };
    public readonly Input<bool> DirectOnly = new("DirectOnly") { LabelVi = "Chỉ cấp dưới trực tiếp", LabelEn = "Direct subordinates only" };
    public readonly Input<JsonObject> Input = new("Input") { LabelVi = "Dữ liệu vào", LabelEn = "Input", TypeName = "Object", UiHint = "json-editor" };
    public readonly Input<string> Wait = new("Wait") { LabelVi = "Chờ", LabelEn = "Wait", HintVi = "none: không chờ; all: chờ mọi đơn vị", HintEn = "none or all", Default = "all", UiHint = "dropdown" };
    public readonly Output Result = new("Result");

    protected internal override bool CompletesItself => false;

    protected internal override bool StartsChildren => true;

    protected internal override void Execute(ActivityContext context)
    {
        var definition = ChildDispatch.Definition(context, DefinitionId);
        if (context.Get(Under) is not (null or "" or "owner" or "self")) context.Fault("'under' must be owner or self.");
        var under = context.Get(Under) == "self" ? context.Facts.UnitId ?? context.Facts.OwnerId : context.Facts.OwnerId;
        if (under is not { } unit)
        {
            context.Fault("The instance belongs to no unit, so there is nothing below it.");
            return;
        }

        var waits = context.Get(Wait) != "none";
        var input = context.Get(Input)?.DeepClone() as JsonObject ?? [];
        input["ParentInstanceId"] = context.InstanceId.ToString();
        context.Effects.FanOuts.Add(new NewFanOut(
            definition, context.Id,
            new UnitRule(unit, context.Get(Kinds) ?? [], context.Get(Attributes), context.Get(Codes) ?? [], context.Get(DirectOnly)),
            context.Facts.Calendar.DayOf(context.Now), context.CorrelationId, input, waits ? "count" : "none", context.Burst.NextChild(Burst.WidestRow)));
        if (waits) context.WaitFor(payload: new JsonObject { ["children"] = definition }, autoBurn: false);
        else context.Complete();
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        var counts = context.Properties;
        foreach (var name in (string[])["total", "finished", "faulted", "cancelled"])
            if (input[name] is { } added) counts[name] = (counts[name]?.GetValue<int>() ?? 0) + added.GetValue<int>();
        if (counts["total"] is not { } total) return;
        var ended = Count("finished") + Count("faulted") + Count("cancelled");
        if (ended < total.GetValue<int>()) return;
        context.Set(Result, new JsonObject
        {
            ["total"] = total.GetValue<int>(),
            ["finished"] = Count("finished"),
            ["faulted"] = Count("faulted"),
            ["cancelled"] = Count("cancelled"),
        });
        context.Complete();

        int Count(string name) => counts[name]?.GetValue<int>() ?? 0;
    }
}
