using System.Text.Json.Nodes;
using WorkflowHost.StudioApi;

namespace WorkflowHost.Endpoints;

/// <summary>What callers of endpoints are told when no definition answers them: ProblemDetails with the Vietnamese words beside.</summary>
internal static class Refusals
{
    public static IResult Bad(int status, string code, string vi, string en, Guid? instance = null)
    {
        var body = new JsonObject { ["type"] = code, ["title"] = en, ["titleVi"] = vi, ["status"] = status };
        if (instance is { } id) body["workflowInstanceId"] = id.ToString();
        return Results.Text(body.ToJsonString(StudioJson.Options), "application/problem+json", System.Text.Encoding.UTF8, status);
    }
}
