using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>
/// The loops that make everything due happen: each second of system time, and when some host nudges. Mails have one of their own, so that a mail
/// server that takes minutes holds up no deadline. Both in every host; hosts share the work by skipping each other's locks. They never end on an error:
/// the database may be away, it is tried again.
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

    private readonly Channel<bool> _nudged = OnePlace(), _mailsNudged = OnePlace();

    /// <summary>When the last turn ended without an error, system time; mails apart. For health checks.</summary>
    public DateTimeOffset? LastTurnAt { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        ListenAsync(cancellation), RepeatAsync("turn", FireAsync, _nudged.Reader, cancellation), RepeatAsync("sending of mails", SendAsync, _mailsNudged.Reader, cancellation));

    /// <summary>True: something was done, so that there may be more.</summary>
    private async Task<bool> FireAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var done = await turn.FireAsync(now, cancellation);
        LastTurnAt = system.GetUtcNow();
        if (!done.IsIdle) _mailsNudged.Writer.TryWrite(true);
        return !done.IsIdle;
    }

    private async Task<bool> SendAsync(DateTimeOffset now, CancellationToken cancellation) => await turn.SendAsync(now, cancellation) > 0;

    private async Task RepeatAsync(string name, Func<DateTimeOffset, CancellationToken, Task<bool>> step, ChannelReader<bool> nudged, CancellationToken cancellation)
    {
        var failures = 0;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await RefreshClockAsync(cancellation);
                var done = await step(clock.Now(), cancellation);
                if (failures > 0) log.LogInformation("The pulse's {Step} goes on after {Failures} failures", name, failures);
                failures = 0;
                // What one step left for another (a burst with a timer that is due) needs no wait; mails that wait in back-off are not work.
                if (!done) await WaitAsync(nudged, cancellation);
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
                if (failures == 1 || failures % 60 == 0) log.LogError(e, "The pulse's {Step} failed ({Failures} in a row)", name, failures);
                await Quietly(Task.Delay(Beat, system, cancellation));
            }
        }
    }

    /// <summary>A hundred nudges ask for one turn.</summary>
    private static Channel<bool> OnePlace() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private async Task RefreshClockAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await clock.Refresh(connection, cancellation);
    }

    private void Wake()
    {
        _nudged.Writer.TryWrite(true);
        _mailsNudged.Writer.TryWrite(true);
    }

    private async Task WaitAsync(ChannelReader<bool> reader, CancellationToken cancellation)
    {
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var nudged = reader.ReadAsync(beat.Token).AsTask();
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
