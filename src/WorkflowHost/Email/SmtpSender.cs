using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>What the server did with a mail.</summary>
public enum SendAnswer
{
    /// <summary>It took it.</summary>
    Accepted,

    /// <summary>It said no for now (4xx, time-out in the middle).</summary>
    Later,

    /// <summary>It will never take it (5xx, no usable address).</summary>
    Never,

    /// <summary>There is no server there, or it hangs: every mail would meet the same.</summary>
    Unreachable,
}

/// <summary>The answer with its reason for people.</summary>
public sealed record SendResult(SendAnswer Answer, string Reason = "");

/// <summary>
/// One connection to the mail server, used by one worker at a time and kept open between mails. Headers are ASCII (encoded words), bodies UTF-8,
/// text and HTML side by side.
/// </summary>
public sealed class SmtpSender(SmtpSettings settings) : IDisposable
{
    private SmtpClient? _client;

    /// <summary>Sends one mail. Its Date header is system time (SmtpClient writes it); a demo's catcher notes the business time itself.</summary>
    public async Task<SendResult> SendAsync(OutboxMail mail, RenderedMail content, CancellationToken cancellation = default)
    {
        if (mail.Address is null) return new SendResult(SendAnswer.Never, "The person has no mail address.");
        if (!MailAddress.TryCreate(mail.Address, mail.Name, Encoding.UTF8, out var to))
            return new SendResult(SendAnswer.Never, $"'{mail.Address}' is no mail address.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Patience);
        using var message = Message(mail, content, to);
        try
        {
            _client ??= Connect();
            await _client.SendMailAsync(message, patience.Token);
            return new SendResult(SendAnswer.Accepted);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Drop();
            return new SendResult(SendAnswer.Unreachable, $"The mail server {settings.Host}:{settings.Port} did not answer in time.");
        }
        catch (SmtpException failure)
        {
            Drop();
            return Judge(failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            Drop();
            return new SendResult(SendAnswer.Unreachable, failure.Message);
        }
    }

    public void Dispose() => Drop();

    private static SendResult Judge(SmtpException failure)
    {
        var code = (int)failure.StatusCode;
        var reason = string.Create(CultureInfo.InvariantCulture, $"{(code > 0 ? code.ToString(CultureInfo.InvariantCulture) + " " : "")}{failure.Message}{(failure.InnerException is { } inner ? " " + inner.Message : "")}");
        // No code: the connection itself failed. 421: the server is closing down.
        if (code <= 0 || failure.StatusCode is SmtpStatusCode.ServiceNotAvailable || failure.InnerException is SocketException)
            return new SendResult(SendAnswer.Unreachable, reason);
        // 530, 534, 535, 538: the sign-in is wrong, not the mail; mending it must let them all go.
        if (code is 530 or 534 or 535 or 538) return new SendResult(SendAnswer.Unreachable, reason);
        return new SendResult(code >= 500 ? SendAnswer.Never : SendAnswer.Later, reason);
    }

    private MailMessage Message(OutboxMail mail, RenderedMail content, MailAddress to)
    {
        var message = new MailMessage(new MailAddress(settings.From, settings.FromName, Encoding.UTF8), to)
        {
            Subject = content.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        message.Headers.Add("Message-ID", mail.MessageId(settings.Domain));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.AlternateViews.Add(View(content.Text, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(View(content.Html, MediaTypeNames.Text.Html));
        return message;
    }

    private static AlternateView View(string content, string type)
    {
        var view = AlternateView.CreateAlternateViewFromString(content, Encoding.UTF8, type);
        view.TransferEncoding = TransferEncoding.Base64;
        return view;
    }

    private SmtpClient Connect() => new(settings.Host, settings.Port)
    {
        DeliveryFormat = SmtpDeliveryFormat.SevenBit,
        EnableSsl = settings.StartTls,
        Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
        Timeout = (int)settings.Patience.TotalMilliseconds,
    };

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
    }
}
