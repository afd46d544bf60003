using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>The choices of our activities' inputs, read when an inspector opens: forms, ladders, roles and the like are data.</summary>
public static class InputOptions
{
    /// <summary><c>{items: uiSpecifications}</c>; an input without choices has none.</summary>
    public static async Task<IResult> AnswerAsync(string typeName, string property, HttpRequest http, RequestActor who, ReferenceStore reference, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is null) return StudioJson.NoObject();
        var data = await reference.GetAsync(stop);
        JsonObject items = (typeName, property) switch
        {
            ("Workflows.HumanTask", "Form") => Palette.DropDown(data.FormVersions.Keys.Order(StringComparer.Ordinal).Select(f => (f, f)).Prepend(("", ""))),
            ("Workflows.HumanTask", "Ladder") => Palette.DropDown(data.Ladders.Keys.Order(StringComparer.Ordinal).Select(l => (l, l))),
            ("Workflows.HumanTask", "ReviewLadder") => Palette.DropDown(data.Ladders.Keys.Order(StringComparer.Ordinal).Select(l => (l, l)).Prepend(("", ""))),
            ("Workflows.SetPlanStatus", "Status") => Palette.DropDown(((string[])["draft", "checking", "signing", "signed"]).Select(s => (s, s))),
            _ => [],
        };
        return StudioJson.Answer(new JsonObject { ["items"] = items });
    }
}
