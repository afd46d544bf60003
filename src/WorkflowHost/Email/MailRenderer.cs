using System.Text.Json;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>
/// Data of an outbox row to the mail that goes out: subject, text and HTML. Pure; the same row gives the same mail on each attempt.
/// </summary>
/// <param name="replyTo">Where answers go when the issuer has no address of its own (<c>Mail:ReplyTo</c>); null: nowhere.</param>
/// <param name="publicUrl">Address of the site as readers reach it, without a slash at the end (<c>Workflows:PublicUrl</c>).</param>
public sealed class MailRenderer(string publicUrl, string? replyTo = null)
{
    private readonly string _base = publicUrl.TrimEnd('/');

    /// <summary>The same where answers go to this address, or nowhere; an issuer's own still goes first.</summary>
    public MailRenderer Answered(string? address) => new(_base, address);

    /// <summary>The full address of a page.</summary>
    public string Address(string path) => _base + path;

    /// <param name="edited">Templates in place of the shipped ones, by their id.</param>
    /// <param name="unsubscribe">Full address that leaves the reader nothing but escalations; only digests carry it.</param>
    /// <param name="issuerAddress">Where answers to the issuer go; one that is no mail address counts as none.</param>
    /// <exception cref="JsonException">The data is not of the kind.</exception>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public RenderedMail Render(string kind, string data, string language, string? unsubscribe = null, IReadOnlyDictionary<string, MailTemplate>? edited = null, string? issuerAddress = null)
    {
        var words = new MailWords(language);
        var answers = SmtpSettings.IsAddress(issuerAddress) ? issuerAddress : replyTo;
        var parts = kind switch
        {
            MailKind.Reminder => ReminderMail.Write(MailData.Read<ReminderData>(data), words, answers is not null),
            MailKind.Digest => DigestMail.Write(MailData.Read<DigestData>(data), words),
            MailKind.Returned => ReturnedMail.Write(MailData.Read<ReturnedData>(data), words),
            MailKind.PlanChange => PlanChangeMail.Write(MailData.Read<PlanChangeData>(data), words),
            MailKind.Distribution => DistributionMail.Write(MailData.Read<DistributionData>(data), words),
            _ => throw new ArgumentException($"There is no mail of the kind '{kind}'.", nameof(kind)),
        };
        if (!parts.Values.ContainsKey(MailTemplateKind.Answers))
            parts = parts with { Values = new Dictionary<string, string>(parts.Values) { [MailTemplateKind.Answers] = answers is null ? "" : words.In("đơn vị ban hành", "the issuer") } };
        var template = edited?.GetValueOrDefault(parts.Template) ?? MailTemplate.Shipped(MailTemplateKind.Find(parts.Template)!, words.Language);
        var mail = template.Fill(parts, words);
        // Whoever gets work has an account with a page of its own; a plan is also sent to those who have none.
        var fewer = kind == MailKind.Digest ? unsubscribe : null;
        if (kind is MailKind.Reminder or MailKind.Digest or MailKind.Returned)
            mail = mail with
            {
                Links = [.. parts.Dated is { } dated ? new[] { new MailLink(words.In("Thêm hạn vào lịch", "Add the date to a calendar"), Address($"/tasks/{dated}?handler=Calendar")) } : [],
                new(words.In("Cách nhận thư, lịch hạn", "How mail comes, calendar"), Address("/account")), .. fewer is null ? [] : new[] { new MailLink(words.In("Nhận ít thư hơn", "Fewer mails"), fewer) }]
            };
        return new RenderedMail(mail.Subject, TextMail.Render(mail, _base), HtmlMail.Render(mail, _base), fewer) { ReplyTo = answers };
    }
}
