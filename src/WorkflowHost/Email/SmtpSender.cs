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

    /// <summary>It said no for now (4xx).</summary>
    Later,

    /// <summary>It will never take it (5xx, no usable address).</summary>
    Never,

    /// <summary>There is no server there, it hangs, or it takes nothing from us (certificate, sign-in, sender): every mail would meet the same.</summary>
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
        var message = MimeMail.Write(mail, content, to, settings, system.GetUtcNow());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Patience);
        try
        {
            return await TryAsync($"{to.User}@{domain}", message, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await DropAsync();
            return new SendResult(SendAnswer.Unreachable, $"The mail server {settings.Host}:{settings.Port} did not answer in time.");
        }
        catch (SmtpRefusedException refusal)
        {
            var result = Judge(refusal);
            if (result.Answer == SendAnswer.Unreachable) await DropAsync();
            return result;
        }
        catch (AuthenticationException failure)
        {
            await DropAsync();
            return new SendResult(SendAnswer.Unreachable, $"The certificate of the mail server {settings.Host} is not accepted: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await DropAsync();
            return new SendResult(SendAnswer.Unreachable, failure.Message);
        }
    }

    public ValueTask DisposeAsync() => new(DropAsync());

    private async Task<SendResult> TryAsync(string to, byte[] message, CancellationToken cancellation)
    {
        while (true)
        {
            var talk = _talk ??= await SmtpConversation.OpenAsync(settings, tokens, cancellation);
            var stale = talk.IsUsed;
            try
            {
                return new SendResult(SendAnswer.Accepted, (await talk.SendAsync(settings.From, to, message, cancellation)).ToString());
            }
            catch (Exception e) when (stale && !talk.IsDelivering && e is (IOException or SocketException or SmtpRefusedException { Reply.Code: 421 }))
            {
                // A connection that stood idle, or carried as many mails as the server allows: a fresh one, once.
                await DropAsync();
            }
        }
    }

    private static SendResult Judge(SmtpRefusedException refusal)
    {
        var code = refusal.Reply.Code;
        var answer = refusal.Stage switch
        {
            SmtpStage.Greeting or SmtpStage.Tls or SmtpStage.SignIn => SendAnswer.Unreachable,
            _ when code is 421 or 530 or 534 or 535 or 538 => SendAnswer.Unreachable,
            // The sender is the same for all mails; only a size (552) or an address form (553, 555) is this one's.
            SmtpStage.Sender when code is >= 500 and not (552 or 553 or 555) => SendAnswer.Unreachable,
            _ => code >= 500 ? SendAnswer.Never : SendAnswer.Later,
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
