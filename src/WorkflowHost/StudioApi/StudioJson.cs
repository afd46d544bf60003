using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

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

    public static IResult Refuse(int status, string message, params IEnumerable<(string Place, string Message)> errors)
    {
        var places = new JsonObject();
        foreach (var group in errors.GroupBy(e => e.Place)) places[group.Key] = new JsonArray([.. group.Select(e => JsonValue.Create(e.Message))]);
        return Answer(new JsonObject { ["statusCode"] = status, ["message"] = message, ["errors"] = places }, status);
    }

    public static IResult Refuse(DefinitionFormatException unreadable) =>
        Refuse(400, "The definition cannot be read.", unreadable.Problems.Select(p => (p.Path, p.Message)));

    /// <summary>The request's JSON object; an empty body counts as an empty object, null when it is something else.</summary>
    public static async Task<JsonObject?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(stop);
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 256, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the actor and asks for the right to write definitions.</summary>
    public static RouteGroupBuilder RequireDesigner(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<RequestActor>().ReadAsync(context.HttpContext.RequestAborted) switch
            {
                null => Refuse(401, "Sign in first."),
                var actor when !actor.May(Permission.Design) => Refuse(403, "Running definitions needs the permission definition.write."),
                _ => await next(context),
            });
        return group;
    }

    public static string? Text(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
