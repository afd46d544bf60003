using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Activities;

/// <summary>
/// What SendHttpRequest and FlowSendHttpRequest have in common: the burst only asks for the request and waits; it is sent outside, and the answer comes
/// as an event. Authorization and headers are masked wherever inputs are kept.
/// </summary>
public abstract class HttpRequestStep : Activity
{
    /// <summary>Most bytes that are sent.</summary>
    public const int LargestContent = 100 * 1024;

    public readonly Input<string> Url = new("Url") { LabelVi = "Địa chỉ", LabelEn = "URL", HintVi = "Chỉ gửi tới máy chủ đã được quản trị cho phép", HintEn = "Only servers that the installation allows", TypeName = "Uri" };

    public readonly Input<string> Method = new("Method") { LabelVi = "Phương thức", LabelEn = "Method", UiHint = "dropdown", Default = "GET" };
    public readonly Input<JsonNode> Content = new("Content") { LabelVi = "Nội dung", LabelEn = "Content", TypeName = "Object", UiHint = "multiline" };
    public readonly Input<string> ContentType = new("ContentType") { LabelVi = "Loại nội dung", LabelEn = "Content type" };
    public readonly Input<string> Authorization = new("Authorization") { LabelVi = "Xác thực (Authorization)", LabelEn = "Authorization", IsSensitive = true, Category = "Security" };

    public readonly Input<JsonObject> RequestHeaders = new("RequestHeaders")
    {
        LabelVi = "Đầu mục gửi kèm",
        LabelEn = "Request headers",
        IsSensitive = true,
        UiHint = "json-editor",
        Category = "Advanced",
        TypeName = "UnregisteredClrType:Elsa.Http.HttpHeaders, Elsa.Http",
    };

    public readonly Output StatusCode = new("StatusCode", "Int32");
    public readonly Output ParsedContent = new("ParsedContent");
    public readonly Output ResponseHeaders = new("ResponseHeaders");
    public readonly Output Result = new("Result");

    /// <summary>Why a body in parts is not sent.</summary>
    public const string NoFiles = "A request in parts (multipart) cannot be sent: files are no part of an instance.";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

    protected internal override bool CompletesItself => false;

    /// <summary>Whether a content type asks for parts, of which each may be a file.</summary>
    public static bool IsMultipart(string? contentType) => contentType?.TrimStart().StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;

    protected internal override void Execute(ActivityContext context)
    {
        var (url, method) = (context.Get(Url)?.Trim() ?? "", (context.Get(Method) ?? "GET").ToUpperInvariant());
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) context.Fault($"'{url}' is no absolute address of http or https.");
        if (!Methods.Contains(method)) context.Fault($"There is no method '{method}'; it is one of {string.Join(", ", Methods)}.");
        var content = context.GetRaw("content") switch { null => null, var given => given.AsText() ?? given.ToJsonString() };
        if (content is not null && Encoding.UTF8.GetByteCount(content) > LargestContent) context.Fault($"The content takes more than {LargestContent / 1024} kB.");
        if (content is not null && IsMultipart(context.Get(ContentType))) context.Fault(NoFiles);
        var headers = new JsonObject();
        foreach (var (name, value) in context.Get(RequestHeaders) ?? [])
            headers[name] = value is JsonArray several ? several.DeepClone() : new JsonArray(value?.ToString() ?? "");
        var request = new JsonObject
        {
            ["method"] = method,
            ["url"] = url,
            ["headers"] = headers,
            ["authorization"] = context.Get(Authorization),
            ["content"] = content,
            ["contentType"] = content is null ? null : context.Get(ContentType) is { Length: > 0 } type ? type : context.GetRaw("content") is JsonValue ? "text/plain" : "application/json",
        };
        if (!StorableText.Holds(request)) context.Fault("The request holds a character that cannot be stored (U+0000).");
        var id = context.NewId();
        var wait = context.WaitFor(payload: new JsonObject { ["httpJob"] = id.ToString() });
        context.Effects.HttpJobs.Add(new NewHttpJob(id, Guid.Parse(wait.Id), request));
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        var came = input[HttpOutcome.InputKey] as JsonObject ?? [];
        var kind = came["kind"].AsText();
        if (kind == HttpOutcome.Refused)
        {
            // A retry is a new request: what kept this one back may have been mended.
            context.StopWaiting(bookmark);
            throw new ActivityFaultException(came["error"].AsText() ?? "The request was refused.", "HttpRequestRefused");
        }

        if (kind != HttpOutcome.Response)
        {
            Failed(context, kind == HttpOutcome.Timeout ? "Timeout" : "Failed to connect");
            return;
        }

        var (status, content) = (came["statusCode"]!.GetValue<int>(), Parsed(came));
        context.Set(StatusCode, JsonValue.Create(status));
        context.Set(ParsedContent, content?.DeepClone());
        context.Set(ResponseHeaders, came["headers"]?.DeepClone());
        context.Set(Result, new JsonObject { ["statusCode"] = status, ["headers"] = came["headers"]?.DeepClone(), ["content"] = content?.DeepClone() });
        Answered(context, status);
    }

    /// <summary>The other server answered.</summary>
    protected abstract void Answered(ActivityContext context, int status);

    /// <summary>No try came through: outcome <c>Failed to connect</c> or <c>Timeout</c>.</summary>
    protected abstract void Failed(ActivityContext context, string outcome);

    /// <summary>JSON as what it holds when the server calls it so and it is, else the text.</summary>
    private static JsonNode? Parsed(JsonObject came)
    {
        if (came["content"].AsText() is not { Length: > 0 } text) return null;
        if (came["contentType"].AsText() is { } type && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                if (JsonNode.Parse(text) is { } parsed && StorableText.Holds(parsed)) return parsed;
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                // The text itself, then.
            }
        }

        return JsonValue.Create(text);
    }
}
