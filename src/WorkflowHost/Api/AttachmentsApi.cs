using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks.Attachments;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Api;

/// <summary>
/// <c>/api/tasks/{id}/attachments</c>: files of a task, streamed both ways. A browser's session sends its antiforgery token in the header: looking
/// for it in the form would read the whole body first.
/// </summary>
public static class AttachmentsApi
{
    /// <summary>Room for the frame of a multipart body around the largest file.</summary>
    private const long LargestRequest = AddAttachment.MaximumBytes + 1024 * 1024;

    internal static void Map(RouteGroupBuilder tasks)
    {
        tasks.MapPost("/{id:guid}/attachments", Add).WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .Produces<TasksApi.Changed>().WithName("AddAttachment").WithSummary("Adds a file: multipart/form-data with one file, or the bytes with ?name=");
        tasks.MapGet("/{id:guid}/attachments/{attachment:guid}", Read).WithName("ReadAttachment").WithSummary("The content of a file");
        tasks.MapDelete("/{id:guid}/attachments/{attachment:guid}", (Guid id, Guid attachment, RequestActor who, RemoveAttachment remove, Runner runner, CancellationToken stop) =>
            TasksApi.Run(remove.RemoveAsync(who.Actor, new(id, attachment), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<TasksApi.Changed>().WithName("RemoveAttachment").WithSummary("Removes a file that was not handed in yet");
    }

    private static async Task<IResult> Add(
        Guid id, HttpRequest request, RequestActor who, AddAttachment add, Runner runner, CancellationToken stop, string? name = null, string? field = null)
    {
        var (content, fileName) = ((Stream?)request.Body, name);
        try
        {
            if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
                if (boundary?.Length > BrokenUpload.LongestBoundary) return Broken();
                (content, fileName) = await FirstFile(boundary, request.Body, stop) is { } file ? (file.Content, name ?? file.Name) : (null, null);
            }

            if (content is null) return Problems.Validation("file", "Chưa có tệp. Hãy chọn tệp.", "There is no file. Choose one.");
            return await TasksApi.Run(add.AddAsync(who.Actor, new(id, field, fileName), content, who.Now, who.RecordedAt, stop), runner, stop);
        }
        catch (Exception e) when (BrokenUpload.Is(e))
        {
            return Broken();
        }
    }

    private static IResult Broken() =>
        Problems.Unreadable("file", "Tệp gửi lên bị đứt giữa chừng hoặc sai định dạng. Hãy gửi lại.", "The upload was cut short or is malformed. Send it again.");

    private static async Task<(Stream Content, string? Name)?> FirstFile(string? boundary, Stream body, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(boundary)) return null;
        var reader = new MultipartReader(boundary, body);
        while (await reader.ReadNextSectionAsync(stop) is { } section)
            if (section.AsFileSection() is { FileStream: { } content } file) return (content, file.FileName);
        return null;
    }

    private static async Task<IResult> Read(Guid id, Guid attachment, HttpResponse response, RequestActor who, ReadAttachment read, CancellationToken stop)
    {
        if (await read.FindAsync(who.Actor, id, attachment, who.Now, stop) is not { } file) return Problems.NotFound();
        // Never shown inside our own pages: a file of somebody else must not run there.
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = file.Name }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers.CacheControl = "private, no-store";
        response.ContentType = file.MediaType;
        response.ContentLength = file.Size;
        await read.CopyToAsync(file, response.Body, stop);
        return Results.Empty;
    }
}
