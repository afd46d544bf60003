using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>encodeURIComponent</c> and its kin.</summary>
internal static class UriFunctions
{
    private const string Marks = "-_.!~*'()";
    private const string Reserved = ";/?:@&=+$,#";

    public static Value EncodeComponent(ScriptRun run, Value self, Value[] arguments) => Encode(run, arguments.At(0), Marks);

    public static Value Encode(ScriptRun run, Value self, Value[] arguments) => Encode(run, arguments.At(0), Marks + Reserved);

    public static Value DecodeComponent(ScriptRun run, Value self, Value[] arguments) => Decode(run, arguments.At(0), string.Empty);

    public static Value Decode(ScriptRun run, Value self, Value[] arguments) => Decode(run, arguments.At(0), Reserved);

    public static Value Escape(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Coerce.ToText(run, arguments.At(0));
        run.AllocateText(text.Length * 6L);
        var result = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || "@*_+-./".Contains(c)) result.Append(c);
            else if (c < 256) result.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            else result.Append(CultureInfo.InvariantCulture, $"%u{(int)c:X4}");
        }

        return result.ToString();
    }

    public static Value Unescape(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Coerce.ToText(run, arguments.At(0));
        run.AllocateText(text.Length * 4L);
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var (start, length) = i + 1 < text.Length && text[i + 1] == 'u' ? (i + 2, 4) : (i + 1, 2);
            var isEscape = text[i] == '%' && start + length <= text.Length;
            if (isEscape && ushort.TryParse(text.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                i = start + length - 1;
            }
            else result.Append(text[i]);
        }

        return result.ToString();
    }

    private static Value Encode(ScriptRun run, Value value, string kept)
    {
        var text = Coerce.ToText(run, value);
        run.Charge(text.Length / 4);
        // A character takes at most nine.
        run.AllocateText(text.Length * 4L);
        var result = new StringBuilder();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in Runes(run, text))
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || kept.Contains((char)rune.Value)))
            {
                result.Append((char)rune.Value);
                continue;
            }

            var length = rune.EncodeToUtf8(bytes);
            for (var i = 0; i < length; i++) result.Append(CultureInfo.InvariantCulture, $"%{bytes[i]:X2}");
        }

        return run.Text(result.ToString());
    }

    private static List<Rune> Runes(ScriptRun run, string text)
    {
        var runes = new List<Rune>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune)) throw run.Error("URIError", "URI malformed");
            runes.Add(rune);
            i += rune.Utf16SequenceLength;
        }

        return runes;
    }

    private static Value Decode(ScriptRun run, Value value, string kept)
    {
        var text = Coerce.ToText(run, value);
        run.Charge(text.Length / 4);
        run.AllocateText(text.Length * 2L);
        var result = new StringBuilder();
        var bytes = new List<byte>(4);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '%')
            {
                result.Append(text[i++]);
                continue;
            }

            var start = i;
            bytes.Clear();
            bytes.Add(Octet(run, text, ref i));
            var more = bytes[0] < 0x80 ? 0 : bytes[0] >= 0xF0 ? 3 : bytes[0] >= 0xE0 ? 2 : 1;
            for (; more > 0; more--) bytes.Add(Octet(run, text, ref i));
            var status = Rune.DecodeFromUtf8([.. bytes], out var rune, out var consumed);
            if (status != System.Buffers.OperationStatus.Done || consumed != bytes.Count) throw run.Error("URIError", "URI malformed");
            if (rune.IsAscii && kept.Contains((char)rune.Value)) result.Append(text, start, i - start);
            else result.Append(rune.ToString());
        }

        return run.Text(result.ToString());
    }

    private static byte Octet(ScriptRun run, string text, ref int at)
    {
        if (at + 2 >= text.Length || text[at] != '%' || !byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
        {
            throw run.Error("URIError", "URI malformed");
        }

        at += 3;
        return octet;
    }
}
