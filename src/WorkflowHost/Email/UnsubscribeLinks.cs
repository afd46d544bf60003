using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using WorkflowHost.Identity;

namespace WorkflowHost.Email;

/// <summary>
/// The address behind "fewer mails" in a digest: it names the reader, sealed for this one purpose, and opens nothing else. It does not expire, because
/// old mails are read too; all it can do is take away mails that the reader can ask for again.
/// </summary>
public sealed partial class UnsubscribeLinks(IDataProtectionProvider protection, string publicUrl)
{
    private readonly IDataProtector _protector = protection.CreateProtector("WorkflowHost.Unsubscribe.v1");

    /// <summary>A mail's text without the token, for everybody but its reader: whoever holds it acts as them.</summary>
    public static string? Masked(string? text) => text is null ? null : Token().Replace(text, "/mail/unsubscribe/…");

    [GeneratedRegex(@"/mail/unsubscribe/\S+")]
    private static partial Regex Token();

    /// <summary>The full address for a person.</summary>
    public string For(Guid person) => $"{publicUrl.TrimEnd('/')}/mail/unsubscribe/{_protector.Seal(person.ToByteArray())}";

    /// <summary>Whom a token names; null: it is not ours, or damaged.</summary>
    public Guid? Read(string token) => _protector.Open(token) is { Length: 16 } bytes ? new Guid(bytes) : null;
}
