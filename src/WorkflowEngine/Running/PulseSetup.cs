using Microsoft.Extensions.DependencyInjection;

namespace WorkflowEngine.Running;

/// <summary>Registers the loop that makes everything due happen; the host adds <see cref="SendDueMails"/> and runs <see cref="Pulse"/>.</summary>
public static class PulseSetup
{
    public static IServiceCollection AddPulse(this IServiceCollection services) => services
        .AddSingleton<RunReadyInstances>(s => s.GetRequiredService<ReadyWorker>().RunAllAsync)
        .AddSingleton<PulseTurn>().AddSingleton<Nudge>().AddSingleton<Pulse>().AddSingleton<AdvanceClock>();
}
