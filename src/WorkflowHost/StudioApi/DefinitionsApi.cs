using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's reads of definitions: <c>/elsa/api/workflow-definitions</c>.</summary>
public static class DefinitionsApi
{
    private const int LargestPage = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapStudioGroup("/workflow-definitions");
        definitions.MapGet("", List).WithName("ElsaDefinitions").WithSummary("Versions by options, ids and search, {items, totalCount, links}");
        definitions.MapGet("/by-definition-id/{definitionId}", ByDefinition).WithName("ElsaDefinitionByDefinitionId").WithSummary("One version with its graph");
        definitions.MapGet("/{definitionId}", ByDefinition).WithName("ElsaDefinition").WithSummary("The same");
        definitions.MapGet("/by-id/{id}", ById).WithName("ElsaDefinitionById").WithSummary("A version by its own id");
        definitions.MapGet("/many-by-id", ManyById).WithName("ElsaDefinitionsById").WithSummary("Versions by their own ids, {items, count}");
        definitions.MapGet("/{definitionId}/versions", Versions).WithName("ElsaDefinitionVersions").WithSummary("All versions, newest first");
        definitions.MapGet("/query/count", Count).WithName("ElsaDefinitionCount").WithSummary("How many definitions there are");
        definitions.MapGet("/validation/is-name-unique", IsNameUnique).WithName("ElsaIsNameUnique").WithSummary("Whether no other definition has the name");
        definitions.MapGet("/subgraph/{id}", Subgraph).WithName("ElsaSubgraph").WithSummary("A node with everything inside it");
        definitions.MapGet("/subgraph/segments/{id}", Segments).WithName("ElsaSubgraphSegments").WithSummary("The way from the root to a node");
    }

    private static async Task<IResult> List(HttpRequest http, RequestActor who, DefinitionQueries queries, CancellationToken stop)
    {
        var (page, size) = (Number(http, "Page", 0), Number(http, "PageSize", LargestPage));
        if (page < 0 || size is < 1 or > LargestPage)
            return StudioJson.Refuse(400, $"page starts at 0, pageSize is 1 to {LargestPage}.", $"page bắt đầu từ 0, pageSize từ 1 đến {LargestPage}.");
        var filter = new DefinitionFilter(http.Query["versionOptions"].ToString(), Values(http, "DefinitionIds"), Values(http, "Ids"), http.Query["SearchTerm"]);
        if (http.Query["IsSystem"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase)) return StudioJson.Answer(Shown([], 0));
        var (rows, total) = await queries.ListAsync(filter, http.Query["OrderBy"].ToString() is { Length: > 0 } order ? order : "Name",
            http.Query["OrderDirection"].ToString().Equals("Descending", StringComparison.OrdinalIgnoreCase), page * size, size, stop);
        return StudioJson.Answer(Shown(rows, total));

        JsonObject Shown(IReadOnlyList<DefinitionRow> rows, int total)
        {
            var answer = StudioJson.Page(rows.Select(r => DefinitionJson.Summary(r, who.Actor)), total);
            answer["links"] = DefinitionJson.ListLinks(who.Actor);
            return answer;
        }
    }

    private static async Task<IResult> ByDefinition(
        string definitionId, HttpRequest http, RequestActor who, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop) =>
        await queries.FindAsync(definitionId, http.Query["versionOptions"].ToString(), stop) is { } row
            ? StudioJson.Answer(await DefinitionJson.WholeAsync(row, library, who.Actor, stop))
            : StudioJson.Gone();

    private static async Task<IResult> ById(string id, RequestActor who, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop) =>
        await queries.FindVersionAsync(id, stop) is { } row ? StudioJson.Answer(await DefinitionJson.WholeAsync(row, library, who.Actor, stop)) : StudioJson.Gone();

    private static async Task<IResult> ManyById(HttpRequest http, RequestActor who, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (Values(http, "ids") is not { Length: > 0 and <= LargestPage } ids) return StudioJson.Answer(StudioJson.List([]));
        var (rows, _) = await queries.ListAsync(new DefinitionFilter("", Ids: ids), "", false, 0, LargestPage, stop);
        var whole = new List<JsonObject>();
        foreach (var row in rows) whole.Add(await DefinitionJson.WholeAsync(row, library, who.Actor, stop));
        return StudioJson.Answer(StudioJson.List(whole));
    }

    private static async Task<IResult> Versions(string definitionId, RequestActor who, DefinitionQueries queries, CancellationToken stop)
    {
        var (rows, _) = await queries.ListAsync(new DefinitionFilter("AllVersions", [definitionId]), "Version", true, 0, LargestPage, stop);
        return rows.Count == 0 ? StudioJson.Gone() : StudioJson.Answer(StudioJson.List(rows.Select(r => DefinitionJson.Summary(r, who.Actor))));
    }

    private static async Task<IResult> Count(DefinitionQueries queries, CancellationToken stop) =>
        StudioJson.Answer(new JsonObject { ["count"] = (await queries.ListAsync(new DefinitionFilter("Latest"), "", false, 0, 1, stop)).Total });

    private static async Task<IResult> IsNameUnique(string? name, string? definitionId, DefinitionQueries queries, CancellationToken stop) =>
        string.IsNullOrWhiteSpace(name)
            ? StudioJson.Refuse(400, "Give a name.", "Hãy cho biết tên.")
            : StudioJson.Answer(new JsonObject { ["isUnique"] = !await queries.IsNameTakenAsync(name.Trim(), definitionId, stop) });

    private static async Task<IResult> Subgraph(string id, string? parentNodeId, DefinitionQueries queries, DefinitionStore store, CancellationToken stop)
    {
        if (await queries.FindVersionAsync(id, stop) is null) return StudioJson.Gone();
        var workflow = await store.GetOrEmptyAsync(id, stop);
        var node = parentNodeId is { Length: > 0 } ? workflow.FindNode(parentNodeId) : workflow.Root.Child("root");
        return node is null ? StudioJson.Gone() : StudioJson.Answer(SubgraphJson.Node(node, withChildren: true));
    }

    private static async Task<IResult> Segments(string id, string? childNodeId, DefinitionQueries queries, DefinitionStore store, CancellationToken stop)
    {
        if (await queries.FindVersionAsync(id, stop) is null) return StudioJson.Gone();
        var workflow = await store.GetOrEmptyAsync(id, stop);
        return workflow.FindNode(childNodeId ?? "") is { } node ? StudioJson.Answer(SubgraphJson.Segments(node)) : StudioJson.Gone();
    }

    /// <summary>A list in a query, by either way clients write it: repeated, or separated by commas.</summary>
    internal static string[]? Values(HttpRequest http, string name) =>
        http.Query[name] is { Count: > 0 } values && values.SelectMany(v => v?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []).ToArray() is { Length: > 0 } all ? all : null;

    internal static int Number(HttpRequest http, string name, int usual) =>
        http.Query[name].FirstOrDefault() is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000 ? number : -1
            : usual;
}
