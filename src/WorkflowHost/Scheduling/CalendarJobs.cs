namespace WorkflowHost.Scheduling;

/// <summary>A job that follows the calendar of the machine (system time, Vietnam's zone).</summary>
/// <param name="Name">Name of the job and its class.</param>
/// <param name="Trigger">Name of its one trigger.</param>
/// <param name="Cron">Quartz's expression: seconds, minutes, hours, days.</param>
public sealed record CalendarJob(string Name, string Trigger, string Cron)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<CalendarJob> All =
    [
        new(nameof(Housekeeping), "nightly", "0 30 2 * * ?"),
        new(nameof(SettleCalendars), "each-minute", "30 * * * * ?"),
    ];
}
