using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>
/// The loop that makes everything due happen: each second of system time, and when some host nudges. One in every host; they share the work by
/// skipping each other's locks. It never ends on an error: the database may be away, it is tried again.
/// </summary>
public sealed class Pulse(NpgsqlDataSource database, BusinessClock clock, TimeProvider system, PulseTurn turn, ILogger<Pulse> log)
{
    /// <summary>The longest wait between two turns, system time.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private const string Listen =
        """
        -- Pulse.Listen
        listen workflow_ready
        """;

    // One place: a hundred nudges ask for one turn.
    private readonly Channel<bool> _nudged = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>When the last turn ended without an error, system time; for health checks.</summary>
    public DateTimeOffset? LastTurnAt { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var listening = ListenAsync(cancellation);
        var failures = 0;
        var sending = Task.CompletedTask;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await RefreshClockAsync(cancellation);
                var now = clock.Now();
                // Beside the turns: instances and deadlines do not wait for the mail server. What it failed of is told by the turn after.
                var sent = sending;
                if (sent.IsCompleted) sending = SendAsync(now, cancellation);
                var done = await turn.WorkAsync(now, cancellation);
                if (sent.IsFaulted) await sent;
                LastTurnAt = system.GetUtcNow();
                if (failures > 0) log.LogInformation("The pulse goes on after {Failures} failures", failures);
                failures = 0;
                // What one step left for another (a burst with a timer that is due) needs no wait; mails that wait in back-off are not work.
                if (!done.IsIdle) continue;
                await WaitAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // the loop outlives whatever a turn meets; the error is logged and the turn repeated
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                EngineMeter.FailedTurns.Add(1);
                if (failures == 1 || failures % 60 == 0) log.LogError(e, "A turn of the pulse failed ({Failures} in a row)", failures);
                await Quietly(Task.Delay(Beat, system, cancellation));
            }
        }

        await Quietly(listening);
        await Task.WhenAny(sending);
    }

    private async Task SendAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // What was queued meanwhile is due at a later time than this sending was about.
        if (await turn.SendAsync(now, cancellation) > 0) Wake();
    }

    private async Task RefreshClockAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await clock.Refresh(connection, cancellation);
    }

    private void Wake() => _nudged.Writer.TryWrite(true);

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var nudged = _nudged.Reader.ReadAsync(beat.Token).AsTask();
        await Task.WhenAny(nudged, Task.Delay(Beat, system, beat.Token));
        await beat.CancelAsync();
        await Quietly(nudged);
    }

    /// <summary>Keeps one connection that hears the nudges of all hosts; when it breaks, the beat goes on and it is opened anew.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                connection.Notification += (_, _) => Wake();
                await using (var listen = new NpgsqlCommand(Listen, connection)) await listen.ExecuteNonQueryAsync(cancellation);
                while (true) await connection.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
            {
                log.LogDebug(e, "The listener lost its connection");
                await Quietly(Task.Delay(Beat, system, cancellation));
            }
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }
    }
}
