using System.Globalization;
using System.Numerics;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Decimal digits of a double's exact value, rounded half up as the language wants (.NET's formats round ties otherwise).</summary>
internal static class ExactRounding
{
    /// <summary>The whole number nearest to <paramref name="number"/> · 10^<paramref name="power"/>; not for negative numbers.</summary>
    public static BigInteger Scale(double number, int power)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent++;
        else mantissa |= 1L << 52;
        exponent -= 1075;
        BigInteger top = mantissa;
        var bottom = BigInteger.One;
        if (exponent > 0) top <<= exponent;
        else bottom <<= -exponent;
        if (power > 0) top *= BigInteger.Pow(10, power);
        else bottom *= BigInteger.Pow(10, -power);
        return (top * 2 + bottom) / (bottom * 2);
    }

    /// <summary>The first <paramref name="count"/> significant digits and the exponent of the first of them.</summary>
    public static (string Digits, int Exponent) Significant(double number, int count)
    {
        if (number == 0) return (new string('0', count), 0);
        // From below, as the logarithm may be one off and rounding may carry into a new digit.
        for (var exponent = (int)Math.Floor(Math.Log10(number)) - 1; ; exponent++)
        {
            var digits = Scale(number, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
            if (digits.Length <= count) return (digits, exponent);
        }
    }
}
