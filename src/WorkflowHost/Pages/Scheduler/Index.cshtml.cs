using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Organisation;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Scheduling;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Scheduler;

/// <summary>What runs by the clock, for those who operate the whole installation; the same as <c>/api/scheduler</c>.</summary>
public sealed class IndexModel(RequestActor who, ReadScheduler read, OperateSchedule operate, Texts texts) : PageModel
{
    public SchedulerView View { get; private set; } = null!;

    /// <summary>What came of the last command.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Answer { get; set; }

    /// <inheritdoc cref="Answer"/>
    public string? Message => Answer is "done" or "not-now" or "unknown" or "reason" ? texts[$"scheduler.answer.{Answer}"] : null;

    /// <summary>Whether the person may open mails, which has a permission of its own.</summary>
    public bool SeesMails { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.MayFromTheTop(Permission.Schedule)) return Forbid();
        SeesMails = actor.May(Permission.Outbox);
        View = await read.ReadAsync(who.Now, stop);
        return Page();
    }

    /// <summary>One of the page's buttons.</summary>
    /// <param name="name">Lane, job, or the id of a task.</param>
    public async Task<IActionResult> OnPostAsync(string? verb, string? name, string? reason, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.MayFromTheTop(Permission.Schedule)) return Forbid();
        var text = reason?.Trim().Replace("\0", "", StringComparison.Ordinal);
        if (verb == "pause" && (string.IsNullOrEmpty(text) || text.Length > SchedulerApi.LongestReason)) return Back("reason");
        var answer = verb switch
        {
            "pause" => await operate.PauseAsync(who, name ?? "", text!, stop),
            "resume" => await operate.ResumeAsync(who, name ?? "", null, stop),
            "run" => await operate.RunAsync(who, name ?? "", stop),
            "retry" when Guid.TryParse(name, out var task) => await operate.RetryDeadlineAsync(who, task, stop),
            _ => ScheduleAnswer.Unknown,
        };
        return Back(answer switch { ScheduleAnswer.Done => "done", ScheduleAnswer.NotNow => "not-now", _ => "unknown" });
    }

    /// <summary>1.234,5</summary>
    public static string Seconds(TimeSpan time) => Dates.Amount(Math.Round((decimal)time.TotalSeconds, 1));

    private LocalRedirectResult Back(string answer) => LocalRedirect($"/scheduler?answer={answer}");
}
