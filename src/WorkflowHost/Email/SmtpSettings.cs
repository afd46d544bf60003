namespace WorkflowHost.Email;

/// <summary>Where mails go, from <c>Smtp:Host</c>, <c>Smtp:Port</c>, <c>Smtp:User</c>, <c>Smtp:Password</c>, <c>Smtp:From</c>, <c>Smtp:FromName</c>, <c>Smtp:StartTls</c>.</summary>
/// <param name="User">Null: no sign-in.</param>
/// <param name="From">Address of the sender; its domain is that of the Message-IDs.</param>
public sealed record SmtpSettings(string Host, int Port, string? User, string? Password, string From, string FromName, bool StartTls)
{
    /// <summary>System time that one conversation with the server may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    public string Domain => From[(From.LastIndexOf('@') + 1)..];

    /// <exception cref="InvalidOperationException">A value is missing or is no address.</exception>
    public static SmtpSettings Read(IConfiguration configuration)
    {
        var smtp = configuration.GetSection("Smtp");
        var from = smtp["From"] ?? "ke-hoach@localhost";
        if (!System.Net.Mail.MailAddress.TryCreate(from, out _)) throw new InvalidOperationException($"Smtp:From '{from}' is no mail address.");
        return new SmtpSettings(
            smtp["Host"] ?? throw new InvalidOperationException("Smtp:Host is not set."), smtp.GetValue("Port", 25), smtp["User"], smtp["Password"], from,
            smtp["FromName"] ?? "Kế hoạch Công đoàn", smtp.GetValue("StartTls", false));
    }
}
