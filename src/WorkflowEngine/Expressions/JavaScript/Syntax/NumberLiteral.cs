using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Reads a numeric literal: decimal, 0x, 0o, 0b, with separators.</summary>
internal static class NumberLiteral
{
    public static double Read(string source, ref int at)
    {
        var start = at;
        var radix = 10;
        if (source[at] == '0' && at + 1 < source.Length)
        {
            radix = char.ToLowerInvariant(source[at + 1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
            if (radix == 10 && (char.IsAsciiDigit(source[at + 1]) || source[at + 1] == '_'))
                throw SyntaxFailure.At(source, start, "numbers with a leading zero are not supported");
        }

        if (radix != 10) at += 2;
        else Decimal(source, ref at);
        var digits = at;
        while (radix != 10 && at < source.Length && (char.IsAsciiHexDigit(source[at]) || source[at] == '_')) at++;
        if (at < source.Length && source[at] == 'n') throw SyntaxFailure.At(source, start, "BigInt literals are not supported");
        if (at < source.Length && Lexer.IsNamePart(source[at])) throw SyntaxFailure.At(source, start, "malformed number");
        var text = source[(radix == 10 ? start : digits)..at].Replace("_", string.Empty, StringComparison.Ordinal);
        var number = radix == 10
            ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
            : NumberText.ParseRadix(text, radix, whole: true);
        return double.IsNaN(number) ? throw SyntaxFailure.At(source, start, "malformed number") : number;
    }

    private static void Decimal(string source, ref int at)
    {
        Digits(source, ref at);
        if (at < source.Length && source[at] == '.')
        {
            at++;
            Digits(source, ref at);
        }

        if (at >= source.Length || source[at] is not ('e' or 'E')) return;
        var start = at++;
        if (at < source.Length && source[at] is '+' or '-') at++;
        if (at >= source.Length || !char.IsAsciiDigit(source[at])) throw SyntaxFailure.At(source, start, "malformed number");
        Digits(source, ref at);
    }

    private static void Digits(string source, ref int at)
    {
        var start = at;
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || (source[at] == '_' && at > start))) at++;
        if (at > start && source[at - 1] == '_') throw SyntaxFailure.At(source, at - 1, "malformed number");
    }
}
