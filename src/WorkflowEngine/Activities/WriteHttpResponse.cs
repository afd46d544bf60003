using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Activities;

/// <summary>
/// Answers the request that an HttpEndpoint has taken, when the run comes here in the request's own step; who was answered with 202 before is not
/// waiting any more. What a browser would run, redirects and headers that are not the definition's business are refused (<see cref="SafeAnswer"/>).
/// </summary>
[Activity("Elsa.WriteHttpResponse", Category = "HTTP", NameVi = "Trả lời HTTP", NameEn = "HTTP Response", TextVi = "Trả lời yêu cầu HTTP vừa nhận.", TextEn = "Answers the HTTP request that was taken.")]
public sealed class WriteHttpResponse : Activity
{
    public readonly Input<string> StatusCode = new("StatusCode") { LabelVi = "Mã trạng thái", LabelEn = "Status code", TypeName = "HttpStatusCode", UiHint = "dropdown", Default = "OK" };
    public readonly Input<JsonNode> Content = new("Content") { LabelVi = "Nội dung", LabelEn = "Content", HintVi = "Văn bản giữ nguyên, đối tượng thành JSON; nhiều nhất 100 kB", HintEn = "Text as it is, an object as JSON; 100 kB at the most", TypeName = "Object", UiHint = "multiline" };
    public readonly Input<string> ContentType = new("ContentType") { LabelVi = "Loại nội dung", LabelEn = "Content type", UiHint = "dropdown" };

    public readonly Input<JsonObject> ResponseHeaders = new("ResponseHeaders")
    {
        LabelVi = "Đầu mục trả về",
        LabelEn = "Response headers",
        HintVi = "X-… và vài đầu mục không ảnh hưởng đến trang",
        HintEn = "X-… and a few that do not concern the site",
        UiHint = "json-editor",
        Category = "Advanced",
        TypeName = "HttpHeaders",
    };

    protected internal override void Execute(ActivityContext context)
    {
        var given = context.GetRaw("content");
        var status = SafeAnswer.Status(context.Get(StatusCode));
        if (status is null) context.Fault($"'{context.Get(StatusCode)}' is no status that may be answered: 2xx, 4xx or 5xx, no redirect.");
        var content = given switch { null => null, var value => value.AsText() ?? value.ToJsonString(JsonMembers.Compact) };
        var asked = context.Get(ContentType) is { Length: > 0 } named ? named : given is JsonValue ? "text/plain" : "application/json";
        var type = SafeAnswer.ContentType(asked);
        if (type is null) context.Fault($"The content type '{asked}' may not be answered from this address; {SafeAnswer.AllTypes} may.");
        if (content is not null && Encoding.UTF8.GetByteCount(content) > SafeAnswer.LargestContent) context.Fault($"The answer takes more than {SafeAnswer.LargestContent / 1024} kB.");
        if (!StorableText.Holds(content)) context.Fault("The answer holds a character that cannot be stored (U+0000).");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.Get(ResponseHeaders) ?? [])
            headers[name] = value is JsonArray several ? string.Join(", ", several.Select(v => v?.ToString())) : value?.ToString() ?? "";
        if (SafeAnswer.Problem(headers) is { } problem) context.Fault(problem);

        var answer = new JsonObject
        {
            ["statusCode"] = status,
            ["contentType"] = content is null ? null : type,
            ["content"] = content,
            ["headers"] = new JsonObject(headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
        };
        if (!HttpCall.Answer(context, answer)) context.Effects.Lines.Add($"The answer of '{context.Node.Id}' has no reader: no request waits for one.");
    }
}
