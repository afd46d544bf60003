using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions.Lint;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>The choices of an input, one by one, for clients that ask so; Studio has them with the descriptors. A free text (a deadline) gets examples.</summary>
public static class InputOptions
{
    /// <summary><c>{items: uiSpecifications}</c>; an input without choices has none.</summary>
    public static async Task<IResult> AnswerAsync(
        string typeName, string property, HttpRequest http, RequestActor who, ActivityCatalog catalog, ReadDesignWorld world, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is null) return StudioJson.NoObject();
        if (catalog.Find(typeName)?.Descriptor.Inputs.FirstOrDefault(i => i.Name == property) is not { } input) return StudioJson.Gone();
        var items = Palette.Items(typeName, property, await world.RunAsync(who.Actor, who.Now, stop)).ToList();
        return StudioJson.Answer(new JsonObject
        {
            ["items"] = items.Count == 0 ? new JsonObject() : input.UiHint is "checklist" or "multitext" ? Palette.CheckList(items) : Palette.DropDown(items),
        });
    }
}
