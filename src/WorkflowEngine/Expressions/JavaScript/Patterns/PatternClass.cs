using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Character classes and escapes of a regular expression.</summary>
internal sealed class PatternClass(string source, bool unicode, PatternCase? letters)
{
    private const int Last = 0x10FFFF;

    private static readonly (int, int)[] Digits = [('0', '9')];
    private static readonly (int, int)[] Words = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    private static readonly (int, int)[] Spaces =
        [(9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)];

    /// <summary>What <c>.</c> takes.</summary>
    public static PatternSet Dot(bool all) => new(all ? [(0, Last)] : Others([('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)]));

    public PatternSet One(int c) => new([(c, c)], letters: letters);

    /// <summary>Reads the class whose opening bracket was just read.</summary>
    public PatternSet Read(ref int at)
    {
        var ranges = new List<(int, int)>();
        var categories = 0u;
        var negated = at < source.Length && source[at] == '^';
        if (negated) at++;
        while (true)
        {
            if (at >= source.Length) throw new FormatException("a class of the regular expression is never closed");
            if (source[at] == ']') break;
            var first = Member(ref at, ranges, ref categories);
            if (at + 1 >= source.Length || source[at] != '-' || source[at + 1] == ']')
            {
                if (first >= 0) ranges.Add((first, first));
                continue;
            }

            at++;
            var second = Member(ref at, ranges, ref categories);
            if (first >= 0 && second >= 0 && second < first) throw new FormatException("a range out of order in a regular expression");
            if (first >= 0 && second >= 0) ranges.Add((first, second));
            else ranges.AddRange([('-', '-'), .. new[] { first, second }.Where(c => c >= 0).Select(c => (c, c))]);
        }

        at++;
        return new PatternSet(ranges, categories, negated, letters);
    }

    /// <summary>What the escape behind a backslash takes.</summary>
    public PatternSet Escaped(ref int at)
    {
        var ranges = new List<(int, int)>();
        var categories = 0u;
        var c = Escape(ref at, ranges, ref categories);
        return c >= 0 ? One(c) : new PatternSet(ranges, categories, letters: letters);
    }

    /// <summary>A character as it stands: a pair of surrogates is one with the flag <c>u</c>.</summary>
    public int Plain(ref int at)
    {
        var c = source[at++];
        return unicode && char.IsHighSurrogate(c) && at < source.Length && char.IsLowSurrogate(source[at]) ? char.ConvertToUtf32(c, source[at++]) : c;
    }

    private int Member(ref int at, List<(int, int)> ranges, ref uint categories)
    {
        if (source[at] != '\\') return Plain(ref at);
        at++;
        if (at < source.Length && source[at] == 'b')
        {
            at++;
            return '\b';
        }

        return Escape(ref at, ranges, ref categories);
    }

    /// <summary>The one character it stands for; -1: it stands for several, which are added.</summary>
    private int Escape(ref int at, List<(int, int)> ranges, ref uint categories)
    {
        if (at >= source.Length) throw new FormatException("a regular expression ends with a backslash");
        var c = source[at++];
        switch (c)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                var kind = char.ToLowerInvariant(c) switch { 'd' => Digits, 'w' => Words, _ => Spaces };
                ranges.AddRange(char.IsLower(c) ? kind : Others(kind));
                return -1;
            case 'p' or 'P':
                if (!unicode) throw new FormatException($"the escape '\\{c}' in a regular expression needs the flag u");
                categories |= Property(ref at, c);
                return -1;
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case '0' when at >= source.Length || !char.IsAsciiDigit(source[at]): return 0;
            case 'c' when at < source.Length && char.IsAsciiLetter(source[at]): return source[at++] % 32;
            case 'x': return Hex(ref at, 2);
            case 'u' when unicode && at < source.Length && source[at] == '{': return Braced(ref at);
            case 'u': return Unit(ref at);
            default:
                if (char.IsAsciiLetterOrDigit(c)) throw new FormatException($"the escape '\\{c}' in a regular expression is not supported");
                at--;
                return Plain(ref at);
        }
    }

    /// <summary><c>\uXXXX</c>; two that make a pair are one character with the flag <c>u</c>.</summary>
    private int Unit(ref int at)
    {
        var code = Hex(ref at, 4);
        if (!unicode || !char.IsHighSurrogate((char)code) || !source.AsSpan(at).StartsWith("\\u")) return code;
        var next = at + 2;
        if (!int.TryParse(source.AsSpan(next, Math.Min(4, source.Length - next)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low) || !char.IsLowSurrogate((char)low)) return code;
        at = next + 4;
        return char.ConvertToUtf32((char)code, (char)low);
    }

    private uint Property(ref int at, char letter)
    {
        var end = source.IndexOf('}', at);
        var name = end > at && source[at] == '{' ? source[(at + 1)..end] : string.Empty;
        name = name switch { "Letter" => "L", "Number" => "N", "Punctuation" => "P", "Uppercase_Letter" => "Lu", "Lowercase_Letter" => "Ll", _ => name };
        at = end + 1;
        var categories = 0u;
        for (var category = 0; category < Categories.Length / 2; category++)
        {
            var own = Categories.AsSpan(category * 2, 2);
            if (name.Length is 1 or 2 && own.StartsWith(name, StringComparison.Ordinal)) categories |= 1u << category;
        }

        if (categories == 0) throw new FormatException($"the property '{name}' in a regular expression is not supported");
        return letter == 'p' ? categories : ~categories;
    }

    /// <summary>The short names in the order of <see cref="UnicodeCategory"/>.</summary>
    private const string Categories = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSoCn";

    private int Hex(ref int at, int length)
    {
        if (at + length > source.Length || !int.TryParse(source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new FormatException("a malformed escape in a regular expression");
        at += length;
        return code;
    }

    private int Braced(ref int at)
    {
        var end = source.IndexOf('}', at);
        if (end < 0 || !int.TryParse(source.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > Last)
            throw new FormatException("a malformed escape in a regular expression");
        at = end + 1;
        return code;
    }

    private static IEnumerable<(int First, int Last)> Others((int First, int Last)[] ranges)
    {
        var next = 0;
        foreach (var (first, last) in ranges)
        {
            if (first > next) yield return (next, first - 1);
            next = last + 1;
        }

        yield return (next, Last);
    }
}
