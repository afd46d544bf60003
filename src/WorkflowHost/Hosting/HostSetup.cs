using Unions;
using WorkflowEngine;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Scheduling;
using WorkflowHost.Web;

namespace WorkflowHost.Hosting;

/// <summary>The host on an open installation: services, the way of a request, addresses. Program and tests build it the same way.</summary>
public static class HostSetup
{
    public static WebApplication Build(WebApplicationOptions options, Installation installation, Action<WebApplicationBuilder>? adapt = null)
    {
        var builder = WebApplication.CreateBuilder(options);
        var services = builder.Services;
        services.AddSingleton(installation);
        services.AddSingleton(ShellSettings.From(builder.Configuration) with { Demo = installation.Mode == Mode.Demo });
        services.AddWorkflowEngine(installation.Database, movableClock: installation.Mode == Mode.Demo, typeof(UnionSetup).Assembly);
        foreach (var statement in UnionSetup.Statements) services.AddSingleton(statement);
        if (installation.Mode == Mode.Demo) services.AddSingleton(CrashPoints.Armed(builder.Configuration["WORKFLOWS_CRASH_AT"]));
        services.AddScheduling();
        builder.AddIdentity();
        builder.AddWeb();
        adapt?.Invoke(builder);

        var app = builder.Build();
        app.UseWeb();
        app.MapWeb();
        return app;
    }
}
