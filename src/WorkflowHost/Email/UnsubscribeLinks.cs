using Microsoft.AspNetCore.DataProtection;
using WorkflowHost.Identity;

namespace WorkflowHost.Email;

/// <summary>
/// The address behind "fewer mails" in a digest: it names the reader, sealed for this one purpose, and opens nothing else. It does not expire, because
/// old mails are read too; all it can do is take away mails that the reader can ask for again.
/// </summary>
public sealed class UnsubscribeLinks(IDataProtectionProvider protection, string publicUrl)
{
    private readonly IDataProtector _protector = protection.CreateProtector("WorkflowHost.Unsubscribe.v1");

    /// <summary>The full address for a person.</summary>
    public string For(Guid person) => $"{publicUrl.TrimEnd('/')}/mail/unsubscribe/{_protector.Seal(person.ToByteArray())}";

    /// <summary>Whom a token names; null: it is not ours, or damaged.</summary>
    public Guid? Read(string token) => _protector.Open(token) is { Length: 16 } bytes ? new Guid(bytes) : null;
}
