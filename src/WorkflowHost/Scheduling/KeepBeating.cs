using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>
/// Signs this host in before the pulse and Quartz begin, so that what was missed while all hosts were down is counted before it is made up for; then
/// says every two seconds that it is there. The database may be away: it is tried again at the next beat.
/// </summary>
public sealed class KeepBeating(HostBeats beats, ThisHost host, BusinessClock clock, TimeProvider system, ILogger<KeepBeating> log) : BackgroundService
{
    private const string MissedJobs =
        """
        -- KeepBeating.MissedJobs
        select t.job_name from quartz.qrtz_triggers t where t.next_fire_time > 0 and t.next_fire_time < $1 and t.job_name = any($2) order by 1
        """;

    private const string HasQuartz =
        """
        -- KeepBeating.HasQuartz
        select to_regclass('quartz.qrtz_triggers') is not null
        """;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await beats.StartAsync(host.Name, clock.Now(), MissedJobsAsync, cancellationToken) is { } outage)
                log.LogWarning("No host ran from {From:u} to {Until:u}; what fell due meanwhile is made up for now", outage.From, outage.Until);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning(e, "The host could not sign in; it beats on");
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TouchAsync(stops: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(HostBeats.Beat, system);
        try
        {
            while (await beat.WaitForNextTickAsync(stoppingToken)) await TouchAsync(stops: false, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TouchAsync(bool stops, CancellationToken cancellation)
    {
        try
        {
            await beats.TouchAsync(host.Name, stops, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or InvalidOperationException)
        {
            log.LogDebug(e, "A sign of life could not be written");
        }
    }

    private async Task<IReadOnlyList<string>> MissedJobsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (!(await Db.Command(connection, HasQuartz).ListAsync(r => r.GetBoolean(0), cancellation))[0]) return [];
        return await Db.Command(connection, MissedJobs, Db.P(system.GetUtcNow().UtcTicks), Db.Texts([.. CalendarJob.All.Select(j => j.Name)]))
            .ListAsync(r => r.GetString(0), cancellation);
    }
}
