using System.Numerics;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Math.*</c>; random numbers come from the host.</summary>
internal static class MathFunctions
{
    public static NativeTable Table { get; } = new(
        new()
        {
            ["abs"] = Of(Math.Abs),
            ["acos"] = Of(Math.Acos),
            ["acosh"] = Of(Math.Acosh),
            ["asin"] = Of(Math.Asin),
            ["asinh"] = Of(Math.Asinh),
            ["atan"] = Of(Math.Atan),
            ["atanh"] = Of(Math.Atanh),
            ["atan2"] = (run, _, arguments) => Math.Atan2(Coerce.ToNumber(run, arguments.At(0)), Coerce.ToNumber(run, arguments.At(1))),
            ["cbrt"] = Of(CubeRoot),
            ["ceil"] = Of(Math.Ceiling),
            ["clz32"] = (run, _, arguments) => (double)BitOperations.LeadingZeroCount((uint)Coerce.ToInt32(run, arguments.At(0))),
            ["cos"] = Of(Math.Cos),
            ["cosh"] = Of(Math.Cosh),
            ["exp"] = Of(Math.Exp),
            ["expm1"] = Of(number => Math.Abs(number) < 1e-5 ? number + number * number / 2 : Math.Exp(number) - 1),
            ["floor"] = Of(Math.Floor),
            ["fround"] = Of(number => (float)number),
            ["hypot"] = Hypotenuse,
            ["imul"] = (run, _, arguments) => (double)unchecked(Coerce.ToInt32(run, arguments.At(0)) * Coerce.ToInt32(run, arguments.At(1))),
            ["log"] = Of(Math.Log),
            ["log10"] = Of(Math.Log10),
            ["log1p"] = Of(number => Math.Abs(number) < 1e-5 ? number - number * number / 2 : Math.Log(1 + number)),
            ["log2"] = Of(Math.Log2),
            ["max"] = (run, _, arguments) => Best(run, arguments, double.NegativeInfinity, Math.Max),
            ["min"] = (run, _, arguments) => Best(run, arguments, double.PositiveInfinity, Math.Min),
            ["pow"] = (run, _, arguments) => Operators.Apply(run, BinaryOperator.Power, Coerce.ToNumber(run, arguments.At(0)), Coerce.ToNumber(run, arguments.At(1))),
            ["random"] = (run, _, _) => run.Globals.Random?.Invoke() ?? throw run.TypeError("Math.random is not available here"),
            ["round"] = Of(Round),
            ["sign"] = Of(number => double.IsNaN(number) ? number : Math.Sign(number)),
            ["sin"] = Of(Math.Sin),
            ["sinh"] = Of(Math.Sinh),
            ["sqrt"] = Of(Math.Sqrt),
            ["tan"] = Of(Math.Tan),
            ["tanh"] = Of(Math.Tanh),
            ["trunc"] = Of(Math.Truncate),
        },
        new()
        {
            ["PI"] = Math.PI,
            ["E"] = Math.E,
            ["LN2"] = Math.Log(2),
            ["LN10"] = Math.Log(10),
            ["LOG2E"] = 1 / Math.Log(2),
            ["LOG10E"] = 1 / Math.Log(10),
            ["SQRT2"] = Math.Sqrt(2),
            ["SQRT1_2"] = Math.Sqrt(0.5),
        });

    private static NativeCode Of(Func<double, double> function) =>
        (run, _, arguments) => function(Coerce.ToNumber(run, arguments.At(0)));

    private static Value Hypotenuse(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(arguments.Length);
        var numbers = Array.ConvertAll(arguments, value => Math.Abs(Coerce.ToNumber(run, value)));
        var largest = numbers.DefaultIfEmpty().Max();
        if (numbers.Any(double.IsInfinity)) return double.PositiveInfinity;
        if (numbers.Any(double.IsNaN)) return double.NaN;
        if (largest == 0) return 0;

        // The plain root has the last digit that it has in Elsa; where the squares are no numbers any more, those of the proportions are taken.
        var plain = 0.0;
        foreach (var number in numbers) plain += number * number;
        if (plain is > 1e-290 and < double.PositiveInfinity) return Math.Sqrt(plain);
        var sum = 0.0;
        foreach (var number in numbers) sum += number / largest * (number / largest);
        return Math.Sqrt(sum) * largest;
    }

    /// <summary>As a power, with the last digit that it has in Elsa; but the root of 64 is 4.</summary>
    private static double CubeRoot(double number)
    {
        var root = Math.CopySign(Math.Pow(Math.Abs(number), 1.0 / 3.0), number);
        var whole = Math.Round(root);
        return whole * whole * whole == number ? whole : root;
    }

    private static double Round(double number)
    {
        var floor = Math.Floor(number);
        return number - floor >= 0.5 ? Math.CopySign(floor + 1, number) : floor;
    }

    private static double Best(ScriptRun run, Value[] arguments, double start, Func<double, double, double> choose)
    {
        run.Charge(arguments.Length);
        foreach (var value in arguments) start = choose(start, Coerce.ToNumber(run, value));
        return start;
    }
}
