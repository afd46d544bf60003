using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Scheduling;

namespace WorkflowHost.Api;

/// <summary><c>/api/scheduler</c>: what runs when, what waits, what failed and what was missed; needs <c>schedule.operate</c> at the top of the tree.</summary>
public static class SchedulerApi
{
    /// <summary>Longest reason.</summary>
    public const int LongestReason = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapSchedulerApi(this IEndpointRouteBuilder routes)
    {
        // It counts from here on, not from the first time somebody asks.
        routes.ServiceProvider.GetRequiredService<MetricsText>();
        var scheduler = routes.MapGroup("/api/scheduler").RequireActor().Require(a => a.MayFromTheTop(Permission.Schedule)).WithTags("Scheduler");
        scheduler.MapGet("", async (RequestActor who, ReadScheduler read, CancellationToken stop) => Results.Ok(await read.ReadAsync(who.Now, stop)))
            .Produces<SchedulerView>().WithName("GetScheduler").WithSummary("Lanes with what waits, jobs with last and next runs, lateness, failures, and what was missed while no host ran");
        scheduler.MapGet("/metrics", async (RequestActor who, MetricsText metrics, CancellationToken stop) => Results.Text(await metrics.WriteAsync(who.Now, stop), "text/plain; version=0.0.4; charset=utf-8"))
            .WithName("GetMetrics").WithSummary("The same figures in Prometheus' text format, with what this process has counted since it started");
        scheduler.MapPost("/{name}/pause", Pause).WithName("PauseSchedule").WithSummary("Stops a lane (triggers, timers, deadlines, mails) or a job; its work stays due");
        scheduler.MapPost("/{name}/resume", async (string name, Reason? body, RequestActor who, OperateSchedule operate, CancellationToken stop) =>
                TooLong(body?.Text) ?? Answer(await operate.ResumeAsync(who, name, body?.Text?.Trim(), stop), "It is not paused.", "Không ở trạng thái tạm dừng."))
            .WithName("ResumeSchedule").WithSummary("Lets it go on; what has fallen due meanwhile is made up for");
        scheduler.MapPost("/{name}/run", async (string name, RequestActor who, OperateSchedule operate, CancellationToken stop) =>
                Answer(await operate.RunAsync(who, name, stop), "It is paused.", "Công việc đang tạm dừng."))
            .WithName("RunJob").WithSummary("Has a job run now");
        scheduler.MapPost("/deadlines/{task:guid}/retry", async (Guid task, RequestActor who, OperateSchedule operate, CancellationToken stop) =>
                Answer(await operate.RetryDeadlineAsync(who, task, stop), "", ""))
            .WithName("RetryDeadline").WithSummary("Tries the clocks of a task again that stopped for want of a ladder or calendar");
    }

    /// <summary>Why it is done; needed to pause.</summary>
    public sealed record Reason(string? Text);

    private static async Task<IResult> Pause(string name, Reason body, RequestActor who, OperateSchedule operate, CancellationToken stop) =>
        string.IsNullOrWhiteSpace(body.Text)
            ? Problems.Validation("text", "Hãy ghi lý do tạm dừng.", "Say why it is paused.")
            : TooLong(body.Text) ?? Answer(await operate.PauseAsync(who, name, body.Text.Trim(), stop), "It is paused already.", "Đã tạm dừng trước đó.");

    private static IResult? TooLong(string? reason) => reason is null || (reason.Length <= LongestReason && !reason.Contains('\0', StringComparison.Ordinal))
        ? null
        : Problems.Validation("text", $"Lý do dài tối đa {LongestReason} ký tự.", $"The reason has at most {LongestReason} characters.");

    private static IResult Answer(ScheduleAnswer answer, string title, string titleVi) => answer switch
    {
        ScheduleAnswer.Done => Results.NoContent(),
        ScheduleAnswer.NotNow => Problems.Conflict(title, titleVi),
        _ => Problems.NotFound(),
    };
}
