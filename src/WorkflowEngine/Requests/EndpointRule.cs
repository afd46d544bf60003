using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Requests;

/// <summary>What an endpoint asks of a request, as its trigger and its waits keep it.</summary>
/// <param name="Path">As <see cref="EndpointPath.Text"/>.</param>
/// <param name="Authorize">Only somebody who is signed in.</param>
/// <param name="Policy">A permission, or a role, that one must hold; null: none.</param>
/// <param name="SizeLimit">Most bytes of the body.</param>
/// <param name="TellsTooLarge">A larger body takes the outcome <c>Request too large</c> instead of being refused.</param>
public sealed record EndpointRule(string Path, bool Authorize, string? Policy, int SizeLimit, bool TellsTooLarge)
{
    /// <summary>Most bytes of a body whatever the endpoint says; the state of an instance is bounded too.</summary>
    public const int LargestContent = 100 * 1024;

    public JsonObject ToJson(string method) => new()
    {
        ["path"] = Path,
        ["method"] = method,
        ["authorize"] = Authorize,
        ["policy"] = Policy,
        ["requestSizeLimit"] = SizeLimit,
        ["exposeRequestTooLargeOutcome"] = TellsTooLarge,
    };

    public static EndpointRule Of(JsonObject payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return new EndpointRule(
            payload["path"].AsText() ?? "", IsYes(payload["authorize"]), payload["policy"].AsText() is { Length: > 0 } policy ? policy : null,
            Limit(payload["requestSizeLimit"]), IsYes(payload["exposeRequestTooLargeOutcome"]));
    }

    /// <summary>A limit as it is given, within the bound of all endpoints.</summary>
    internal static int Limit(JsonNode? given) =>
        long.TryParse(given?.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? (int)Math.Min(bytes, LargestContent) : LargestContent;

    /// <summary>Yes as designers' tools write it: true, or its name.</summary>
    internal static bool IsYes(JsonNode? given) => string.Equals(given?.ToString(), "true", StringComparison.OrdinalIgnoreCase);
}
