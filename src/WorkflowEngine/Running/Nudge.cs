using Microsoft.Extensions.Logging;
using Npgsql;

namespace WorkflowEngine.Running;

/// <summary>
/// Tells the pulses of all hosts that there is work: one NOTIFY a host per 20 ms at the most, after commits and never inside one (a commit that
/// notifies takes a lock that halves the rate). Losing one costs a poll of a second.
/// </summary>
public sealed class Nudge(NpgsqlDataSource database, TimeProvider system, ILogger<Nudge> log)
{
    public const string Channel = "workflow_ready";

    /// <summary>The least time between two notifications of this host.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    private const string Send =
        """
        -- Nudge.Send
        select pg_notify('workflow_ready', '')
        """;

    private int _waiting;

    /// <summary>
    /// Asks all hosts, this one too, for a turn <see cref="Quiet"/> from now; returns at once. Call it after the commit. The pause leaves a request
    /// that goes on with its own instance the first go at it.
    /// </summary>
    public void Now()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0) _ = SendSoonAsync();
    }

    private async Task SendSoonAsync()
    {
        try
        {
            await Task.Delay(Quiet, system);
            Volatile.Write(ref _waiting, 0);
            await using var command = database.CreateCommand(Send);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or InvalidOperationException)
        {
            log.LogDebug(e, "A nudge was lost; the pulses poll");
        }
    }
}
