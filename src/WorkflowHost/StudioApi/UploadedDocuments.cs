using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>The JSON documents of an upload: files as they are, and all <c>.json</c> entries of zip files.</summary>
internal static class UploadedDocuments
{
    /// <summary>Every document under the name of its file; or the refusal, if one of them cannot be read.</summary>
    /// <param name="most">Of a zip one more than this is read, so that the caller sees that there are too many.</param>
    /// <param name="largest">Bytes of one document.</param>
    public static async Task<(List<(string File, JsonObject Document)> Documents, IResult? Refused)> ReadAsync(HttpRequest http, int most, long largest, CancellationToken stop)
    {
        var documents = new List<(string File, JsonObject Document)>();
        if (!http.HasFormContentType) return (documents, StudioJson.Refuse(400, "Send files as multipart/form-data.", "Hãy gửi tệp dạng multipart/form-data."));
        IFormCollection form;
        try
        {
            form = await http.ReadFormAsync(stop);
        }
        catch (InvalidDataException e)
        {
            return (documents, StudioJson.Refuse(400, $"The form cannot be read: {e.Message}", "Không đọc được biểu mẫu gửi lên."));
        }

        foreach (var file in form.Files)
        {
            try
            {
                await using var stream = file.OpenReadStream();
                if (!file.FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) documents.Add((file.FileName, await DocumentAsync(stream, largest, stop)));
                else
                    await using (var zip = new ZipArchive(stream, ZipArchiveMode.Read))
                        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).Take(most + 1))
                        {
                            await using var content = await entry.OpenAsync(stop);
                            documents.Add(($"{file.FileName}/{entry.FullName}", await DocumentAsync(content, largest, stop)));
                        }
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                return (documents, StudioJson.Refuse(400, $"{file.FileName} cannot be read: {e.Message}", $"Không đọc được tệp {file.FileName}.", "unreadable"));
            }
        }

        return (documents, null);
    }

    /// <summary>A JSON object of at most so many bytes.</summary>
    /// <exception cref="InvalidDataException">It is larger, or something else.</exception>
    private static async Task<JsonObject> DocumentAsync(Stream stream, long largest, CancellationToken stop)
    {
        var bytes = await BoundedBody.ReadAsync(stream, largest, stop) ?? throw new InvalidDataException($"larger than {largest / 1024 / 1024} MB");
        return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject ?? throw new InvalidDataException("no JSON object");
    }
}
