namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Date</c> and its functions. "Now" is the business time of the host.</summary>
internal static class DateFunctions
{
    public static NativeFunction Constructor { get; } = new("Date", (run, _, _) => run.Text(DateText.Full(run, Now(run))), Make, new NativeTable(new()
    {
        ["now"] = (run, _, _) => Now(run),
        ["parse"] = (run, _, arguments) => DateText.Parse(run, Coerce.ToText(run, arguments.At(0))),
        ["UTC"] = (run, _, arguments) => DateParts.Clip(Join(run, arguments)),
    }), DateMethods.Table);

    private static double Now(ScriptRun run) => run.Globals.Now.ToUnixTimeMilliseconds();

    private static Value Make(ScriptRun run, Value[] arguments)
    {
        if (arguments.Length == 0) return new DateObject(run, Now(run));
        if (arguments.Length > 1) return new DateObject(run, DateParts.Clip(DateParts.ToUtc(run, Join(run, arguments))));
        if (arguments[0].Object is DateObject other) return new DateObject(run, other.Time);
        var value = Coerce.ToPrimitive(run, arguments[0], preferText: false);
        return new DateObject(run, value.IsText ? DateText.Parse(run, value.Text) : DateParts.Clip(Coerce.ToNumber(run, value)));
    }

    private static double Join(ScriptRun run, Value[] arguments)
    {
        double[] parts = [double.NaN, 0, 1, 0, 0, 0, 0];
        for (var i = 0; i < Math.Min(arguments.Length, parts.Length); i++) parts[i] = Coerce.ToNumber(run, arguments[i]);
        if (parts[0] is >= 0 and < 100) parts[0] = 1900 + Math.Truncate(parts[0]);
        return DateParts.Join(parts);
    }
}
