using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks.Attachments;
using WorkflowEngine.Tasks.Forms;

namespace WorkflowEngine.Tasks;

/// <summary>Registers the commands of human tasks; a <see cref="FormExpression"/> and the reference store must be registered too.</summary>
public static class TasksSetup
{
    public static IServiceCollection AddHumanTasks(this IServiceCollection services) => services
        .AddSingleton<LoadActor>().AddSingleton<FormStore>().AddSingleton<TaskClocks>()
        .AddSingleton<ClaimTask>().AddSingleton<ReleaseTask>().AddSingleton<ReassignTask>()
        .AddSingleton<CompleteTask>().AddSingleton<WithdrawTask>().AddSingleton<AcceptTask>().AddSingleton<ReturnTask>().AddSingleton<CloseTask>()
        .AddSingleton<CommentTask>().AddSingleton<SaveDraft>().AddSingleton<OpenTask>().AddSingleton<ExtendDeadline>()
        .AddSingleton<AddAttachment>().AddSingleton<ReadAttachment>().AddSingleton<RemoveAttachment>();
}
