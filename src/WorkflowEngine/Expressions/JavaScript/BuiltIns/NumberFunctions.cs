namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Number</c>, <c>parseInt</c>, <c>parseFloat</c></summary>
internal static class NumberFunctions
{
    private const double LargestExact = 9007199254740991;

    public static NativeFunction OfInteger { get; } = new("parseInt", ParseInt);

    public static NativeFunction OfDecimal { get; } = new("parseFloat", ParseFloat);

    public static NativeFunction Constructor { get; } = new("Number", Make, null, new NativeTable(
        new()
        {
            ["isInteger"] = (_, _, arguments) => IsInteger(arguments.At(0)),
            ["isSafeInteger"] = (_, _, arguments) => IsInteger(arguments.At(0)) && Math.Abs(arguments[0].Number) <= LargestExact,
            ["isFinite"] = (_, _, arguments) => arguments.At(0).IsNumber && double.IsFinite(arguments[0].Number),
            ["isNaN"] = (_, _, arguments) => arguments.At(0).IsNumber && double.IsNaN(arguments[0].Number),
        },
        new()
        {
            ["parseInt"] = OfInteger,
            ["parseFloat"] = OfDecimal,
            ["MAX_SAFE_INTEGER"] = LargestExact,
            ["MIN_SAFE_INTEGER"] = -LargestExact,
            ["MAX_VALUE"] = double.MaxValue,
            ["MIN_VALUE"] = double.Epsilon,
            ["EPSILON"] = Math.Pow(2, -52),
            ["POSITIVE_INFINITY"] = double.PositiveInfinity,
            ["NEGATIVE_INFINITY"] = double.NegativeInfinity,
            ["NaN"] = double.NaN,
        }), NumberMethods.Table);

    private static Value ParseInt(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Coerce.ToText(run, arguments.At(0)).AsSpan();
        run.Charge(text.Length / 8);
        text = text.TrimStart(TextMethods.WhiteSpace);
        var radix = Coerce.ToInt32(run, arguments.At(1));
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is '+' or '-') text = text[1..];
        if (radix is 0 or 16 && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
            radix = 16;
        }

        if (radix == 0) radix = 10;
        if (radix is < 2 or > 36) return Value.NaN;
        var number = NumberText.ParseRadix(text, radix, whole: false);
        return negative ? -number : number;
    }

    private static Value ParseFloat(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Coerce.ToText(run, arguments.At(0));
        run.Charge(NumberText.Work(text.Length));
        return NumberText.Weighed(run, NumberText.ParsePrefix(text));
    }

    private static Value Make(ScriptRun run, Value self, Value[] arguments) =>
        arguments.Length == 0 ? 0 : Coerce.ToNumber(run, arguments[0]);

    private static bool IsInteger(Value value) => value.IsNumber && double.IsFinite(value.Number) && value.Number == Math.Floor(value.Number);
}
