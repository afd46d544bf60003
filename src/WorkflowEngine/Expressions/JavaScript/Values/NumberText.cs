using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Numbers as the language reads and writes them, without culture.</summary>
internal static class NumberText
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static string Format(double number)
    {
        if (number == (int)number) return ((int)number).ToString(CultureInfo.InvariantCulture);
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "Infinity" : "-Infinity";
        var (negative, digits, point) = Split(number);
        var sign = negative ? "-" : string.Empty;
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? sign + digits.PadRight(point, '0')
                : string.Concat(sign, digits.AsSpan(0, point), ".", digits.AsSpan(point));
        }

        if (point is > -6 and <= 0) return sign + "0." + new string('0', -point) + digits;
        var exponent = (point - 1 < 0 ? "-" : "+") + Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture);
        return digits.Length == 1 ? $"{sign}{digits}e{exponent}" : $"{sign}{digits[0]}.{digits[1..]}e{exponent}";
    }

    /// <summary>The number in another base, as <c>toString(radix)</c>.</summary>
    public static string Format(double number, int radix)
    {
        if (radix == 10 || !double.IsFinite(number)) return Format(number);
        var text = new StringBuilder();
        var whole = Math.Floor(Math.Abs(number));
        var fraction = Math.Abs(number) - whole;
        if (whole == 0) text.Append('0');
        while (whole > 0)
        {
            text.Insert(0, Digits[(int)(whole % radix)]);
            whole = Math.Floor(whole / radix);
        }

        if (fraction > 0) AppendFraction(text, Math.Abs(number), fraction, radix);
        return (number < 0 ? "-" : string.Empty) + text;
    }

    /// <summary>Steps that reading a number of this length may take; what is longer than a double holds is worked out with large numbers.</summary>
    public static int Work(int length) => length <= 16 ? length / 8 : 16 + (length / 4);

    /// <summary>A number that was read, charged for where it is so small that reading it took large numbers however short its text.</summary>
    public static double Weighed(ScriptRun run, double number)
    {
        if (double.IsSubnormal(number)) run.Charge(20);
        return number;
    }

    /// <summary>ToNumber of a string: NaN unless all of it is a number; empty is 0.</summary>
    public static double Parse(string text)
    {
        var span = text.AsSpan().Trim(TextMethods.WhiteSpace);
        if (span.Length == 0) return 0;
        if (span.Length > 2 && span[0] == '0' && char.ToLowerInvariant(span[1]) is 'x' or 'o' or 'b')
            return ParseRadix(span[2..], char.ToLowerInvariant(span[1]) switch { 'x' => 16, 'o' => 8, _ => 2 }, whole: true);
        var length = DecimalLength(span);
        return length == span.Length ? ParseDecimal(span) : double.NaN;
    }

    /// <summary>The longest decimal number at the start, as <c>parseFloat</c>.</summary>
    public static double ParsePrefix(string text)
    {
        var span = text.AsSpan().TrimStart(TextMethods.WhiteSpace);
        var length = DecimalLength(span);
        return length == 0 ? double.NaN : ParseDecimal(span[..length]);
    }

    public static double ParseRadix(ReadOnlySpan<char> text, int radix, bool whole)
    {
        double number = 0;
        var length = 0;
        while (length < text.Length && DigitOf(text[length]) is var digit && digit >= 0 && digit < radix)
        {
            number = number * radix + digit;
            length++;
        }

        if (length == 0 || (whole && length < text.Length)) return double.NaN;
        return radix == 10 ? ParseDecimal(text[..length]) : number;
    }

    private static int DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'z' => c - 'a' + 10,
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => -1,
    };

    private static double ParseDecimal(ReadOnlySpan<char> span)
    {
        var body = span[0] is '+' or '-' ? span[1..] : span;
        if (body[0] == 'I') return span[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return double.Parse(span, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Length of the decimal literal (sign, digits, fraction, exponent or Infinity) at the start, 0 when none.</summary>
    private static int DecimalLength(ReadOnlySpan<char> span)
    {
        var i = span.Length > 0 && span[0] is '+' or '-' ? 1 : 0;
        if (span[i..].StartsWith("Infinity", StringComparison.Ordinal)) return i + 8;
        var start = i;
        while (i < span.Length && char.IsAsciiDigit(span[i])) i++;
        var digits = i - start;
        if (i < span.Length && span[i] == '.')
        {
            var fraction = i + 1;
            while (fraction < span.Length && char.IsAsciiDigit(span[fraction])) fraction++;
            if (digits + fraction - i - 1 == 0) return 0;
            digits += fraction - i - 1;
            i = fraction;
        }

        if (digits == 0) return 0;
        if (i >= span.Length || span[i] is not ('e' or 'E')) return i;
        var exponent = i + 1;
        if (exponent < span.Length && span[exponent] is '+' or '-') exponent++;
        var end = exponent;
        while (end < span.Length && char.IsAsciiDigit(span[end])) end++;
        return end > exponent ? end : i;
    }

    /// <summary>Sign, significant digits, and how many of them stand before the point, from .NET's shortest form.</summary>
    private static (bool Negative, string Digits, int Point) Split(double number)
    {
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentAt < 0 ? 0 : int.Parse(shortest.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? shortest : shortest[..exponentAt];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var digits = dot < 0 ? mantissa : mantissa.Remove(dot, 1);
        var significant = digits.TrimStart('0');
        return (number < 0, significant.TrimEnd('0'), point - (digits.Length - significant.Length));
    }

    private static void AppendFraction(StringBuilder text, double number, double fraction, int radix)
    {
        text.Append('.');
        var delta = Math.Max(0.5 * (Math.BitIncrement(number) - number), double.Epsilon);
        do
        {
            fraction *= radix;
            delta *= radix;
            var digit = (int)fraction;
            text.Append(Digits[digit]);
            fraction -= digit;
            if (fraction > 0.5 || (fraction == 0.5 && (digit & 1) == 1))
            {
                if (fraction + delta > 1)
                {
                    RoundUp(text, radix);
                    return;
                }
            }
        }
        while (fraction >= delta);
    }

    private static void RoundUp(StringBuilder text, int radix)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] == '.') continue;
            var digit = DigitOf(text[i]) + 1;
            text[i] = Digits[digit % radix];
            if (digit < radix) return;
        }
    }
}
