using Npgsql;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Outgoing;

/// <summary>Sends the requests that bursts have asked for: a few at a time, each in a transaction of its own that holds its row, as long as the host runs.</summary>
/// <remarks>What survives a crash: a request whose answer was not recorded is sent again with the same Idempotency-Key; nothing is lost.</remarks>
public sealed class SendHttpJobs(
    NpgsqlDataSource database, GuardedClient client, BusinessClock clock, TimeProvider system, CrashPoints crashPoints, Nudge nudge, ILogger<SendHttpJobs> log) : BackgroundService
{
    /// <summary>Requests on their way at once, for each host.</summary>
    public const int Workers = 4;

    /// <summary>The longest wait before a new request is seen, system time.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends what is due at system time <paramref name="at"/> until nothing is; returns how many tries were made.</summary>
    public async Task<int> RunAsync(DateTimeOffset at, CancellationToken cancellation = default)
    {
        var since = system.GetTimestamp();
        if (!await OneAsync(at, since, cancellation)) return 0;
        return 1 + (await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(at, since, cancellation)))).Sum();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(system.GetUtcNow(), stoppingToken);
                failures = 0;
                await Task.Delay(Beat, system, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the loop outlives whatever it meets: the database may be away
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (failures++ % 60 == 0) log.LogError(e, "Requests to other servers cannot be sent ({Failures} failures in a row)", failures);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), system, stoppingToken));
            }
        }
    }

    private async Task<int> WorkAsync(DateTimeOffset at, long since, CancellationToken cancellation)
    {
        for (var sent = 0; ; sent++)
            if (!await OneAsync(at, since, cancellation)) return sent;
    }

    /// <param name="since">When the pass began: the pause before another try counts from the end of this one.</param>
    private async Task<bool> OneAsync(DateTimeOffset at, long since, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await HttpJob.NextAsync(connection, at, cancellation) is not { } job) return false;
        crashPoints.Hit("http-before-send");
        var outcome = await TryAsync(job, cancellation);
        crashPoints.Hit("http-after-answer");
        if (outcome.Error is { } error) log.LogWarning("Request {Job} of instance {Instance}, try {Try}: {Reason}", job.Id, job.InstanceId, job.Attempts + 1, error);
        var told = await job.RecordAsync(connection, outcome, clock.Now(), at + system.GetElapsedTime(since), cancellation);
        await transaction.CommitAsync(cancellation);
        crashPoints.Hit("http-after-commit");
        if (told) nudge.Now();
        return true;
    }

    /// <summary>A failure that nobody thought of counts as a try like any other: it must not hold up every request behind it.</summary>
    private async Task<HttpOutcome> TryAsync(HttpJob job, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(job.Id, job.Request, cancellation);
        }
#pragma warning disable CA1031 // it ends in the job's row and in the log
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Request {Job} of instance {Instance} broke its sender", job.Id, job.InstanceId);
            return new HttpOutcome(HttpOutcome.FailedToConnect, Error: StorableText.Mended(e.Message));
        }
    }
}
