using System.Data.Common;
using Npgsql;
using Quartz;

namespace WorkflowHost.Scheduling;

/// <summary>
/// Quartz, persistent and clustered on the same database (schema <c>quartz</c>), for what follows the calendar of the machine. It runs on
/// system time; everything that falls due for an instance or task is the pulse's.
/// </summary>
public static class SchedulingSetup
{
    private static readonly TimeZoneInfo Vietnam = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<DbDataSource>(s => s.GetRequiredService<NpgsqlDataSource>());
        services.AddSingleton<ThisHost>();
        services.AddSingleton<RecordRuns>();
        services.AddSingleton<ReadScheduler>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<OperateSchedule>();
        services.AddQuartz(q =>
        {
            q.ConfigureScheduler(o =>
            {
                o.InstanceName = "workflows";
                o.InstanceId = $"{Environment.MachineName}-{Environment.ProcessId}";
                o.DefaultTimeZone = Vietnam;
            });
            q.UseDefaultThreadPool(2);
            q.UsePersistentStore(s =>
            {
                s.UsePostgres(d => d.UseRegisteredDataSource = true);
                s.UseSystemTextJsonSerializer();
                s.ProvisionSchema();
                s.UseClustering(c =>
                {
                    c.CheckinInterval = TimeSpan.FromSeconds(2);
                    c.CheckinMisfireThreshold = TimeSpan.FromSeconds(5);
                });
                s.ConfigureStore(o => o.TablePrefix = "quartz.qrtz_");
            });
            q.AddJob<Housekeeping>(j => j.WithIdentity(nameof(Housekeeping)).StoreDurably().RequestRecovery());
            q.AddJob<SettleCalendars>(j => j.WithIdentity(nameof(SettleCalendars)).StoreDurably());
            foreach (var job in CalendarJob.All)
                q.AddTrigger(t => t.WithIdentity(job.Trigger).ForJob(job.Name)
                    .WithSchedule(CronScheduleBuilder.Create(job.Cron).InTimeZone(Vietnam).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
    }
}
