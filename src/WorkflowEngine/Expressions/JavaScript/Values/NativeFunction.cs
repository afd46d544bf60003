namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A built-in function. Shared by all runs and therefore closed to writes.</summary>
internal sealed class NativeFunction : Callable
{
    private readonly NativeCode _code;
    private readonly NativeTable? _members;
    private readonly Func<ScriptRun, Value[], Value>? _construct;

    public NativeFunction(string name, NativeCode code, Func<ScriptRun, Value[], Value>? construct = null, NativeTable? members = null)
    {
        Name = name;
        _code = code;
        _construct = construct;
        _members = members;
        Frozen = true;
    }

    public override string Name { get; }

    public override Value Call(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(2);
        return _code(run, self, arguments);
    }

    public override Value Construct(ScriptRun run, Value[] arguments) =>
        _construct is null ? base.Construct(run, arguments) : _construct(run, arguments);

    public override Value Get(ScriptRun run, string key)
    {
        var member = _members?.Find(key) ?? Value.Undefined;
        return member.IsUndefined ? base.Get(run, key) : member;
    }
}
