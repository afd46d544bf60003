using System.Text.Json;
using Npgsql;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Email;

/// <summary>
/// Sends what is due in the outbox: a few workers, each with a connection to the server and one mail at a time in a transaction of its own.
/// </summary>
/// <remarks>
/// What survives a crash here: a mail that the server took and whose commit was lost is sent again, with the same Message-ID; nothing is lost.
/// When the server cannot be reached, all due mails count that attempt and wait, so that a pass ends whatever the server does.
/// </remarks>
public sealed class DrainOutbox(
    NpgsqlDataSource database, MailRenderer renderer, SmtpSettings settings, TimeProvider system, CrashPoints crashPoints, ILogger<DrainOutbox> log,
    UnsubscribeLinks? unsubscribe = null, RecordBounce? bounces = null) : IDisposable
{
    public const int Workers = 4;

    private readonly AccessTokenSource? _tokens = settings.Tokens is null ? null : new AccessTokenSource(settings.Tokens, system);

    private enum Step
    {
        None,
        Sent,
        Failed,
        Unreachable,
    }

    /// <summary>Sends until nothing is due at <paramref name="now"/>; returns how many mails the server took.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var first = new SmtpSender(settings, system, _tokens);
        var step = await OneAsync(first, now, cancellation);
        if (step == Step.None) return 0;
        if (step == Step.Unreachable) return 0;
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(n => WorkAsync(n == 0 ? first : null, now, cancellation)));
        return counts.Sum() + (step == Step.Sent ? 1 : 0);
    }

    public void Dispose() => _tokens?.Dispose();

    private async Task<int> WorkAsync(SmtpSender? connected, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var own = connected is null ? new SmtpSender(settings, system, _tokens) : null;
        var sender = connected ?? own!;
        for (var sent = 0; ;)
        {
            switch (await OneAsync(sender, now, cancellation))
            {
                case Step.Sent:
                    sent++;
                    break;
                case Step.None or Step.Unreachable:
                    return sent;
            }
        }
    }

    /// <summary>Whether the recipient's domain has had its mails of this minute; then they all have their minute already.</summary>
    private async Task<bool> HasNoPlaceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, OutboxMail mail, DateTimeOffset now, CancellationToken cancellation)
    {
        if (settings.PerMinute.Count == 0 || mail.Address is not { } address) return false;
        var domain = address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
        if (!settings.PerMinute.TryGetValue(domain, out var perMinute) && !settings.PerMinute.TryGetValue("*", out perMinute)) return false;
        if (await MailThrottle.TakeAsync(database, domain, perMinute, now, cancellation)) return false;
        await transaction.RollbackAsync(cancellation);
        var waiting = await MailThrottle.SpreadAsync(connection, domain, perMinute, now, cancellation);
        log.LogInformation("{Count} mails to {Domain} wait for the minutes to come, {PerMinute} in each", waiting, domain, perMinute);
        return true;
    }

    /// <summary>
    /// The words in force when the mail was queued. One that this program can no longer read is said in the log and the shipped words take its
    /// place: a mail about a date is worth more than its wording.
    /// </summary>
    private async Task<Dictionary<string, MailTemplate>> EditedAsync(NpgsqlConnection connection, OutboxMail mail, CancellationToken cancellation)
    {
        var edited = new Dictionary<string, MailTemplate>();
        foreach (var (id, subject, body) in await MailTemplates.InForceAsync(connection, mail.Language, mail.QueuedAt, cancellation))
        {
            IReadOnlyList<Text> problems = [];
            if (MailTemplateKind.Find(id) is { } kind && MailTemplate.Read(kind, subject, body, out problems) is { } template) edited[id] = template;
            else log.LogError("The mail template {Template} in {Language} cannot be read, the shipped one is used: {Problem}", id, mail.Language, problems.Count > 0 ? problems[0].In("en") : "there is no such mail");
        }

        return edited;
    }

    /// <summary>One that reaches nobody any more is told to those who follow the work, like one that came back.</summary>
    private async Task FailAsync(NpgsqlConnection connection, OutboxMail mail, string reason, bool permanent, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await MarkFailed.WriteAsync(connection, mail, reason, permanent, now, cancellation) && bounces is not null) await bounces.TellAsync(connection, [mail.Id], now, cancellation);
    }

    private async Task<Step> OneAsync(SmtpSender sender, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var owned = transaction;
        if (await TakeOutbox.NextAsync(connection, now, cancellation) is not { } mail) return Step.None;
        if (await HasNoPlaceAsync(connection, transaction, mail, now, cancellation)) return Step.Failed;
        var edited = await EditedAsync(connection, mail, cancellation);
        RenderedMail content;
        try
        {
            content = renderer.Render(mail.Kind, mail.Data, mail.Language, mail.PersonId is { } person ? unsubscribe?.For(person) : null, edited, mail.ReplyTo);
            // Once it is out its words must go into its row, or it goes out again and again.
            if (!StorableText.Holds(content.Subject) || !StorableText.Holds(content.Text)) throw new JsonException("It holds a character that cannot be stored.");
        }
#pragma warning disable CA1031 // whatever a mail breaks, it stops no other: nothing but its own row is read here
        catch (Exception broken)
#pragma warning restore CA1031
        {
            log.LogError(broken, "Mail {Mail} of kind {Kind} cannot be written", mail.Id, mail.Kind);
            await FailAsync(connection, mail, $"It cannot be written: {broken.Message}", permanent: true, now, cancellation);
            await transaction.CommitAsync(cancellation);
            return Step.Failed;
        }

        crashPoints.Hit("before-smtp");
        var result = await sender.SendAsync(mail, content, cancellation);
        if (result.Answer == SendAnswer.Accepted) crashPoints.Hit("after-smtp-accepted");
        if (result.Answer == SendAnswer.Unreachable)
        {
            await transaction.RollbackAsync(cancellation);
            var waiting = await MarkFailed.PostponeAsync(connection, result.Reason, now, bounces, cancellation);
            EngineMeter.Mails.Add(1, new KeyValuePair<string, object?>("state", "unreachable"));
            log.LogWarning("The mail server cannot be reached, {Count} mails wait: {Reason}", waiting, result.Reason);
            return Step.Unreachable;
        }

        if (result.Answer == SendAnswer.Accepted)
            await MarkSent.WriteAsync(connection, mail, content.Subject, content.Text, now, cancellation);
        else
            await FailAsync(connection, mail, result.Reason, permanent: result.Answer == SendAnswer.Never, now, cancellation);
        await transaction.CommitAsync(cancellation);
        crashPoints.Hit("mail-after-commit");
        EngineMeter.Mails.Add(1, new KeyValuePair<string, object?>("state", result.Answer switch { SendAnswer.Accepted => "sent", SendAnswer.Never => "dead", _ => "failed" }));
        return result.Answer == SendAnswer.Accepted ? Step.Sent : Step.Failed;
    }
}
