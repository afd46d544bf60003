namespace WorkflowEngine.Expressions.JavaScript;

internal delegate Value NativeCode(ScriptRun run, Value self, Value[] arguments);

/// <summary>Anything a script can call.</summary>
internal abstract class Callable : ScriptObject
{
    public abstract string Name { get; }

    public override string KindName => "Function";

    public abstract Value Call(ScriptRun run, Value self, Value[] arguments);

    public virtual Value Construct(ScriptRun run, Value[] arguments) =>
        throw run.TypeError($"{(Name.Length == 0 ? "expression" : Name)} is not a constructor");

    public override Value Get(ScriptRun run, string key) =>
        key == "name" && !HasOwn(key) ? Name : base.Get(run, key);

    protected override Value Method(string key)
    {
        var method = FunctionMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
