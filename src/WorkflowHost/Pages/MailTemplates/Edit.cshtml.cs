using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;
using WorkflowHost.Email;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.MailTemplates;

/// <summary>
/// The words of one mail in one language: edited, looked at on the newest real mail of the kind, saved as a version, taken back to the shipped ones.
/// The preview stands in a frame that may run and load nothing, with a content policy of its own, because mails need inline styles.
/// </summary>
public sealed class EditModel(RequestActor who, WorkflowEngine.Outbox.MailTemplates templates, TemplatePreview preview, Texts texts) : PageModel
{
    private const string FramePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";
    private Actor _actor = Actor.System;

    [BindProperty]
    public string? Subject { get; set; }

    [BindProperty]
    public string? Body { get; set; }

    /// <summary>The version that is edited; 0: the shipped words.</summary>
    [BindProperty]
    public int Version { get; set; }

    public bool Saved { get; private set; }

    /// <summary>Lines of the saved words that ask for an answer whether or not somebody reads it.</summary>
    public IReadOnlyList<string> PlainRequests { get; private set; } = [];

    public MailTemplateKind Kind { get; private set; } = null!;
    public string MailLanguage { get; private set; } = "vi";
    public IReadOnlyList<StoredTemplate> Versions { get; private set; } = [];
    public ErrorSummary Errors { get; private set; } = new([]);

    public string Heading => $"{Language.Say(Kind.Title)}, {texts[$"templates.{MailLanguage}"]}";

    /// <summary>Who may change the words, and of which mail; else nothing here exists.</summary>
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var (kind, language) = (MailTemplateKind.Find(RouteData.Values["kind"]?.ToString() ?? ""), RouteData.Values["language"]?.ToString());
        if (await who.ReadAsync(HttpContext.RequestAborted) is not { } actor || !actor.MayFromTheTop(Permission.Organisation)) context.Result = Forbid();
        else if (kind is null || language is not ("vi" or "en")) context.Result = NotFound();
        else
        {
            (_actor, Kind, MailLanguage) = (actor, kind, language);
            Versions = await templates.VersionsAsync(kind.Id, language, HttpContext.RequestAborted);
            // The frame comes from this site; every other page of ours frames nothing.
            Response.Headers.ContentSecurityPolicy = SecurityHeaders.Policy + "; frame-src 'self'";
            await next();
        }
    }

    public void OnGet(bool saved)
    {
        Saved = saved;
        Version = Versions.Count > 0 ? Versions[0].Version : 0;
        (Subject, Body) = Words();
        PlainRequests = MailTemplate.Read(Kind, Subject, Body, out _)?.PlainRequests ?? [];
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        if (MailTemplate.Read(Kind, Subject ?? "", Body ?? "", out var problems) is null) return Refuse(problems);
        return Answer(await templates.SaveAsync(_actor, Kind.Id, MailLanguage, Version, Subject!.Trim(), Body!.ReplaceLineEndings("\n"), who.Now, who.RecordedAt, stop));
    }

    public async Task<IActionResult> OnPostResetAsync(CancellationToken stop) =>
        Answer(await templates.SaveAsync(_actor, Kind.Id, MailLanguage, Version, null, null, who.Now, who.RecordedAt, stop));

    /// <summary>The frame at first: the words as they are saved.</summary>
    public Task<IActionResult> OnGetShownAsync(CancellationToken stop)
    {
        (Subject, Body) = Words();
        return ShowAsync(html: true, stop);
    }

    public Task<IActionResult> OnPostPreviewAsync(CancellationToken stop) => ShowAsync(html: true, stop);

    public Task<IActionResult> OnPostPreviewTextAsync(CancellationToken stop) => ShowAsync(html: false, stop);

    private (string Subject, string Body) Words() => Versions is [{ Body: not null } last, ..] ? (last.Subject!, last.Body) : MailTemplate.ShippedText(Kind, MailLanguage);

    private async Task<IActionResult> ShowAsync(bool html, CancellationToken stop)
    {
        Response.Headers.ContentSecurityPolicy = FramePolicy;
        Response.Headers.XFrameOptions = "SAMEORIGIN";
        if (MailTemplate.Read(Kind, Subject ?? "", Body ?? "", out var problems) is not { } template)
            return Content(string.Join("\n", problems.Select(p => Language.Say(p))), "text/plain; charset=utf-8");
        var shown = await preview.ShowAsync(_actor, template, MailLanguage, stop);
        var head = texts[shown.IsReal ? "templates.preview.real" : "templates.preview.example", shown.Mail.Subject];
        var ways = new List<(string Head, RenderedMail Mail)> { (shown.Unanswered is null ? head : $"{head} {texts["templates.preview.answered"]}", shown.Mail) };
        if (shown.Unanswered is { } unanswered) ways.Add((texts["templates.preview.unanswered"], unanswered));
        if (!html) return Content(string.Join("\n\n\n", ways.Select(w => $"{w.Head}\n\n{w.Mail.Text}")), "text/plain; charset=utf-8");
        // One document: the first mail's, with the table of each behind its line.
        var (start, end) = Ends(shown.Mail.Html);
        return Content(shown.Mail.Html[..start] + string.Join("\n", ways.Select(w =>
            $"<p style=\"margin:0;padding:12px 16px;background-color:#dbe6f2;font-family:'Segoe UI',Arial,sans-serif;font-size:15px;line-height:1.5;color:#17202b;\">{WebUtility.HtmlEncode(w.Head)}</p>\n{w.Mail.Html[Table(w.Mail.Html)]}"))
            + shown.Mail.Html[end..], "text/html; charset=utf-8");

        static (int Start, int End) Ends(string mail) => (mail.IndexOf("<table", StringComparison.Ordinal), mail.LastIndexOf("</table>", StringComparison.Ordinal) + "</table>".Length);
        static Range Table(string mail) => Ends(mail).Start..Ends(mail).End;
    }

    private IActionResult Answer(TemplateAnswer answer) => answer switch
    {
        TemplateAnswer.Saved => Redirect($"/mail-templates/{Kind.Id}/{MailLanguage}?saved=true"),
        TemplateAnswer.Changed => Refuse([new Text("Người khác vừa sửa mẫu thư này. Hãy sao nội dung của bạn, mở lại trang rồi sửa tiếp.", "Somebody else has changed these words. Copy yours, open the page again and go on.")]),
        _ => Forbid(),
    };

    private PageResult Refuse(IReadOnlyList<Text> problems)
    {
        foreach (var problem in problems) ModelState.AddModelError(nameof(Body), Language.Say(problem));
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
