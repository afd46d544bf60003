using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Absences;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using WorkflowEngine.Tasks.Forms;

namespace WorkflowEngine;

/// <summary>Everything the engine needs, in reading order.</summary>
public static class EngineSetup
{
    /// <summary>
    /// Registers the engine on one database. <paramref name="activities"/> are the assemblies whose activities designers may use beside the
    /// engine's own.
    /// </summary>
    public static IServiceCollection AddWorkflowEngine(
        this IServiceCollection services, NpgsqlDataSource database, BusinessClock clock, params IEnumerable<Assembly> activities)
    {
        // What time it is, and where everything is kept.
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(database);
        services.AddSingleton(clock);

        // What a definition says.
        services.AddSingleton(new ActivityCatalog([typeof(Activity).Assembly, .. activities]));
        services.AddSingleton<DefinitionReader>();
        services.AddSingleton<DefinitionLibrary>();
        services.AddSingleton<DefinitionStore>();
        services.AddSingleton<ReferenceStore>();
        services.AddSingleton<ReadDesignWorld>();

        // Events in, burst, effects out.
        services.AddSingleton<LoadInstances>();
        services.AddSingleton<CommitBursts>();
        services.AddSingleton(HttpCall.Statement);
        services.AddSingleton(CrashPoints.None);
        services.AddSingleton<Runner>();
        services.AddSingleton<ReadyWorker>();
        services.AddSingleton<ReplayInstance>();
        services.AddSingleton<ArchiveFinished>();

        // What people do.
        services.AddSingleton<LoadActor>();
        services.AddSingleton<StandIns>();
        services.AddSingleton<EnterAbsence>();
        services.AddSingleton<ListAbsences>();
        services.AddSingleton<FormStore>();
        services.AddSingleton<FormExpression>(FormScript.Evaluate);
        services.AddSingleton<TaskClocks>();
        services.AddSingleton<OpenTask>();
        services.AddSingleton<SaveDraft>();
        services.AddSingleton<ClaimTask>();
        services.AddSingleton<ReleaseTask>();
        services.AddSingleton<ReassignTask>();
        services.AddSingleton<CompleteTask>();
        services.AddSingleton<WithdrawTask>();
        services.AddSingleton<AcceptTask>();
        services.AddSingleton<ReturnTask>();
        services.AddSingleton<CloseTask>();
        services.AddSingleton<CommentTask>();
        services.AddSingleton<ExtendDeadline>();
        services.AddSingleton<PreviewExtension>();
        services.AddSingleton<PlannedExtensions>();
        services.AddSingleton<PauseClocks>();
        services.AddSingleton<LoadCalendar>();
        services.AddSingleton<ChangeLadder>();
        services.AddSingleton<CalendarFeeds>();
        services.AddSingleton<AddAttachment>();
        services.AddSingleton<ReadAttachment>();
        services.AddSingleton<RemoveAttachment>();

        // What falls due, and goes out.
        services.AddPulse();
        return services;
    }
}
