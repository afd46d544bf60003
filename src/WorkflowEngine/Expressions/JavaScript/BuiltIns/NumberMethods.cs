using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of numbers.</summary>
internal static class NumberMethods
{
    public static NativeTable Table { get; } = new(new()
    {
        ["toFixed"] = ToFixed,
        ["toPrecision"] = ToPrecision,
        ["toExponential"] = ToExponential,
        ["toString"] = ToText,
        ["toLocaleString"] = (run, self, arguments) => run.Text(LocalText.Number(run, self.Number, arguments.At(0), arguments.At(1))),
        ["valueOf"] = (_, self, _) => self,
    });

    private static Value ToFixed(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(100);
        var digits = Digits(run, arguments, "toFixed", 0, 0);
        var number = Number(run, self);
        if (!double.IsFinite(number) || Math.Abs(number) >= 1e21) return NumberText.Format(number);
        var text = ExactRounding.Scale(Math.Abs(number), digits).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        if (digits > 0) text = text.Insert(text.Length - digits, ".");
        return run.Text(number < 0 ? "-" + text : text);
    }

    private static Value ToExponential(ScriptRun run, Value self, Value[] arguments)
    {
        var digits = Digits(run, arguments, "toExponential", 0, -1);
        var number = Number(run, self);
        if (!double.IsFinite(number)) return NumberText.Format(number);
        run.Charge(300);
        if (digits < 0) digits = Shortest(Math.Abs(number));
        var (text, exponent) = ExactRounding.Significant(Math.Abs(number), digits + 1);
        return run.Text(Exponential(number, text, exponent));
    }

    /// <summary>How many digits the shortest form has behind the first.</summary>
    private static int Shortest(double number)
    {
        var mantissa = number.ToString("R", CultureInfo.InvariantCulture).Split('E')[0];
        return Math.Max(0, mantissa.Replace(".", string.Empty, StringComparison.Ordinal).Trim('0').Length - 1);
    }

    private static Value ToPrecision(ScriptRun run, Value self, Value[] arguments)
    {
        var number = Number(run, self);
        if (arguments.At(0).IsUndefined || !double.IsFinite(number)) return NumberText.Format(number);
        var precision = Digits(run, arguments, "toPrecision", 1, 0);
        var (digits, exponent) = ExactRounding.Significant(Math.Abs(number), precision);
        if (exponent < -6 || exponent >= precision) return run.Text(Exponential(number, digits, exponent));
        var body = exponent < 0 ? "0." + new string('0', -exponent - 1) + digits
            : exponent + 1 >= digits.Length ? digits
            : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
        return run.Text(number < 0 ? "-" + body : body);
    }

    private static Value ToText(ScriptRun run, Value self, Value[] arguments)
    {
        var radix = arguments.At(0).IsUndefined ? 10 : Coerce.ToInteger(run, arguments[0]);
        if (radix is < 2 or > 36) throw run.RangeError("toString() radix must be between 2 and 36");
        var number = Number(run, self);

        // In another base digit by digit, and each takes the longer the further the number is from one.
        var size = radix == 10 || !double.IsFinite(number) || number == 0 ? 0L : Math.ILogB(number);
        run.Charge(radix == 10 ? 2 : 100 + (size * size / 170));
        return run.Text(NumberText.Format(number, (int)radix));
    }

    private static string Exponential(double number, string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : digits.Insert(1, ".");
        return string.Create(CultureInfo.InvariantCulture, $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    private static double Number(ScriptRun run, Value self) => self.IsNumber ? self.Number : throw run.TypeError("not a number");

    private static int Digits(ScriptRun run, Value[] arguments, string method, int least, int missing)
    {
        if (arguments.At(0).IsUndefined) return missing;
        var digits = Coerce.ToInteger(run, arguments[0]);
        run.Charge(300);
        return digits >= least && digits <= 100 ? (int)digits : throw run.RangeError($"{method}() digits argument must be between {least} and 100");
    }
}
