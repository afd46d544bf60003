using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;

namespace WorkflowEngine.Running;

/// <summary>Registers everything that falls due and goes out; the host adds <see cref="SendDueMails"/> and runs <see cref="Pulse"/>.</summary>
public static class PulseSetup
{
    public static IServiceCollection AddPulse(this IServiceCollection services) => services
        .AddSingleton<FireTimers>().AddSingleton<FireDue>().AddSingleton<CloseDigests>()
        .AddSingleton<RunReadyInstances>(s => s.GetRequiredService<ReadyWorker>().RunAllAsync)
        .AddSingleton<PulseTurn>().AddSingleton<Nudge>().AddSingleton<Pulse>().AddSingleton<AdvanceClock>()
        .AddSingleton<ListOutbox>().AddSingleton<ResendMail>().AddSingleton<RecordBounce>().AddSingleton<DeliveryLedger>()
        .AddSingleton<MailPreferences>().AddSingleton<MailTemplates>()
        .AddSingleton<PauseSchedule>().AddSingleton<HostBeats>().AddSingleton<RetryDeadline>().AddSingleton<PlannedChanges>();
}
