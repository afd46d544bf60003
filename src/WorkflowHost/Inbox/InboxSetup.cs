using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>What the pages of everyday work need: the inbox, a task, its review.</summary>
public static class InboxSetup
{
    /// <summary>Registers them; the last registration of <see cref="ReadNavigation"/> wins over the empty bar.</summary>
    public static void AddInbox(this IServiceCollection services)
    {
        services.AddSingleton<InboxQueries>();
        services.AddSingleton<UnitInboxQueries>();
        services.AddSingleton<Notices>();
        services.AddSingleton<UnitNames>();
        services.AddSingleton<RailQueries>();
        services.AddSingleton<TaskPageQueries>();
        services.AddSingleton<StandInInbox>();
        services.AddSingleton<Pages.Absences.AbsenceQueries>();
        services.AddSingleton<TaskHints>();
        services.AddSingleton<ReadTaskHint>(provider => provider.GetRequiredService<TaskHints>().ReadAsync);
        services.AddSingleton<UnitChoices>();
        services.AddScoped<OwnerRail>();
        services.AddScoped<TaskPageReader>();
        services.AddScoped<UploadFiles>();
        services.AddScoped<InboxNavigation>();
        services.AddScoped<ReadNavigation>(provider => provider.GetRequiredService<InboxNavigation>().ReadAsync);
    }
}
