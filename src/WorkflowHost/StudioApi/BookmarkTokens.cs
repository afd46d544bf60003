using System.Buffers.Binary;
using Microsoft.AspNetCore.DataProtection;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Tokens that let whoever has them resume one wait, once: wait, instance, who entrusted it, and the end by the system clock, sealed by Data
/// Protection. Nothing is stored; the wait itself is taken once.
/// </summary>
public sealed class BookmarkTokens(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>Longest life of a token.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private const int Length = 4 * 16 + 8, LongestText = 1000;
    private readonly IDataProtector protector = protection.CreateProtector("WorkflowHost.BookmarkToken.v1");

    /// <summary>What a token that is still good says.</summary>
    public sealed record Ticket(Guid InstanceId, Guid BookmarkId, Guid? ActorId, Guid? OnBehalfOf);

    /// <summary>A token that is good for so long, and until when.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(Ticket ticket, TimeSpan life)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        var until = time.GetUtcNow() + life;
        var content = new byte[Length];
        ticket.InstanceId.TryWriteBytes(content);
        ticket.BookmarkId.TryWriteBytes(content.AsSpan(16));
        (ticket.ActorId ?? Guid.Empty).TryWriteBytes(content.AsSpan(32));
        (ticket.OnBehalfOf ?? Guid.Empty).TryWriteBytes(content.AsSpan(48));
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(64), until.UtcTicks);
        return (protector.Seal(content), until);
    }

    /// <summary>What the token says, or null if it is not ours, damaged or past its time.</summary>
    public Ticket? Read(string? token)
    {
        if (token is not { Length: > 0 and <= LongestText } || protector.Open(token) is not { Length: Length } content) return null;
        if (BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(64)) <= time.GetUtcNow().UtcTicks) return null;
        Guid? At(int place) => new Guid(content.AsSpan(place, 16)) is var id && id != Guid.Empty ? id : null;
        return new Ticket(new Guid(content.AsSpan(0, 16)), new Guid(content.AsSpan(16, 16)), At(32), At(48));
    }
}
