using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>How the Elsa contract writes and refuses: camel case, nulls left out, errors as <c>{statusCode, message, errors}</c>.</summary>
internal static class StudioJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Answer(JsonNode body, int status = 200) => Results.Text(body.ToJsonString(Options), "application/json", System.Text.Encoding.UTF8, status);

    /// <summary>A refusal as Elsa shapes it, with the Vietnamese words beside; <paramref name="code"/> for programs.</summary>
    public static IResult Refuse(int status, string message, string messageVi, string? code = null, IEnumerable<(string Place, string Message)>? errors = null, JsonObject? more = null)
    {
        var places = new JsonObject();
        foreach (var group in (errors ?? []).GroupBy(e => e.Place)) places[group.Key] = new JsonArray([.. group.Select(e => JsonValue.Create(e.Message))]);
        var body = new JsonObject { ["statusCode"] = status, ["code"] = code, ["message"] = message, ["messageVi"] = messageVi, ["errors"] = places };
        foreach (var (name, value) in more ?? []) body[name] = value?.DeepClone();
        return Answer(body, status);
    }

    public static IResult Refuse(DefinitionFormatException unreadable, int status = 400) =>
        Refuse(status, "The definition cannot be read.", "Không đọc được định nghĩa.", "unreadable",
            unreadable.Problems.Select(p => (p.Path, Language.Say(p.MessageVi, p.Message))));

    /// <summary>Levels of a request that holds a definition.</summary>
    public const int DefinitionLevels = 256;

    /// <summary>The request's JSON object; an empty body counts as an empty object, null when it is something else or holds what cannot be stored.</summary>
    /// <param name="levels">How deep it may be nested; values of instances are read with few levels.</param>
    public static async Task<JsonObject?> ReadAsync(HttpRequest request, CancellationToken stop, int levels = StorableText.MostLevels)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(stop);
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            // Read through at once: half a letter or a name given twice would show only where somebody looks.
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = levels, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) is JsonObject body
                && StorableText.Holds(body) ? body : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Addresses of the Elsa contract: the actor is read, and seeing them needs the right to see definitions.</summary>
    public static RouteGroupBuilder MapStudioGroup(this IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapGroup("/elsa/api" + prefix).WithTags("Elsa");
        group.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<RequestActor>().ReadAsync(context.HttpContext.RequestAborted) switch
            {
                null => Refuse(401, "Sign in first.", "Hãy đăng nhập."),
                var actor when !actor.May(Permission.ReadDefinition) => Lacks(Permission.ReadDefinition),
                _ => await next(context),
            });
        return group;
    }

    /// <summary>This endpoint needs a further permission.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, string permission) => endpoint.AddEndpointFilter(async (context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<RequestActor>().Actor.May(permission) ? await next(context) : Lacks(permission));

    public static IResult Lacks(string permission) => Refuse(403, $"This needs the permission {permission}.", $"Việc này cần quyền {permission}.");

    public static IResult Gone() => Refuse(404, "There is no such thing, or you may not see it.", "Không có nội dung này, hoặc bạn không được xem.");

    public static IResult NoObject() => Refuse(400, "The body must be a JSON object that can be stored.", "Nội dung gửi lên phải là một đối tượng JSON lưu được.");

    public static string? Text(this JsonObject body, string name) =>
        body[name].AsText() is { Length: > 0 } text ? text : null;

    /// <summary>Refuses a body in which one of these members is there and no text: taken for missing, it would reach more than was meant.</summary>
    public static IResult? RefuseUnlessTexts(this JsonObject body, params string[] names) =>
        Array.Find(names, n => body[n] is not null && body[n].AsText() is null) is { } odd
            ? Refuse(400, $"{odd} must be a text.", $"{odd} phải là văn bản.")
            : null;

    /// <summary>Names in a list of texts; null when it is missing or empty.</summary>
    public static string[]? Texts(this JsonObject body, string name) =>
        body[name] is JsonArray { Count: > 0 } items ? [.. items.OfType<JsonValue>().Select(i => i.ToString())] : null;

    public static JsonObject List(IEnumerable<JsonNode> items)
    {
        var array = new JsonArray([.. items]);
        return new JsonObject { ["items"] = array, ["count"] = array.Count };
    }

    public static JsonObject Page(IEnumerable<JsonNode> items, int total) => new() { ["items"] = new JsonArray([.. items]), ["totalCount"] = total };
}
