using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's lists of instances, cancelling and deleting, one or many.</summary>
public static class InstanceListApi
{
    private const int LargestPage = 1000;
    private const int MostAtOnce = 500;

    /// <summary>Adds the endpoints.</summary>
    public static void MapInstanceListApi(this IEndpointRouteBuilder routes)
    {
        var instances = routes.MapStudioGroup("/workflow-instances");
        instances.MapMethods("", ["GET", "POST"], List).WithName("ElsaInstances").WithSummary("Instances by filter, {items, totalCount}");
        instances.MapDelete("/{id:guid}", Delete).Needs(Permission.Operate).WithName("ElsaDeleteInstance").WithSummary("Takes an ended instance out of the lists; one that has failed and may be retried is cancelled first");
        routes.MapStudioGroup("/cancel/workflow-instances").MapPost("/{id:guid}", Cancel).Needs(Permission.Operate).WithName("ElsaCancelInstance").WithSummary("Cancels an instance with its children and tasks");
        var bulk = routes.MapStudioGroup("/bulk-actions");
        bulk.MapPost("/cancel/workflow-instances", CancelMany).Needs(Permission.Operate).WithName("ElsaBulkCancel").WithSummary("Cancels instances by id, or all within reach that run on a version or definition");
        bulk.MapPost("/delete/workflow-instances/by-id", DeleteMany).Needs(Permission.Operate).WithName("ElsaBulkDeleteInstances").WithSummary("Takes ended instances out of the lists; one that has failed and may be retried is cancelled first");
        bulk.MapPost("/delete/workflow-instances", DeleteMany).Needs(Permission.Operate).WithName("ElsaBulkDeleteInstancesOld").WithSummary("The same at the older address");
    }

