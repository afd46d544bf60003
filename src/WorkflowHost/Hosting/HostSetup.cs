using Unions;
using WorkflowEngine;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Api;
using WorkflowHost.Calendars;
using WorkflowHost.Demo;
using WorkflowHost.Email;
using WorkflowHost.Endpoints;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Outgoing;
using WorkflowHost.Pages;
using WorkflowHost.Scheduling;
using WorkflowHost.StudioApi;
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
        services.AddWorkflowEngine(installation.Database, installation.Clock, typeof(UnionSetup).Assembly);
        foreach (var statement in UnionSetup.Statements) services.AddSingleton(statement);
        services.AddSingleton(UnionSetup.Register);
        if (installation.Mode == Mode.Demo)
        {
            services.AddDemo();
            services.AddSingleton(CrashPoints.Armed(builder.Configuration["WORKFLOWS_CRASH_AT"]));
        }

        var publicUrl = PublicUrl.Read(builder.Configuration, installation.Mode);
        services.AddEmail(installation.Smtp(builder.Configuration), publicUrl, SmtpSettings.ReadReplyTo(builder.Configuration));
        services.AddHostedService<KeepBeating>();
        services.AddSingleton(new AllowedHosts(builder.Configuration["Workflows:HttpHosts"], builder.Configuration["Workflows:HttpPrivateNetworks"]));
        services.AddSingleton(s => new GuardedClient(s.GetRequiredService<AllowedHosts>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SendHttpJobs>();
        services.AddHostedService(s => s.GetRequiredService<SendHttpJobs>());
        services.AddSingleton(new OpenEndpoints(builder.Configuration["Workflows:OpenEndpoints"]));
        services.AddSingleton<EndpointGate>();
        services.AddHostedService<PulseLoop>();
        services.AddScheduling();
        services.AddScoped<RequestActor>();
        services.AddSingleton<TaskQueries>();
        services.AddSingleton<DeadlineQueries>();
        services.AddSingleton<ExtensionConsequences>();
        services.AddSingleton<Unions.Organisation.ChangeUnits>();
        services.AddSingleton(Unions.Organisation.PlannedUnitChanges.Apply);
        services.AddSingleton<Unions.Organisation.PlannedUnitChanges>();
        services.AddInbox();
        services.AddManagers(installation.Mode == Mode.Demo);
        services.AddStudio();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Workflows";
            return Task.CompletedTask;
        }));
        builder.AddIdentity();
        builder.AddWeb();
        adapt?.Invoke(builder);

        var app = builder.Build();
        if (installation.Mode == Mode.Production && string.IsNullOrEmpty(builder.Configuration[KeyCertificate.PathKey]))
            app.Logger.LogWarning("{Setting} is not set: the keys of sessions and tokens stand unencrypted in the database and its backups.", KeyCertificate.PathKey);
        if (installation.Mode == Mode.Production && string.IsNullOrWhiteSpace(builder.Configuration[PublicUrl.Key]))
            app.Logger.LogWarning("{Setting} is not set: links in mails and calendars lead to {Address}, which only this machine may know.", PublicUrl.Key, publicUrl);
        app.UseWeb();
        app.MapWeb();
        app.MapTasksApi();
        app.MapPlansApi();
        app.MapOrganisationApi();
        app.MapOutboxApi();
        app.MapSchedulerApi();
        app.MapMailHook();
        app.MapAbsencesApi();
        app.MapAccountApi();
        app.MapMailTemplatesApi();
        app.MapCalendarFeeds();
        app.MapCalendarsApi();
        app.MapLaddersApi();
        app.MapUnmatchedEventsApi();
        app.MapManagers();
        app.MapStudio();
        app.MapWorkflowEndpoints();
        if (installation.Mode == Mode.Demo)
        {
            app.MapDemoApi();
            app.MapDemoAccountsApi();
            app.MapOpenApi();
        }
        else
        {
            // It names every address there is: in production for those only who may operate them.
            app.MapGroup("").RequireActor().Require(a => a.May(Permission.Operate)).MapOpenApi();
        }

        app.MapHealth();
        return app;
    }
}
