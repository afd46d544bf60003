using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Outbox;

/// <summary>What was sent to whom, what waits and what failed for good, within the reader's reach; sending again.</summary>
public sealed class IndexModel(RequestActor who, ListOutbox list, ResendMail resend, Nudge nudge, OutboxPlans plans, Texts texts) : PageModel
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? Status { get; set; }

    /// <summary>Instance of the plan.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Plan { get; set; }

    /// <summary>Part of the address.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    /// <summary>The last row of the page before.</summary>
    [BindProperty(SupportsGet = true)]
    public DateTimeOffset? BeforeAt { get; set; }

    /// <inheritdoc cref="BeforeAt"/>
    [BindProperty(SupportsGet = true)]
    public Guid? BeforeId { get; set; }

    /// <summary>What came of sending again.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Answer { get; set; }

    public IReadOnlyList<ListedMail> Mails { get; private set; } = [];
    public IReadOnlyList<OutboxPlans.Plan> Plans { get; private set; } = [];

    /// <summary>Address of the next page, or null.</summary>
    public string? Next { get; private set; }

    /// <summary>What came of sending again, in words.</summary>
    public string? Message => Answer is "queued" or "waiting" or "unknown" ? texts[$"outbox.answer.{Answer}"] : null;

    public Tabs Tabs => new(texts["outbox.tabs"],
        [.. new[] { null, "queued", "sent", "dead", "bounced" }.Select(s => new Tabs.Tab(texts[$"outbox.tab.{(s ?? "all")}"], Address(("status", s)), null, (Status ?? "") == (s ?? "")))]);

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Outbox)) return Forbid();
        if (Status is not ("queued" or "sent" or "dead" or "bounced")) Status = null;
        Plans = await plans.ReadAsync(actor, stop);
        Mails = await list.PageAsync(actor, new OutboxFilter(Status, null, string.IsNullOrWhiteSpace(To) ? null : To.Trim(), Plan, null, BeforeAt?.ToUniversalTime(), BeforeId, PageSize), stop);
        if (Mails.Count == PageSize)
            Next = Address(("status", Status), ("beforeAt", Mails[^1].QueuedAt.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture)), ("beforeId", Mails[^1].Id.ToString()));
        return Page();
    }

    /// <summary>"Gửi lại".</summary>
    public async Task<IActionResult> OnPostAsync(Guid mail, string? returnUrl, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Outbox)) return Forbid();
        var answer = await resend.RunAsync(actor, mail, who.Now, stop);
        if (answer == ResendAnswer.Queued) nudge.Now();
        var words = answer switch { ResendAnswer.Queued => "queued", ResendAnswer.AlreadyQueued => "waiting", _ => "unknown" };
        var path = Url.IsLocalUrl(returnUrl) ? returnUrl : "/outbox";
        return LocalRedirect(QueryHelpers.AddQueryString(path.Split("&answer=")[0].Split("?answer=")[0], "answer", words));
    }

    public OutboxPlans.Plan? PlanOf(ListedMail mail) => mail.RootId is { } root ? Plans.FirstOrDefault(p => p.RootId == root) : null;

    private string Address(params (string Name, string? Value)[] changes) => QueryHelpers.AddQueryString("/outbox",
        new[] { ("plan", Plan?.ToString()), ("to", To) }.Concat(changes).Where(p => !string.IsNullOrEmpty(p.Item2)).ToDictionary(p => p.Item1, p => p.Item2));
}
