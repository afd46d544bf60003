using System.Text.Json;
using Npgsql;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Email;

/// <summary>
/// Sends what is due in the outbox: a few workers, each with a connection to the server and one mail at a time in a transaction of its own.
/// </summary>
/// <remarks>
/// What survives a crash here: a mail that the server took and whose commit was lost is sent again, with the same Message-ID; nothing is lost.
/// When the server cannot be reached, all due mails count that attempt and wait, so that a pass ends whatever the server does.
/// </remarks>
public sealed class DrainOutbox(NpgsqlDataSource database, MailRenderer renderer, SmtpSettings settings, CrashPoints crashPoints, ILogger<DrainOutbox> log)
{
    public const int Workers = 4;

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
        using var first = new SmtpSender(settings);
        var step = await OneAsync(first, now, cancellation);
        if (step == Step.None) return 0;
        if (step == Step.Unreachable) return 0;
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(n => WorkAsync(n == 0 ? first : null, now, cancellation)));
        return counts.Sum() + (step == Step.Sent ? 1 : 0);
    }

    private async Task<int> WorkAsync(SmtpSender? connected, DateTimeOffset now, CancellationToken cancellation)
    {
        using var own = connected is null ? new SmtpSender(settings) : null;
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

    private async Task<Step> OneAsync(SmtpSender sender, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var owned = transaction;
        if (await TakeOutbox.NextAsync(connection, now, cancellation) is not { } mail) return Step.None;
        RenderedMail content;
        try
        {
            content = renderer.Render(mail.Kind, mail.Data, mail.Language);
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            log.LogError(broken, "Mail {Mail} of kind {Kind} cannot be written", mail.Id, mail.Kind);
            await MarkFailed.WriteAsync(connection, mail, $"It cannot be written: {broken.Message}", permanent: true, now, cancellation);
            await transaction.CommitAsync(cancellation);
            return Step.Failed;
        }

        crashPoints.Hit("before-smtp");
        var result = await sender.SendAsync(mail, content, cancellation);
        if (result.Answer == SendAnswer.Accepted) crashPoints.Hit("after-smtp-accepted");
        if (result.Answer == SendAnswer.Unreachable)
        {
            await transaction.RollbackAsync(cancellation);
            var waiting = await MarkFailed.PostponeAsync(connection, result.Reason, now, cancellation);
            log.LogWarning("The mail server cannot be reached, {Count} mails wait: {Reason}", waiting, result.Reason);
            return Step.Unreachable;
        }

        if (result.Answer == SendAnswer.Accepted)
            await MarkSent.WriteAsync(connection, mail, content.Subject, content.Text, now, cancellation);
        else
            await MarkFailed.WriteAsync(connection, mail, result.Reason, permanent: result.Answer == SendAnswer.Never, now, cancellation);
        await transaction.CommitAsync(cancellation);
        crashPoints.Hit("mail-after-commit");
        return result.Answer == SendAnswer.Accepted ? Step.Sent : Step.Failed;
    }
}
