using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace WorkflowHost.Identity;

/// <summary>
/// The opaque tokens of the API: person, expiry and security stamp, sealed by Data Protection, so that every host on the
/// database can read them and nothing is stored. Times are the system clock's.
/// </summary>
public sealed class AccessTokens(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private const int HeadLength = 16 + 8;
    private readonly IDataProtector protector = protection.CreateProtector("WorkflowHost.AccessToken.v1");

    /// <summary>A token for this person.</summary>
    public string Issue(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        var stamp = Encoding.UTF8.GetBytes(person.SecurityStamp);
        var content = new byte[HeadLength + stamp.Length];
        person.Id.TryWriteBytes(content);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(16), (time.GetUtcNow() + Lifetime).UtcTicks);
        stamp.CopyTo(content, HeadLength);
        return protector.Seal(content);
    }

    /// <summary>What the token says, or null if it is not ours, damaged or expired. The stamp is still to be compared.</summary>
    public Ticket? Read(string token)
    {
        if (protector.Open(token) is not { Length: >= HeadLength } content || BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(16)) <= time.GetUtcNow().UtcTicks)
        {
            return null;
        }
        return new Ticket(new Guid(content.AsSpan(0, 16)), Encoding.UTF8.GetString(content.AsSpan(HeadLength)));
    }

    /// <summary>The content of a token that is still good.</summary>
    /// <param name="Person">Whose it is.</param>
    /// <param name="SecurityStamp">Good only while the person still has this stamp.</param>
    public sealed record Ticket(Guid Person, string SecurityStamp);
}
