using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// Waits for a request of another program below <c>/workflows</c>; as the start of a definition it begins an instance when the request comes. The
/// request is taken in by the host, bounded and without credentials, and reaches the instance as an event.
/// </summary>
[Activity(TypeName, Category = "HTTP", Kind = "Trigger", NameVi = "Nhận yêu cầu HTTP", NameEn = "HTTP Endpoint", TextVi = "Chờ yêu cầu của chương trình khác tại /workflows/…",
    TextEn = "Waits for a request of another program at /workflows/….")]
public sealed class HttpEndpoint : Activity
{
    public const string TypeName = "Elsa.HttpEndpoint";

    /// <summary>The way out of a body over the limit, where the endpoint asks for it.</summary>
    public const string TooLarge = "Request too large";

    public readonly Input<string> Path = new("Path") { LabelVi = "Đường dẫn", LabelEn = "Path", HintVi = "Ví dụ: don/{ma}", HintEn = "For example: orders/{id}" };
    public readonly Input<List<string>> SupportedMethods = new("SupportedMethods") { LabelVi = "Phương thức", LabelEn = "Methods", TypeName = "List<String>", UiHint = "checklist", Default = (List<string>)["GET"] };

    public readonly Input<bool> Authorize = new("Authorize")
    {
        LabelVi = "Phải đăng nhập",
        LabelEn = "Signed in only",
        HintVi = "Không chọn: vẫn phải đăng nhập, trừ đường dẫn mà quản trị đã mở (Workflows__OpenEndpoints)",
        HintEn = "Unticked: signing in is needed all the same, except for paths that the installation has opened (Workflows__OpenEndpoints)",
        Category = "Security",
    };

    public readonly Input<string> Policy = new("Policy") { LabelVi = "Quyền hoặc chức vụ", LabelEn = "Permission or role", HintVi = "Người gọi phải có, tại đơn vị của lượt chạy", HintEn = "Which the caller must hold, at the instance's unit", Category = "Security" };
    public readonly Input<TimeSpan?> RequestTimeout = new("RequestTimeout") { LabelVi = "Thời gian chờ (không dùng)", LabelEn = "Request timeout (not used)", TypeName = "TimeSpan?", Category = "Upload" };
    public readonly Input<long?> RequestSizeLimit = new("RequestSizeLimit") { LabelVi = "Kích thước lớn nhất (byte)", LabelEn = "Largest body (bytes)", HintVi = "Nhiều nhất 102400", HintEn = "102400 at the most", TypeName = "Int64?", Category = "Upload" };
    public readonly Input<long?> FileSizeLimit = new("FileSizeLimit") { LabelVi = "Tệp lớn nhất (không nhận tệp)", LabelEn = "Largest file (files are not taken)", TypeName = "Int64?", Category = "Upload" };
    public readonly Input<List<string>> AllowedFileExtensions = new("AllowedFileExtensions") { LabelVi = "Đuôi tệp được nhận (không nhận tệp)", LabelEn = "Allowed file extensions (files are not taken)", TypeName = "List<String>", UiHint = "multitext", Category = "Upload" };
    public readonly Input<List<string>> BlockedFileExtensions = new("BlockedFileExtensions") { LabelVi = "Đuôi tệp bị chặn (không nhận tệp)", LabelEn = "Blocked file extensions (files are not taken)", TypeName = "List<String>", UiHint = "multitext", Category = "Upload" };
    public readonly Input<List<string>> AllowedMimeTypes = new("AllowedMimeTypes") { LabelVi = "Loại tệp được nhận (không nhận tệp)", LabelEn = "Allowed MIME types (files are not taken)", TypeName = "List<String>", UiHint = "multitext", Category = "Upload" };
    public readonly Input<bool> ExposeRequestTooLargeOutcome = new("ExposeRequestTooLargeOutcome") { LabelVi = "Có nhánh “quá lớn”", LabelEn = "Has a way out for bodies that are too large", IsWrapped = false, Category = "Outcomes" };
    public readonly Input<bool> ExposeFileTooLargeOutcome = new("ExposeFileTooLargeOutcome") { LabelVi = "Có nhánh “tệp quá lớn” (không nhận tệp)", LabelEn = "Has a way out for files that are too large (files are not taken)", IsWrapped = false, Category = "Outcomes" };
    public readonly Input<bool> ExposeInvalidFileExtensionOutcome = new("ExposeInvalidFileExtensionOutcome") { LabelVi = "Có nhánh “sai đuôi tệp” (không nhận tệp)", LabelEn = "Has a way out for wrong file extensions (files are not taken)", IsWrapped = false, Category = "Outcomes" };
    public readonly Input<bool> ExposeInvalidFileMimeTypeOutcome = new("ExposeInvalidFileMimeTypeOutcome") { LabelVi = "Có nhánh “sai loại tệp” (không nhận tệp)", LabelEn = "Has a way out for wrong MIME types (files are not taken)", IsWrapped = false, Category = "Outcomes" };

