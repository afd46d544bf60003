using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Instances as files: one as JSON, several as a zip, and back in. A file has Elsa's members to be read by people and programs, and under
/// <c>instance</c> what is needed to go on elsewhere. It holds all that was entered, so it needs the right to see that.
/// </summary>
public static class InstanceFilesApi
{
    private const int MostFiles = 200, MostEntries = 10_000;
    private const long LargestFile = 8 * 1024 * 1024;

    private const string Rest =
        """
        -- InstanceFilesApi.Rest
        select u.code, (select count(*) from instance_event e where e.instance_id = i.id)::int + (select count(*) from held_event h where h.instance_id = i.id)::int
        from every_instance i left join unit u on u.id = i.unit_id where i.id = $1
        """;

    private static readonly JsonSerializerOptions Indented = new(StudioJson.Options) { WriteIndented = true };

    /// <summary>Adds the endpoints.</summary>
    public static void MapInstanceFilesApi(this IEndpointRouteBuilder routes)
    {
        routes.MapStudioGroup("/workflow-instances").MapMethods("/{id:guid}/export", ["GET", "POST"], Export)
            .WithName("ElsaExportInstance").WithSummary("An instance with its state and journal as a JSON file");
        var bulk = routes.MapStudioGroup("/bulk-actions");
        bulk.MapPost("/export/workflow-instances", ExportMany).WithName("ElsaBulkExportInstances").WithSummary("Instances as a zip of JSON files");
        bulk.MapPost("/import/workflow-instances", Import).Needs(Permission.Operate).WithName("ElsaImportInstances").WithSummary("Instances of uploaded JSON and zip files go on here");
    }

    private static async Task<IResult> Export(Guid id, RequestActor who, StudioQueries queries, DefinitionStore definitions, NpgsqlDataSource database, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        if (!row.ShowsContents) return StudioJson.Lacks(Permission.Review);
        var (bytes, refused) = await BytesAsync(row, queries, definitions, database, stop);
        return refused ?? Results.File(bytes, "application/json", FileName(row));
    }

    private static async Task<IResult> ExportMany(HttpRequest http, RequestActor who, StudioQueries queries, DefinitionStore definitions, NpgsqlDataSource database, CancellationToken stop)
    {
        if (await BulkDefinitionsApi.IdsAsync(http, "ids", stop) is not { } texts) return BulkDefinitionsApi.NoIds();
        if (texts.Length > MostFiles) return StudioJson.Refuse(400, $"At most {MostFiles} instances at once.", $"Mỗi lần nhiều nhất {MostFiles} lượt chạy.");
        var rows = new List<StudioInstance>();
        foreach (var text in texts.Distinct())
        {
            if (!Guid.TryParse(text, out var id) || await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
            if (!row.ShowsContents) return StudioJson.Lacks(Permission.Review);
            rows.Add(row);
        }

        using var file = new MemoryStream();
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var row in rows)
            {
                var (bytes, refused) = await BytesAsync(row, queries, definitions, database, stop);
                if (refused is not null) return refused;
                await using var entry = await zip.CreateEntry(FileName(row)).OpenAsync(stop);
                await entry.WriteAsync(bytes, stop);
            }

        return Results.File(file.ToArray(), "application/zip", "workflow-instances.zip");
    }

    private static async Task<IResult> Import(HttpRequest http, RequestActor who, ImportInstance import, CancellationToken stop)
    {
        var (documents, refused) = await UploadedDocuments.ReadAsync(http, MostFiles, LargestFile, stop);
        if (refused is not null) return refused;
        if (documents.Count is 0 or > MostFiles) return StudioJson.Refuse(400, $"Send 1 to {MostFiles} instances.", $"Hãy gửi từ 1 đến {MostFiles} lượt chạy.");
        var (errors, taken) = (new List<(string, string)>(), new JsonArray());
        var forbidden = 0;
        foreach (var (file, document) in documents)
        {
            // Looked through at once: half a letter or a name given twice would show only where somebody looks.
            var answer = !StorableText.Holds(document)
                ? new ImportAnswer(default, "unreadable", "It holds half a letter, U+0000, a name given twice or a number beyond all measure.", "Tệp có ký tự hỏng, U+0000, tên lặp lại hoặc số quá lớn.")
                : document["instance"] is JsonObject portable
                ? await import.RunAsync(who.Actor, portable, who.Now, who.RecordedAt, stop)
                : new ImportAnswer(default, "unreadable", "It lacks 'instance': only files written here hold what is needed to go on.", "Tệp thiếu phần 'instance': chỉ tệp do hệ thống này xuất mới đủ để chạy tiếp.");
            if (answer.Code is null) taken.Add(answer.Id.ToString());
            else errors.Add((file, Web.Language.Current == Web.Language.Vietnamese ? answer.Vietnamese : answer.English));
            if (answer.Code == "forbidden") forbidden++;
        }

        return errors.Count > 0
            ? StudioJson.Refuse(forbidden == documents.Count ? 403 : 422, $"{taken.Count} of {documents.Count} instances were taken in.", $"Đã nhập {taken.Count} trên {documents.Count} lượt chạy.", "partly", errors)
            : StudioJson.Answer(new JsonObject { ["count"] = taken.Count, ["workflowInstanceIds"] = taken });
    }

    /// <summary>The file; or why there is none: the instance has not begun, or cannot be read.</summary>
    private static async Task<(byte[] Bytes, IResult? Refused)> BytesAsync(
        StudioInstance row, StudioQueries queries, DefinitionStore definitions, NpgsqlDataSource database, CancellationToken stop)
    {
        if (row.State is null) return ([], StudioJson.Refuse(409, "An instance is not begun yet; it has no state.", "Lượt chạy chưa bắt đầu nên chưa có trạng thái.", "not_begun"));
        var shown = await ShownInstance.ReadAsync(row, definitions, stop);
        if (shown.Refusal is { } unreadable) return ([], unreadable);
        await using var connection = await database.OpenConnectionAsync(stop);
        var (unit, pending) = (await Command(connection, Rest, P(row.Id)).ListAsync(r => (r.TextOrNull(0), r.GetInt32(1)), stop))[0];
        var (entries, _) = await queries.JournalAsync(row.Id, new JournalFilter(null, null, null, null), 0, MostEntries, stop);
        var state = WorkflowStateJson.Of(shown);
        return (JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["workflowState"] = state,
                ["bookmarks"] = state["bookmarks"]!.DeepClone(),
                ["workflowExecutionLogRecords"] = new JsonArray([.. entries.Select(e => InstancesOfStudioApi.Item(row, e.At, e.Entry, shown.Workflow))]),
                ["instance"] = ImportInstance.Portable(row.Id, row.ParentId, shown.Workflow, unit, row.CorrelationId, row.Name, row.CreatedAt, row.State, pending),
            },
            Indented), null);
    }

    private static string FileName(StudioInstance row) => $"workflow-instance-{row.Id}.json";
}
