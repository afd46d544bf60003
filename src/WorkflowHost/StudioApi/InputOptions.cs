using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions.Lint;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>The choices of an input, one by one, for clients that ask so; Studio has them with the descriptors. A free text (a deadline) gets examples.</summary>
public static class InputOptions
{
    private const int MostPages = 10_000;

    /// <summary>
    /// <c>{items: uiSpecifications}</c>; an input without choices has none. Units come by pages: <c>?search=</c> looks in codes and names,
    /// <c>?page=</c> counts from 0, and <c>hasMore</c> says whether another follows.
    /// </summary>
    public static async Task<IResult> AnswerAsync(
        string typeName, string property, HttpRequest http, RequestActor who, ActivityCatalog catalog, ReadDesignWorld world, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is null) return StudioJson.NoObject();
        if (catalog.Find(typeName)?.Descriptor.Inputs.FirstOrDefault(i => i.Name == property) is not { } input) return StudioJson.Gone();
        if (!Palette.NamesUnits(typeName, property)) return Answer(input, [.. Palette.Items(typeName, property, await world.ChoicesAsync(who.Actor, who.Now, stop))]);
        var (search, page) = (http.Query["search"].ToString(), 0);
        if (http.Query["page"].ToString() is { Length: > 0 } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out page) || page > MostPages))
            return StudioJson.Refuse(400, $"page is a number from 0 to {MostPages}.", $"page là số từ 0 đến {MostPages}.");
        var (units, hasMore) = await world.FindUnitsAsync(who.Actor, who.Now, search, page, stop);
        var places = search.Length == 0 && page == 0 ? Palette.Places(typeName, property) : [];
        return Answer(input, [.. places, .. units.Select(Palette.Unit)], hasMore);
    }

    private static IResult Answer(Input input, List<(string Text, string Value)> items, bool? hasMore = null)
    {
        var answer = new JsonObject
        {
            ["items"] = items.Count == 0 ? new JsonObject() : input.UiHint is "checklist" or "multitext" ? Palette.CheckList(items) : Palette.DropDown(items),
        };
        if (hasMore is { } more) answer["hasMore"] = more;
        return StudioJson.Answer(answer);
    }
}