    public readonly Output ParsedContent = new("ParsedContent") { LabelVi = "Nội dung", LabelEn = "Parsed content" };
    public readonly Output Files = new("Files", "FormFile[]") { LabelVi = "Các tệp", LabelEn = "Files" };
    public readonly Output File = new("File", "FormFile") { LabelVi = "Tệp", LabelEn = "File" };
    public readonly Output RouteData = new("RouteData", "ObjectDictionary") { LabelVi = "Tham số đường dẫn", LabelEn = "Route data" };
    public readonly Output QueryStringData = new("QueryStringData", "ObjectDictionary") { LabelVi = "Tham số truy vấn", LabelEn = "Query string data" };
    public readonly Output Headers = new("Headers", "ObjectDictionary") { LabelVi = "Đầu mục", LabelEn = "Headers" };
    public readonly Output Result = new("Result", "HttpRequest") { LabelVi = "Yêu cầu", LabelEn = "Request" };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.TakeTrigger())
        {
            Come(context, context.Burst.ThisRun.Input[HttpCall.InputKey] as JsonObject ?? []);
            return;
        }

        var (path, problem) = EndpointPath.Read(context.Get(Path));
        if (path is null) context.Fault(problem.En);
        var methods = (context.Get(SupportedMethods) ?? []).Select(m => m.Trim().ToUpperInvariant()).Distinct(StringComparer.Ordinal).ToArray();
        if (methods.Length == 0 || methods.Except(EndpointPath.Methods).Any()) context.Fault($"The methods of an endpoint are one or more of {string.Join(", ", EndpointPath.Methods)}.");
        var policy = context.Get(Policy)?.Trim() is { Length: > 0 } named ? named : null;
        var rule = new EndpointRule(path.Text, context.Get(Authorize), policy, EndpointRule.Limit(context.GetRaw("requestSizeLimit")), EndpointRule.IsYes(context.GetRaw("exposeRequestTooLargeOutcome")));
        foreach (var method in methods) context.WaitFor(payload: rule.ToJson(method), hash: Stimulus.HashOfRequest(method, path.Shape));
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input) => Come(context, input[HttpCall.InputKey] as JsonObject ?? []);

    private void Come(ActivityContext context, JsonObject request)
    {
        HttpCall.Reach(context, request["call"].AsText());
        context.Set(ParsedContent, request["content"]?.DeepClone());
        context.Set(RouteData, request["route"]?.DeepClone());
        context.Set(QueryStringData, request["query"]?.DeepClone());
        context.Set(Headers, request["headers"]?.DeepClone());
        context.Set(Result, new JsonObject(request.Where(m => m.Key != "call").Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))));
        if (EndpointRule.IsYes(request["tooLarge"])) context.Complete(TooLarge);
        else context.Complete();
    }
}
