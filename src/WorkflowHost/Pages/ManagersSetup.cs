using WorkflowEngine.Running;
using WorkflowHost.Api;
using WorkflowHost.Pages.Demo;
using WorkflowHost.Pages.Ladders;
using WorkflowHost.Pages.Outbox;
using WorkflowHost.Pages.Overdue;
using WorkflowHost.Pages.Plans;
using WorkflowHost.Web;

namespace WorkflowHost.Pages;

/// <summary>The pages of managers and operators and the instances API.</summary>
public static class ManagersSetup
{
    /// <param name="demo">Shows the clock bar.</param>
    public static IServiceCollection AddManagers(this IServiceCollection services, bool demo)
    {
        services.AddSingleton<CancelInstance>();
        services.AddSingleton<OperateInstance>();
        services.AddSingleton<IncidentQueries>();
        services.AddSingleton<PlanPageQueries>();
        services.AddSingleton<PlanWaits>();
        services.AddSingleton<PlanStories>();
        services.AddSingleton<PlanUnits>();
        services.AddSingleton<OverdueQueries>();
        services.AddSingleton<LadderUses>();
        services.AddSingleton<Organisation.UnitsToChange>();
        services.AddSingleton<OutboxPlans>();
        services.AddSingleton<InstanceQueries>();
        if (!demo) return services;
        services.AddSingleton<ReadClockBar>();
        services.AddSingleton<ReadDemoClock>(s => context =>
            context.User.Identity?.IsAuthenticated == true ? s.GetRequiredService<ReadClockBar>().ReadAsync(context.RequestAborted) : Task.FromResult<DemoClock?>(null));
        return services;
    }

    /// <summary>Adds the addresses that are no pages.</summary>
    public static void MapManagers(this IEndpointRouteBuilder routes)
    {
        routes.MapOverdueCsv();
        routes.MapInstancesApi();
        routes.MapIncidentsApi();
    }
}