    private static async Task<IResult> List(HttpRequest http, RequestActor who, InstanceListQueries queries, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        foreach (var (name, values) in http.Query)
            if (body.ContainsKey(Camel(name)) is false) body[Camel(name)] = values.Count > 1 ? new JsonArray([.. values.Select(v => JsonValue.Create(v))]) : values.ToString();
        var (page, size) = (Whole(body, "page", 0), Whole(body, "pageSize", LargestPage));
        if (page is < 0 or > 1_000_000 || size is < 1 or > LargestPage)
            return StudioJson.Refuse(400, $"page starts at 0, pageSize is 1 to {LargestPage}.", $"page bắt đầu từ 0, pageSize từ 1 đến {LargestPage}.");
        if (Truth(body, "isSystem") == true) return StudioJson.Answer(StudioJson.Page([], 0));
        var times = new List<(string, string, DateTimeOffset)>();
        foreach (var filter in body["timestampFilters"] as JsonArray ?? [])
        {
            if (filter is not JsonObject f || f.Text("column") is not ("CreatedAt" or "UpdatedAt" or "FinishedAt") || f.Text("operator") is not { } op
                || !DateTimeOffset.TryParse(f.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                return StudioJson.Refuse(400, "A timestamp filter needs column (CreatedAt, UpdatedAt, FinishedAt), operator and timestamp.", "Bộ lọc thời gian cần column (CreatedAt, UpdatedAt, FinishedAt), operator và timestamp.");
            times.Add((f.Text("column")!, op, instant.ToUniversalTime()));
        }

        var (rows, total) = await queries.ListAsync(who.Actor, new InstanceFilter
        {
            Search = body.Text("searchTerm"),
            DefinitionIds = Either(body, "definitionId", "definitionIds"),
            VersionIds = body.Texts("definitionVersionIds"),
            CorrelationId = body.Text("correlationId"),
            Name = body.Text("name"),
            Version = body["version"] is null ? null : Whole(body, "version", 0),
            HasIncidents = Truth(body, "hasIncidents"),
            Statuses = Either(body, "status", "statuses"),
            SubStatuses = Either(body, "subStatus", "subStatuses"),
            Times = times,
        }, body.Text("orderBy") ?? "Created", !string.Equals(body.Text("orderDirection"), "Ascending", StringComparison.OrdinalIgnoreCase), page * size, size, stop);
        return StudioJson.Answer(StudioJson.Page(rows.Select(WorkflowStateJson.Row), total));
    }

    private static async Task<IResult> Delete(Guid id, RequestActor who, InstanceListQueries queries, CancellationToken stop) =>
        await queries.HideAsync(who.Actor, id, who.Now, who.RecordedAt, stop) switch
        {
            true => Results.NoContent(),
            false => StudioJson.Refuse(409, "It still runs, or has failed and may be retried. Cancel it first.", "Lượt chạy chưa kết thúc, hoặc bị lỗi và còn có thể chạy lại. Hãy hủy trước.", "in_use"),
            null => StudioJson.Gone(),
        };

    private static async Task<IResult> Cancel(Guid id, RequestActor who, CancelInstance cancel, Texts texts, CancellationToken stop) =>
        await cancel.RunAsync(who.Actor, id, texts["designer.cancel-reason"], who.Now, who.RecordedAt, stop) switch
        {
            CancelAnswer.Taken taken => StudioJson.Answer(new JsonObject { ["settled"] = taken.Settled }, taken.Settled ? 200 : 202),
            CancelAnswer.Forbidden => StudioJson.Lacks(Permission.Operate),
            CancelAnswer.Over over => StudioJson.Refuse(409, $"It is over already ({over.SubStatus}).", "Lượt chạy đã kết thúc.", "over"),
            _ => StudioJson.Gone(),
        };

    private static async Task<IResult> CancelMany(HttpRequest http, RequestActor who, OperateInstance operate, Runner runner, Texts texts, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (body.RefuseUnlessTexts("definitionId", "definitionVersionId") is { } odd) return odd;
        var ids = Ids(body);
        var (definition, version) = ids is null ? (body.Text("definitionId"), body.Text("definitionVersionId")) : default;
        if (ids is { Length: > MostAtOnce } || (ids, definition, version) is (null, null, null)) return BulkDefinitionsApi.NoIds();
        var taken = await operate.CancelManyAsync(who.Actor, ids, definition, version, texts["designer.cancel-reason"], who.Now, who.RecordedAt, stop);
        return taken.Count == 0
            ? StudioJson.Refuse(409, "None of them could be cancelled.", "Không hủy được lượt chạy nào.", "over")
            : StudioJson.Answer(new JsonObject { ["cancelledCount"] = taken.Count }, await runner.RunFewAsync(taken, stop) ? 200 : 202);
    }

    private static async Task<IResult> DeleteMany(HttpRequest http, RequestActor who, InstanceListQueries queries, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || Ids(body) is not { Length: > 0 and <= MostAtOnce } ids) return BulkDefinitionsApi.NoIds();
        var (deleted, running) = (0, 0);
        foreach (var id in ids)
            switch (await queries.HideAsync(who.Actor, id, who.Now, who.RecordedAt, stop))
            {
                case true: deleted++; break;
                case false: running++; break;
                default: break;
            }

        if (deleted + running == 0) return StudioJson.Gone();
        return deleted == 0
            ? StudioJson.Refuse(409, $"{running} of them still run, or have failed and may be retried. Cancel them first.", $"{running} lượt chạy chưa kết thúc, hoặc bị lỗi và còn có thể chạy lại. Hãy hủy trước.", "in_use")
            : StudioJson.Answer(new JsonObject { ["deleted"] = deleted, ["deletedCount"] = deleted, ["stillRunning"] = running });
    }

    private static Guid[]? Ids(JsonObject body) => body.Texts("ids") is { } texts
        ? [.. texts.Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()]
        : null;

    private static string[]? Either(JsonObject body, string one, string many) => body.Texts(many) ?? ((body.Text(many) ?? body.Text(one)) is { } text ? [text] : null);

    private static int Whole(JsonObject body, string name, int usual) => body[name] is null
        ? usual
        : int.TryParse(body[name]!.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static bool? Truth(JsonObject body, string name) => bool.TryParse(body[name]?.ToString(), out var flag) ? flag : null;

    private static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
