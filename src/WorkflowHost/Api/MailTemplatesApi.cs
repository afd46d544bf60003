using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;
using WorkflowHost.Email;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/mail-templates</c>: the words of mails, for whoever administers the topmost unit.</summary>
public static class MailTemplatesApi
{
    public static void MapMailTemplatesApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/mail-templates").RequireActor().Require(a => a.MayFromTheTop(Permission.Organisation)).WithTags("MailTemplates");
        group.MapGet("", List).Produces<List<Listed>>().WithName("ListMailTemplates").WithSummary("Every kind of mail in both languages, with the version in force");
        group.MapGet("/{kind}/{language}", Get).Produces<Full>().WithName("ReadMailTemplate").WithSummary("The words of a mail, the shipped ones, its placeholders and its versions");
        group.MapPut("/{kind}/{language}", Put).Produces<Saved>().WithName("SaveMailTemplate").WithSummary("Saves a new version, in force for mails queued from now on");
        group.MapPost("/{kind}/{language}/reset", Reset).Produces<Saved>().WithName("ResetMailTemplate").WithSummary("Goes back to the shipped words, as a new version");
        group.MapPost("/{kind}/{language}/preview", Preview).Produces<Previewed>().WithName("PreviewMailTemplate").WithSummary("Shows words that are not saved on the newest real mail of the kind");
    }

    /// <param name="Version">0: the shipped words, never changed.</param>
    public sealed record Listed(string Kind, string Language, Text Title, int Version, bool IsShipped);

    /// <summary>A mail's words in full.</summary>
    public sealed record Full(
        string Kind, string Language, Text Title, int Version, string Subject, string Body, string ShippedSubject, string ShippedBody,
        IReadOnlyDictionary<string, Text> Values, IReadOnlyDictionary<string, Text> Blocks, IReadOnlyList<StoredTemplate> Versions);

    /// <param name="Version">The version that was edited; 0 where there is none yet.</param>
    public sealed record Words(int? Version, string? Subject, string? Body);

    public sealed record Saved(int Version);

    /// <param name="IsReal">False: no mail of the kind was ever written; the data is the shipped example.</param>
    /// <param name="UnansweredText">The same where no address takes answers; null: the same words.</param>
    /// <param name="UnansweredHtml">That mail's HTML.</param>
    public sealed record Previewed(string Subject, string Text, string Html, bool IsReal, string? UnansweredText, string? UnansweredHtml);

    private static async Task<IResult> List(MailTemplates templates, CancellationToken stop)
    {
        var versions = (await templates.VersionsAsync(null, null, stop)).ToLookup(v => (v.Kind, v.Language));
        return Results.Ok(MailTemplateKind.All.SelectMany(kind => new[] { "vi", "en" }.Select(language => versions[(kind.Id, language)].FirstOrDefault() is { } last
            ? new Listed(kind.Id, language, kind.Title, last.Version, last.Body is null) : new Listed(kind.Id, language, kind.Title, 0, true))));
    }

    private static async Task<IResult> Get(string kind, string language, MailTemplates templates, CancellationToken stop)
    {
        if (Find(kind, language) is not { } found) return Problems.NotFound();
        var versions = await templates.VersionsAsync(kind, language, stop);
        var (subject, body) = MailTemplate.ShippedText(found, language);
        return Results.Ok(new Full(kind, language, found.Title, versions.Count > 0 ? versions[0].Version : 0, versions.FirstOrDefault()?.Subject ?? subject, versions.FirstOrDefault()?.Body ?? body,
            subject, body, found.Values, found.Blocks, versions));
    }

    private static async Task<IResult> Put(string kind, string language, Words words, RequestActor who, MailTemplates templates, CancellationToken stop)
    {
        if (Find(kind, language) is not { } found) return Problems.NotFound();
        if (words.Version is not { } seen) return Problems.Validation("version", "Hãy gửi kèm phiên bản đã xem; 0 khi chưa có.", "Give the version you have seen; 0 where there is none.");
        if (MailTemplate.Read(found, words.Subject ?? "", words.Body ?? "", out var problems) is null) return Refused(problems);
        return Answer(await templates.SaveAsync(who.Actor, kind, language, seen, words.Subject!.Trim(), words.Body!.ReplaceLineEndings("\n"), who.Now, who.RecordedAt, stop), seen);
    }

    private static async Task<IResult> Reset(string kind, string language, Words words, RequestActor who, MailTemplates templates, CancellationToken stop)
    {
        if (Find(kind, language) is null) return Problems.NotFound();
        if (words.Version is not { } seen) return Problems.Validation("version", "Hãy gửi kèm phiên bản đã xem.", "Give the version you have seen.");
        return Answer(await templates.SaveAsync(who.Actor, kind, language, seen, null, null, who.Now, who.RecordedAt, stop), seen);
    }

    private static async Task<IResult> Preview(string kind, string language, Words words, RequestActor who, TemplatePreview preview, CancellationToken stop)
    {
        if (Find(kind, language) is not { } found) return Problems.NotFound();
        if (MailTemplate.Read(found, words.Subject ?? "", words.Body ?? "", out var problems) is not { } template) return Refused(problems);
        var shown = await preview.ShowAsync(who.Actor, template, language, stop);
        return Results.Ok(new Previewed(shown.Mail.Subject, shown.Mail.Text, shown.Mail.Html, shown.IsReal, shown.Unanswered?.Text, shown.Unanswered?.Html));
    }

    private static MailTemplateKind? Find(string kind, string language) => language is "vi" or "en" ? MailTemplateKind.Find(kind) : null;

    private static IResult Refused(IReadOnlyList<Text> problems) => Problems.Validation(problems.Select((p, i) => (p, i)).ToDictionary(p => $"template[{p.i}]", p => p.p));

    private static IResult Answer(TemplateAnswer answer, int seen) => answer switch
    {
        TemplateAnswer.Saved => Results.Ok(new Saved(seen + 1)),
        TemplateAnswer.Changed => Problems.Conflict("Somebody else has changed these words since.", "Người khác vừa sửa mẫu thư này."),
        _ => Problems.Forbidden(),
    };
}
