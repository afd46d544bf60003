using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>
/// How often a failed activity is tried again by itself before it becomes an incident. Data of the activity: its custom property
/// <c>resilienceStrategy</c>, where Elsa's designer keeps it, holds the policy or names one of the setting <c>retry-policies</c>.
/// </summary>
/// <param name="Retries">Tries after the first one.</param>
/// <param name="Delay">Before the first retry, business time.</param>
/// <param name="Backoff">Constant; Linear: n times the delay; Exponential: doubled each time.</param>
/// <param name="Longest">No delay is longer.</param>
public sealed record RetryPolicy(int Retries, TimeSpan Delay, string Backoff, TimeSpan Longest)
{
    /// <summary>Name of the wait for the next try.</summary>
    public const string Wait = "Workflows.Retry";

    /// <summary>Most retries that count; a policy that asks for more gets these.</summary>
    public const int MostRetries = 100;

    private const string Property = "resilienceStrategy";
    private static readonly TimeSpan LongestOfAll = TimeSpan.FromDays(366);

    /// <summary>The policy of the setting that an activity names, or null.</summary>
    public static string? IdOf(ActivityNode node)
    {
        var given = node.CustomProperties[Property];
        return ((given as JsonObject)?["strategyId"].AsText() ?? given.AsText()) is { Length: > 0 } id ? id : null;
    }

    /// <summary>The policy of an activity, or null.</summary>
    /// <exception cref="ActivityFaultException">It names one that is not there, or holds what is no policy.</exception>
    public static RetryPolicy? Of(ActivityNode node, ReferenceData reference)
    {
        if (node.CustomProperties[Property] is not { } given) return null;
        if (IdOf(node) is { } id) given = reference.RetryPolicies?[id] ?? throw new ActivityFaultException($"There is no retry policy '{id}'.", "RetryPolicyException");
        if (given is not JsonObject { Count: > 0 } policy) return null;
        try
        {
            var retries = Values.To<int?>(policy["maxRetryAttempts"]) ?? 3;
            var delay = Values.To<TimeSpan?>(policy["delay"]) ?? TimeSpan.FromSeconds(1);
            var longest = Values.To<TimeSpan?>(policy["maxDelay"]) ?? LongestOfAll;
            return new RetryPolicy(Math.Clamp(retries, 0, MostRetries), delay, policy["backoffType"].AsText() ?? "Exponential", longest);
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException($"The retry policy of '{node.Id}' cannot be read: {e.Message}", "RetryPolicyException", e);
        }
    }

    /// <summary>The pause after this try failed (the first is 1).</summary>
    public TimeSpan After(int attempt)
    {
        var factor = Backoff.ToUpperInvariant() switch { "CONSTANT" => 1, "LINEAR" => attempt, _ => Math.Pow(2, attempt - 1) };
        var longest = Longest < LongestOfAll ? Longest : LongestOfAll;
        return Delay.TotalSeconds * factor < longest.TotalSeconds ? Delay * factor : longest;
    }
}
