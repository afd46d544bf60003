using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>The JSON documents of an upload: files as they are, and all <c>.json</c> entries of zip files.</summary>
internal static class UploadedDocuments
{
    /// <summary>Bytes of all documents of one upload, unpacked: a small zip can hold very much.</summary>
    public const long LargestUpload = 64 * 1024 * 1024;

    /// <summary>Every document under the name of its file; or the refusal, if one of them cannot be read.</summary>
    /// <param name="most">One more than this is read of the whole upload, so that the caller sees that there are too many.</param>
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
        catch (Exception e) when (BrokenUpload.Is(e))
        {
            return (documents, StudioJson.Refuse(400, "The upload was cut short or is malformed.", "Biểu mẫu gửi lên bị đứt giữa chừng hoặc sai định dạng."));
        }

        var left = LargestUpload;
        foreach (var file in form.Files)
        {
            try
            {
                await using var stream = file.OpenReadStream();
                if (!file.FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) await AddAsync(file.FileName, stream);
                else
                    await using (var zip = new ZipArchive(stream, ZipArchiveMode.Read))
                        foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).Take(most + 1 - documents.Count))
                        {
                            await using var content = await entry.OpenAsync(stop);
                            await AddAsync($"{file.FileName}/{entry.FullName}", content);
                            if (left < 0) break;
                        }
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                return (documents, StudioJson.Refuse(400, $"{file.FileName} cannot be read: {e.Message}", $"Không đọc được tệp {file.FileName}.", "unreadable"));
            }

            if (left < 0)
                return (documents, StudioJson.Refuse(413, $"The documents are larger than {LargestUpload / 1024 / 1024} MB together, unpacked.", $"Tổng các tệp sau giải nén lớn hơn {LargestUpload / 1024 / 1024} MB."));
            if (documents.Count > most) break;
        }

        return (documents, null);

        async Task AddAsync(string name, Stream content)
        {
            // What the whole upload may still hold; one byte over is enough to know.
            var bytes = await BoundedBody.ReadAsync(content, Math.Min(largest, left), stop);
            if (bytes is null && left < largest) left = -1;
            else if (bytes is null) throw new InvalidDataException($"larger than {largest / 1024 / 1024} MB");
            else
            {
                left -= bytes.Length;
                documents.Add((name, Document(bytes)));
            }
        }
    }

    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    private static JsonObject Document(byte[] bytes) =>
        JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject ?? throw new InvalidDataException("no JSON object");
}
