using System.Globalization;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>What the server did with a mail.</summary>
public enum SendAnswer
{
    /// <summary>It took it.</summary>
    Accepted,

    /// <summary>It said no for now (4xx), or hung up or fell silent at this mail.</summary>
    Later,

    /// <summary>It will never take it (5xx, no usable address).</summary>
    Never,

    /// <summary>There is no server there, it does not come as far as a mail, or it takes nothing from us (certificate, sign-in, sender): every mail would meet the same.</summary>
    Unreachable,
}

/// <summary>The answer with its reason for people.</summary>
public sealed record SendResult(SendAnswer Answer, string Reason = "");

/// <summary>One connection to the mail server, used by one worker at a time and kept open between mails.</summary>
public sealed class SmtpSender(SmtpSettings settings, TimeProvider system, AccessTokenSource? tokens) : IAsyncDisposable
{
    private SmtpConversation? _talk;

    /// <summary>Sends one mail. Its Date header is system time; a demo's catcher notes the business time itself.</summary>
    public async Task<SendResult> SendAsync(OutboxMail mail, RenderedMail content, CancellationToken cancellation = default)
    {
        if (mail.Address is null) return new SendResult(SendAnswer.Never, "The person has no mail address.");
        if (!MailAddress.TryCreate(mail.Address, mail.Name, Encoding.UTF8, out var to) || !TryAscii(to.Host, out var domain))
            return new SendResult(SendAnswer.Never, $"'{mail.Address}' is no mail address.");
        var address = $"{to.User}@{domain}";
        var message = MimeMail.Write(mail, content, to.DisplayName, address, settings, system.GetUtcNow());
        while (true)
        {
            if (_talk is null && await ConnectAsync(cancellation) is { } reason) return new SendResult(SendAnswer.Unreachable, reason);
            var talk = _talk!;
            // One that stood idle, or carried as many mails as the server allows, may be closed by now: a fresh one, once.
            var stale = talk.IsUsed;
            try
            {
                return new SendResult(SendAnswer.Accepted, (await talk.SendAsync(settings.From, address, message, cancellation)).ToString());
            }
            catch (SmtpRefusedException refusal)
            {
                var result = Judge(refusal);
                if (!talk.IsOpen || result.Answer == SendAnswer.Unreachable) await DropAsync();
                if (!stale || refusal.Reply.Code != 421) return result;
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                await DropAsync();
                // It came as far as a mail, so it may be this one that it cannot digest. A server that is gone shows at the next connection.
                if (!stale || talk.IsDelivering) return new SendResult(SendAnswer.Later, failure.Message);
            }
        }
    }

    public ValueTask DisposeAsync() => new(DropAsync());

    /// <summary>Opens the connection; null, or why there is none.</summary>
    private async Task<string?> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            _talk = await SmtpConversation.OpenAsync(settings, tokens, system, cancellation);
            return null;
        }
        catch (AuthenticationException failure)
        {
            return $"The certificate of the mail server {settings.Host} is not accepted: {failure.Message}";
        }
        catch (Exception failure) when (failure is SmtpRefusedException or IOException or SocketException)
        {
            return failure.Message;
        }
    }

    /// <summary>A no behind the sign-in. 421 closes the connection and says nothing of the next one, whose greeting tells whether the server serves.</summary>
    private static SendResult Judge(SmtpRefusedException refusal)
    {
        var answer = (refusal.Stage, refusal.Reply.Code) switch
        {
            // The sender is the same for all mails; only a size (552) or an address form (553, 555) is this one's.
            (SmtpStage.Sender, >= 500 and not (552 or 553 or 555)) => SendAnswer.Unreachable,
            // It wants a sign-in for this recipient: the settings can mend that.
            (_, 530 or 534 or 535 or 538) => SendAnswer.Later,
            (_, >= 500) => SendAnswer.Never,
            _ => SendAnswer.Later,
        };
        return new SendResult(answer, refusal.Message);
    }

    private static bool TryAscii(string domain, out string ascii)
    {
        try
        {
            ascii = new IdnMapping().GetAscii(domain);
            return true;
        }
        catch (ArgumentException)
        {
            ascii = "";
            return false;
        }
    }

    private async Task DropAsync()
    {
        if (_talk is { } talk) await talk.DisposeAsync();
        _talk = null;
    }
}
