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

    public override string KindName => "Date";

    protected override Value Method(string key)
    {
        var method = DateMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
