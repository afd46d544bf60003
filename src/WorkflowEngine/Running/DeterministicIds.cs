using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WorkflowEngine.Running;

/// <summary>
/// Ids and random numbers of one burst: the same instance, burst number and time give the same ones, so a batch that is repeated after a
/// deadlock writes the same rows. Ids start with the time, so that new rows lie together in the index.
/// </summary>
public sealed class DeterministicIds(Guid instance, int burst, DateTimeOffset now)
{
    private UInt128 _seed;
    private uint _next;

    public Guid NewGuid()
    {
        // One hash a burst; what follows from it is mixed, as good ids need to differ and not to be secret.
        if (_next == 0) _seed = Seed();
        var n = ++_next;
        Span<byte> id = stackalloc byte[16];
        // The first ids of a burst stand in the order in which they were asked for; what goes by id then goes by that order.
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)now.ToUnixTimeMilliseconds() << 16 | n & 0x0FFF);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], Mix((ulong)_seed + Mix((ulong)(_seed >> 64) + n * 0xD1342543DE82EF95)));
        id[6] = (byte)(id[6] & 0x0F | 0x70);
        id[8] = (byte)(id[8] & 0x3F | 0x80);
        return new Guid(id, bigEndian: true);
    }

    private UInt128 Seed()
    {
        Span<byte> from = stackalloc byte[20];
        instance.TryWriteBytes(from);
        BinaryPrimitives.WriteInt32BigEndian(from[16..], burst);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(from, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>A bijection of 64 bits that spreads neighbours apart (the finalizer of SplitMix64).</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
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
