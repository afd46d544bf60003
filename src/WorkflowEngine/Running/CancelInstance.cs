using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of a wish to cancel an instance.</summary>
public abstract record CancelAnswer
{
    /// <summary>Taken in: from here on it cannot be lost. <paramref name="Settled"/> false: still being worked on (answer 202).</summary>
    public sealed record Taken(bool Settled) : CancelAnswer;

    /// <summary>There is none, or the actor may not even see it.</summary>
    public sealed record Unknown : CancelAnswer;

    /// <summary>The actor may see it and holds no right to operate its unit's instances.</summary>
    public sealed record Forbidden : CancelAnswer;

    /// <summary>It is over, as Finished or Cancelled: before the wish, or by an event that was there before it.</summary>
    public sealed record Over(string SubStatus) : CancelAnswer;

    /// <summary>No reason, or one that cannot be stored or is longer than <see cref="CancelInstance.LongestReason"/>.</summary>
    public sealed record ReasonNeeded : CancelAnswer;
}

/// <summary>
/// Cancels an instance and with it its children, open tasks, clocks and waits; a faulted one too. Nothing is deleted. The instance's own burst
/// does it; this only takes the wish in.
/// </summary>
/// <remarks>What survives a crash: once the event and its audit row are committed, any Runner carries it out.</remarks>
public sealed class CancelInstance(NpgsqlDataSource database, Runner runner)
{
    /// <summary>Most characters of a reason.</summary>
    public const int LongestReason = 2000;

    private const string End =
        """
        -- CancelInstance.End
        select sub_status from instance where id = $1
        """;

    /// <summary>Takes the wish in at business time <paramref name="now"/> and runs the instance at once.</summary>
    public async Task<CancelAnswer> RunAsync(
        Actor actor, Guid instanceId, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason || !StorableText.Holds(reason)) return new CancelAnswer.ReasonNeeded();
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            var found = (await OperateInstance.TakeAsync(connection, actor, [instanceId], EventKind.Cancel, new JsonObject { ["reason"] = reason.Trim() }, now, recordedAt, cancellation)).GetValueOrDefault(instanceId);
            if (found is null or { May: false, Sees: false }) return new CancelAnswer.Unknown();
            if (!found.May) return new CancelAnswer.Forbidden();
            if (found.Event is null) return new CancelAnswer.Over(found.SubStatus);
        }

        if (await runner.RunNowAsync(instanceId, cancellation) == RunAnswer.Working) return new CancelAnswer.Taken(Settled: false);
        await using var after = await database.OpenConnectionAsync(cancellation);
        var subStatus = (await Command(after, End, P(instanceId)).ListAsync(r => r.GetString(0), cancellation))[0];
        return subStatus == nameof(SubStatus.Cancelled) ? new CancelAnswer.Taken(Settled: true) : new CancelAnswer.Over(subStatus);
    }
}
