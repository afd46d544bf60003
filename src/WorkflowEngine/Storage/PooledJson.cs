using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WorkflowEngine.Storage;

/// <summary>JSON as UTF-8 for the columns that every burst writes: one buffer a thread is used again, and Vietnamese letters stay letters.</summary>
internal static class PooledJson
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _kept;

    /// <summary>What <paramref name="write"/> writes of the value.</summary>
    public static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        if (_kept is not { } kept)
        {
            var fresh = new ArrayBufferWriter<byte>(4096);
            kept = (fresh, new Utf8JsonWriter(fresh, Writing));
        }

        // Not to be found while it is in use, so that a failure half way leaves nothing behind.
        _kept = null;
        kept.Buffer.ResetWrittenCount();
        kept.Writer.Reset();
        write(kept.Writer, value);
        kept.Writer.Flush();

        // A large document must not keep its buffer for ever.
        if (kept.Buffer.Capacity <= 1 << 20) _kept = kept;
        return kept.Buffer.WrittenSpan.ToArray();
    }
}
