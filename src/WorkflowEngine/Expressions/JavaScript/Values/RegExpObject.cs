namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A <c>RegExp</c> of a run; the compiled <see cref="Pattern"/> is shared.</summary>
internal sealed class RegExpObject : ScriptObject
{
    public RegExpObject(ScriptRun run, Pattern pattern)
    {
        run.Allocate(64);
        Pattern = pattern;
    }

    public Pattern Pattern { get; }

    public double LastIndex { get; set; }

    public override string KindName => "RegExp";

    public override Value Get(ScriptRun run, string key) => key switch
    {
        "lastIndex" => LastIndex,
        "source" => Pattern.Source,
        "flags" => Pattern.Flags,
        "global" => Pattern.Global,
        "sticky" => Pattern.Sticky,
        "ignoreCase" => Pattern.Flags.Contains('i'),
        "multiline" => Pattern.Flags.Contains('m'),
        _ => base.Get(run, key),
    };

    public override void Set(ScriptRun run, string key, Value value)
    {
        if (key == "lastIndex") LastIndex = Coerce.ToInteger(run, value);
        else base.Set(run, key, value);
    }

    protected override Value Method(string key)
    {
        var method = RegExpMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
