using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Reads a backslash escape of a string or template.</summary>
internal static class Escapes
{
    public static void Read(string source, ref int at, StringBuilder text)
    {
        var start = at;
        if (at + 1 >= source.Length) throw SyntaxFailure.At(source, at, "unexpected end of the source");
        var c = source[at + 1];
        at += 2;
        switch (c)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case '0' when at >= source.Length || !char.IsAsciiDigit(source[at]): text.Append('\0'); break;
            case >= '0' and <= '9': throw SyntaxFailure.At(source, start, "octal escapes are not supported");
            case 'x': text.Append((char)Hex(source, ref at, 2, start)); break;
            case 'u' when at < source.Length && source[at] == '{': CodePoint(source, ref at, text, start); break;
            case 'u': text.Append((char)Hex(source, ref at, 4, start)); break;
            case '\r':
                if (at < source.Length && source[at] == '\n') at++;
                break;
            case '\n' or '\u2028' or '\u2029': break;
            default: text.Append(c); break;
        }
    }

    private static void CodePoint(string source, ref int at, StringBuilder text, int start)
    {
        var end = source.IndexOf('}', at);
        if (end < 0 || end - at is < 2 or > 7) throw SyntaxFailure.At(source, start, "malformed escape");
        at++;
        var code = Hex(source, ref at, end - at, start);
        at = end + 1;
        if (code > 0x10FFFF) throw SyntaxFailure.At(source, start, "malformed escape");
        if (code < 0x10000) text.Append((char)code);
        else text.Append(char.ConvertFromUtf32(code));
    }

    private static int Hex(string source, ref int at, int length, int start)
    {
        if (at + length > source.Length || !int.TryParse(source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw SyntaxFailure.At(source, start, "malformed escape");
        at += length;
        return code;
    }
}
