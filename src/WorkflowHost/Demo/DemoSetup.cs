using WorkflowHost.Identity;

namespace WorkflowHost.Demo;

/// <summary>What only the demo has: its loader and its accounts. Register it in demo mode alone.</summary>
public static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<LoadDemo>();
        services.AddSingleton<DemoAccounts>();
        services.AddSingleton<ReadDemoAccounts>(s => s.GetRequiredService<DemoAccounts>().OfferedAsync);
        return services;
    }
}
