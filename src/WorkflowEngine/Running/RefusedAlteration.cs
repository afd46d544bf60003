using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Running;

/// <summary>An alteration failed half-way, and what it had changed by then nobody can put back.</summary>
internal sealed class AlterationFailedException(long eventId, int place, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>The event that brought it.</summary>
    public long EventId { get; } = eventId;

    /// <summary>Its place among the alterations of that event, from 0.</summary>
    public int Place { get; } = place;
}

/// <summary>
/// What is wrong with an alteration stops the alteration, not the instance: the burst is run again from where it began with that one refused, named in
/// the body of its event. So nothing of it is left, and a replay does as the burst did.
/// </summary>
internal static class RefusedAlteration
{
    private const string Member = "refused", At = "at", Reason = "reason";

    /// <summary>The place of the alteration that this event's burst may not carry out, and why; -1: it may try all of them.</summary>
    public static (int Place, string? Reason) Of(InstanceEvent e) =>
        e.Body[Member] is JsonObject refused ? (refused[At]!.GetValue<int>(), refused[Reason].AsText()) : (-1, null);

    /// <summary>The events of a burst without what has failed in it.</summary>
    public static IReadOnlyList<InstanceEvent> In(IReadOnlyList<InstanceEvent> events, AlterationFailedException failed) =>
        [.. events.Select(e => e.Id == failed.EventId && e.Kind == EventKind.Alter ? With(e, failed.Place, failed.Message) : e)];

    /// <summary>
    /// What to try next when a burst, or its commit, has failed as a whole: with the events up to the first alteration, the others have bursts of their own; then without
    /// the last alteration of those, then without the last two, and so on. Null: it is none of them.
    /// </summary>
    public static LoadedInstance? Less(LoadedInstance loaded, string reason)
    {
        var first = loaded.Events.ToList().FindIndex(e => e.Kind == EventKind.Alter);
        if (first < 0 || loaded.Unreadable is not null) return null;
        if (first < loaded.Events.Count - 1) return loaded with { Events = [.. loaded.Events.Take(first + 1)] };
        var altered = loaded.Events[first];
        var refused = Of(altered).Place;
        var place = (refused >= 0 ? refused : (altered.Body["alterations"] as JsonArray)?.OfType<JsonObject>().Count() ?? 0) - 1;
        return place < 0 ? null : loaded with { Events = [.. loaded.Events.Take(first), With(altered, place, reason)] };
    }

    private static InstanceEvent With(InstanceEvent e, int place, string reason)
    {
        var body = (JsonObject)e.Body.DeepClone();
        body[Member] = new JsonObject { [At] = place, [Reason] = StorableText.Mended(reason) };
        return e with { Body = body };
    }
}
