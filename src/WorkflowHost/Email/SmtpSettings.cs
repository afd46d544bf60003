using System.Net;
using System.Net.Mail;

namespace WorkflowHost.Email;

/// <summary>How the connection to the mail server is kept secret.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all: only for a server on this machine or in a closed network.</summary>
    None,

    /// <summary>Plain at first, then STARTTLS; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,
}

/// <summary>How we sign in to the mail server.</summary>
public enum SmtpSignIn
{
    /// <summary>XOAUTH2 when there is a source of tokens; else PLAIN or LOGIN, whichever the server offers first in this order; none without a user.</summary>
    Auto,

    Plain,
    Login,
    XOAuth2,
}

/// <summary>Where mails go: the section <c>Smtp</c> of the configuration, one name for each property unless it says another.</summary>
/// <param name="From">Address of the sender; its domain is that of the Message-IDs.</param>
public sealed record SmtpSettings(string Host, int Port, string From, string FromName)
{
    private const int Most = 1_000_000;

    public SmtpSecurity Security { get; init; }

    /// <summary>Account to sign in with; null: no sign-in.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    public SmtpSignIn SignIn { get; init; }

    /// <summary>Which certificate of the server is good enough; of this server only.</summary>
    public CertificatePolicy Certificate { get; init; } = CertificatePolicy.System;

    /// <summary>Where XOAUTH2 gets its access tokens; null: no XOAUTH2.</summary>
    public TokenSettings? Tokens { get; init; }

    /// <summary>System time that the server may take for one step up to the message: greeting, handshake, answer to a command (RFC 5321, 4.5.3.2). <c>Smtp:StepSeconds</c>.</summary>
    public TimeSpan StepLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>System time for the answer to a whole message: filters judge it only then, and who hangs up earlier sends it twice. <c>Smtp:AnswerSeconds</c>.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Most mails a minute of business time to recipients of one domain ("*": every domain not named), over all hosts; empty: no limit.</summary>
    public IReadOnlyDictionary<string, int> PerMinute { get; init; } = new Dictionary<string, int>();

    public string Domain => From[(From.LastIndexOf('@') + 1)..];

    /// <exception cref="InvalidOperationException">A value is missing, contradicts another or would send a password in the clear.</exception>
    public static SmtpSettings Read(IConfiguration configuration)
    {
        var smtp = configuration.GetSection("Smtp");
        var from = ReadFrom(configuration) ?? "ke-hoach@localhost";
        var security = Choice(smtp, "Security", SmtpSecurity.None);
        var settings = new SmtpSettings(
            smtp["Host"] ?? throw new InvalidOperationException("Smtp:Host is not set."),
            smtp.GetValue("Port", security switch { SmtpSecurity.Tls => 465, SmtpSecurity.StartTls => 587, _ => 25 }), from, smtp["FromName"] ?? "Kế hoạch Công đoàn")
        {
            Security = security,
            User = smtp["User"],
            Password = smtp["Password"],
            SignIn = Choice(smtp, "SignIn", SmtpSignIn.Auto),
            Certificate = CertificatePolicy.Read(smtp),
            Tokens = TokenSettings.Read(smtp),
            PerMinute = smtp.GetSection("PerMinute").GetChildren().ToDictionary(c => c.Key.ToLowerInvariant(), c => Positive(c.Path, c.Value, "mails a minute")),
        };
        if (smtp["StepSeconds"] is { Length: > 0 } step) settings = settings with { StepLimit = TimeSpan.FromSeconds(Positive("Smtp:StepSeconds", step, "seconds")) };
        if (smtp["AnswerSeconds"] is { Length: > 0 } answer) settings = settings with { AnswerLimit = TimeSpan.FromSeconds(Positive("Smtp:AnswerSeconds", answer, "seconds")) };
        settings.Check();
        return settings;
    }

    /// <summary>An address alone, without a name or comment, as it may stand in a header.</summary>
    public static bool IsAddress(string? text) => MailAddress.TryCreate(text, out var address) && address.Address == text && text.All(char.IsAscii);

    /// <summary>The setting <c>Smtp:From</c>; null: not set.</summary>
    /// <exception cref="InvalidOperationException">It is no mail address.</exception>
    public static string? ReadFrom(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var from = configuration["Smtp:From"];
        return from is null || IsAddress(from) ? from
            : throw new InvalidOperationException($"Smtp:From '{from}' is no mail address alone; a name belongs into Smtp:FromName.");
    }

    /// <summary>The setting <c>Mail:ReplyTo</c>: where answers go when the issuer has no address of its own; null: nowhere.</summary>
    /// <exception cref="InvalidOperationException">It is no mail address.</exception>
    public static string? ReadReplyTo(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration["Mail:ReplyTo"] is not { Length: > 0 } text) return null;
        return IsAddress(text) ? text : throw new InvalidOperationException($"Mail:ReplyTo '{text}' is no mail address.");
    }

    private void Check()
    {
        var signsIn = User is not null || Tokens is not null;
        if (signsIn && Security == SmtpSecurity.None && !IsThisMachine)
            throw new InvalidOperationException("Smtp:User is set and Smtp:Security is not: a password is never sent in the clear. Set Smtp:Security to StartTls or Tls.");
        if (SignIn == SmtpSignIn.XOAuth2 && Tokens is null) throw new InvalidOperationException("Smtp:SignIn is XOAuth2, but neither Smtp:TokenFile nor Smtp:TokenUrl is set.");
        if (signsIn && User is null) throw new InvalidOperationException("Smtp:User is not set; XOAUTH2 needs the account too.");
        if (SignIn is SmtpSignIn.Plain or SmtpSignIn.Login && (User is null || Password is null))
            throw new InvalidOperationException($"Smtp:SignIn is {SignIn}, but Smtp:User or Smtp:Password is not set.");
    }

    private bool IsThisMachine => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    private static T Choice<T>(IConfigurationSection section, string name, T otherwise)
        where T : struct, Enum =>
        section[name] is not { Length: > 0 } text ? otherwise
        : Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
        : throw new InvalidOperationException($"Smtp:{name} '{text}' is none of {string.Join(", ", Enum.GetNames<T>())}.");

    private static int Positive(string path, string? text, string of) =>
        int.TryParse(text, out var number) && number is > 0 and <= Most ? number : throw new InvalidOperationException($"{path} '{text}' is no number of {of} from 1 to {Most}.");
}
