using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>Definitions as files: import of JSON and zip, export of one as JSON and of several as zip.</summary>
public static class DefinitionFilesApi
{
    private const int MostFiles = 500;
    private const long LargestFile = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Indented = new(StudioJson.Options) { WriteIndented = true };

    /// <summary>Adds the endpoints.</summary>
    public static void MapDefinitionFilesApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapStudioGroup("/workflow-definitions");
        definitions.MapMethods("/import", ["POST", "PUT"], (HttpRequest http, RequestActor who, SaveDefinition save, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop) =>
            Import(null, http, who, save, queries, library, stop)).Needs(Permission.Design).WithName("ElsaImport").WithSummary("Stores a definition as its next version and publishes it when the document says so");
        definitions.MapMethods("/{definitionId}/import", ["POST", "PUT"], Import).Needs(Permission.Design).WithName("ElsaImportInto").WithSummary("The same under a given definition id");
        definitions.MapPost("/import-files", ImportFiles).Needs(Permission.Design).WithName("ElsaImportFiles").WithSummary("Stores the definitions of uploaded JSON and zip files");
        definitions.MapMethods("/{definitionId}/export", ["GET", "POST"], Export).WithName("ElsaExport").WithSummary("One version as a JSON file");
        routes.MapStudioGroup("/bulk-actions").MapPost("/export/workflow-definitions", ExportMany).WithName("ElsaBulkExport").WithSummary("Versions as a zip of JSON files");
    }

    private static async Task<IResult> Import(
        string? definitionId, HttpRequest http, RequestActor who, SaveDefinition save, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop, StudioJson.DefinitionLevels) is not { Count: > 0 } document)
            return StudioJson.Refuse(400, "The body must be a definition as JSON that can be stored.", "Nội dung gửi lên phải là một định nghĩa dạng JSON lưu được.");
        if (definitionId is not null) document["definitionId"] = definitionId;
        return await SaveDefinitionsApi.StoreAsync(
            save, who, queries, document, new SaveWish("import"), async (row, _) => await DefinitionJson.WholeAsync(row, library, who.Actor, stop), stop);
    }

    private static async Task<IResult> ImportFiles(HttpRequest http, RequestActor who, SaveDefinition save, CancellationToken stop)
    {
        var (documents, refused) = await UploadedDocuments.ReadAsync(http, MostFiles, LargestFile, stop);
        if (refused is not null) return refused;
        if (documents.Count is 0 or > MostFiles) return StudioJson.Refuse(400, $"Send 1 to {MostFiles} definitions.", $"Hãy gửi từ 1 đến {MostFiles} định nghĩa.");
        var errors = new List<(string, string)>();
        var stored = 0;
        foreach (var (file, document) in documents)
        {
            try
            {
                var answer = await save.RunAsync(who.Actor, document, new SaveWish("import"), who.Now, who.RecordedAt, stop);
                if (answer is SaveAnswer.Stored) stored++;
                else errors.Add((file, Language.Say("Cần quyền phát hành, hoặc một người khác.", "Needs the permission to publish, or another person.")));
            }
            catch (DefinitionFormatException unreadable)
            {
                errors.AddRange(unreadable.Problems.Select(p => (file, $"{p.Path}: {Language.Say(p.MessageVi, p.Message)}")));
            }
        }

        return errors.Count > 0
            ? StudioJson.Refuse(422, $"{stored} of {documents.Count} definitions were stored.", $"Đã nhập {stored} trên {documents.Count} định nghĩa.", "partly", errors)
            : StudioJson.Answer(new JsonObject { ["count"] = stored });
    }

    private static async Task<IResult> Export(string definitionId, HttpRequest http, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        var asked = http.Query["versionOptions"].ToString();
        if (await queries.FindAsync(definitionId, asked.Length > 0 ? asked : "Latest", stop) is not { } row) return StudioJson.Gone();
        var (bytes, refused) = await BytesAsync(row, library, stop);
        return refused ?? Results.File(bytes, "application/json", FileName(row));
    }

    private static async Task<IResult> ExportMany(HttpRequest http, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (await BulkDefinitionsApi.IdsAsync(http, "ids", stop) is not { } ids) return BulkDefinitionsApi.NoIds();
        var (rows, _) = await queries.ListAsync(new DefinitionFilter("", Ids: ids), "", false, 0, ids.Length, stop);
        if (rows.Count == 0) return StudioJson.Gone();
        using var file = new MemoryStream();
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var row in rows)
            {
                var (bytes, refused) = await BytesAsync(row, library, stop);
                if (refused is not null) return refused;
                await using var entry = await zip.CreateEntry(FileName(row)).OpenAsync(stop);
                await entry.WriteAsync(bytes, stop);
            }

        return Results.File(file.ToArray(), "application/zip", "workflow-definitions.zip");
    }

    /// <summary>The file; or why there is none: what is stored cannot be read, and an empty file would be taken for it.</summary>
    private static async Task<(byte[] Bytes, IResult? Refused)> BytesAsync(DefinitionRow row, DefinitionLibrary library, CancellationToken stop)
    {
        var (workflow, problem) = await library.TryReadAsync(row.Id, row.Document, null, stop);
        return problem is null ? (JsonSerializer.SerializeToUtf8Bytes(DefinitionJson.Exported(row, workflow), Indented), null) : ([], StudioJson.Refuse(problem, 409));
    }

    /// <summary>By the id, which is the name other definitions use; letters that a file system may not take are left out.</summary>
    private static string FileName(DefinitionRow row) =>
        $"{string.Concat(row.DefinitionId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'))}-v{row.Version}.json";
}
