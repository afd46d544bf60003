namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A <c>Date</c>: milliseconds since 1970-01-01 UTC, or NaN.</summary>
internal sealed class DateObject : ScriptObject
{
    public DateObject(ScriptRun run, double time)
    {
        run.Allocate(48);
        Time = time;
    }

    public double Time { get; set; }

    /// <summary>The first day of the year 1 as the host hands it over: a date that was never given, which Elsa writes without a zone.</summary>
    public bool IsUnset { get; init; }

    public override string KindName => "Date";

    protected override Value Method(string key)
    {
        var method = DateMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
