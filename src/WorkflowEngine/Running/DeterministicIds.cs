using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WorkflowEngine.Running;

/// <summary>
/// Ids and random numbers of one burst: the same instance, burst number and time give the same ones, so a batch that is repeated after a
/// deadlock writes the same rows. Ids start with the time, so that new rows lie together in the index.
/// </summary>
public sealed class DeterministicIds(Guid instance, int burst, DateTimeOffset now)
{
    private int _next;

    public Guid NewGuid()
    {
        var number = _next++;
        Span<byte> seed = stackalloc byte[24];
        instance.TryWriteBytes(seed);
        BinaryPrimitives.WriteInt32BigEndian(seed[16..], burst);
        BinaryPrimitives.WriteInt32BigEndian(seed[20..], number);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(seed, hash);
        Span<byte> id = stackalloc byte[16];
        hash[..16].CopyTo(id);
        BinaryPrimitives.WriteInt64BigEndian(hash[16..], now.ToUnixTimeMilliseconds());
        hash[18..24].CopyTo(id);
        // The first ids of a burst stand in the order in which they were asked for; what goes by id then goes by that order.
        id[6] = (byte)(number >> 8 & 0x0F | 0x70);
        id[7] = (byte)number;
        id[8] = (byte)(id[8] & 0x3F | 0x80);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>16 hex digits, as Elsa's ids look.</summary>
    public string NewShort()
    {
        Span<byte> bytes = stackalloc byte[16];
        NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        return Convert.ToHexStringLower(bytes[8..]);
    }

    /// <summary>In [0, 1).</summary>
    public double NewRandom()
    {
        Span<byte> bytes = stackalloc byte[16];
        NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & ((1UL << 53) - 1)) / (double)(1UL << 53);
    }
}
