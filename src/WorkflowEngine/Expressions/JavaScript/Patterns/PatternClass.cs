using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Character classes and escapes of a regular expression, rewritten for the inside of a .NET class.</summary>
internal sealed class PatternClass(string source, bool unicode)
{
    private const string Space = @"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

    private const string NoSpace = @"\u0000-\u0008\u000e-\u001f\u0021-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e" +
        @"\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\uffff";

    /// <summary>Reads the class whose opening bracket was just read.</summary>
    public string Translate(ref int at)
    {
        var text = new StringBuilder("[");
        var negated = at < source.Length && source[at] == '^';
        if (negated)
        {
            text.Append('^');
            at++;
        }

        var isEmpty = true;
        while (true)
        {
            if (at >= source.Length) throw new FormatException("a class of the regular expression is never closed");
            if (source[at] == ']') break;
            Range(ref at, text);
            isEmpty = false;
        }

        at++;
        if (isEmpty) return negated ? @"[\s\S]" : @"[^\s\S]";
        return text.Append(']').ToString();
    }

    /// <summary>A character so that it means only itself.</summary>
    public static string Literal(char c) =>
        char.IsAsciiLetterOrDigit(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    /// <summary>The escape behind a backslash; <paramref name="isSet"/> when it stands for several characters.</summary>
    public static string Escape(string source, ref int at, bool unicode, out bool isSet)
    {
        if (at >= source.Length) throw new FormatException("a regular expression ends with a backslash");
        var c = source[at++];
        isSet = c is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'p' or 'P';
        switch (c)
        {
            case 'd': return "0-9";
            case 'D': return @"\u0000-\u002f\u003a-\uffff";
            case 'w': return "A-Za-z0-9_";
            case 'W': return @"\u0000-\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\uffff";
            case 's': return Space;
            case 'S': return NoSpace;
            case 'p' or 'P': return Property(source, ref at, c);
            case 't' or 'n' or 'v' or 'f' or 'r': return "\\" + c;
            case 'b': return @"\u0008";
            case '0': return @"\u0000";
            case 'c' when at < source.Length && char.IsAsciiLetter(source[at]): return Literal((char)(source[at++] % 32));
            case 'x': return Hex(source, ref at, 2);
            case 'u' when unicode && at < source.Length && source[at] == '{': return Braced(source, ref at);
            case 'u': return Hex(source, ref at, 4);
            default:
                if (char.IsAsciiLetterOrDigit(c)) throw new FormatException($"the escape '\\{c}' in a regular expression is not supported");
                return Literal(c);
        }
    }

    private void Range(ref int at, StringBuilder text)
    {
        var first = One(ref at, out var isSet);
        text.Append(first);
        if (at + 1 >= source.Length || source[at] != '-' || source[at + 1] == ']') return;
        at++;
        var second = One(ref at, out var endsInSet);
        if (isSet || endsInSet) text.Append(@"\u002d");
        else text.Append('-');
        text.Append(second);
    }

    private string One(ref int at, out bool isSet)
    {
        isSet = false;
        var c = source[at++];
        return c == '\\' ? Escape(source, ref at, unicode, out isSet) : Literal(c);
    }

    private static string Property(string source, ref int at, char letter)
    {
        var end = source.IndexOf('}', at);
        var name = end > at && source[at] == '{' ? source[(at + 1)..end] : string.Empty;
        name = name switch { "Letter" => "L", "Number" => "N", "Punctuation" => "P", "Uppercase_Letter" => "Lu", "Lowercase_Letter" => "Ll", _ => name };
        var isCategory = name.Length is 1 or 2 && char.IsAsciiLetterUpper(name[0]) && (name.Length == 1 || char.IsAsciiLetterLower(name[1]));
        if (!isCategory) throw new FormatException($"the property '{name}' in a regular expression is not supported");
        at = end + 1;
        return $"\\{letter}{{{name}}}";
    }

    private static string Hex(string source, ref int at, int length)
    {
        if (at + length > source.Length || !int.TryParse(source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new FormatException("a malformed escape in a regular expression");
        at += length;
        return Literal((char)code);
    }

    private static string Braced(string source, ref int at)
    {
        var end = source.IndexOf('}', at);
        if (end < 0 || !int.TryParse(source.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new FormatException("a malformed escape in a regular expression");
        if (code > 0xFFFF) throw new FormatException("characters beyond U+FFFF in a regular expression are not supported");
        at = end + 1;
        return Literal((char)code);
    }
}
