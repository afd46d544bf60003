namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A built-in function. Shared by all runs and therefore closed to writes.</summary>
internal sealed class NativeFunction : Callable
{
    private readonly NativeCode _code;
    private readonly NativeTable? _members;
    private readonly NativeNamespace? _prototype;
    private readonly Func<ScriptRun, Value[], Value>? _construct;

    /// <param name="prototype">The methods of what it makes, as <c>C.prototype</c>.</param>
    public NativeFunction(string name, NativeCode code, Func<ScriptRun, Value[], Value>? construct = null, NativeTable? members = null, NativeTable? prototype = null)
    {
        Name = name;
        _code = code;
        _construct = construct;
        _members = members;
        _prototype = prototype is null ? null : new NativeNamespace(name, prototype);
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

    public override bool HasOwn(string key) => _members?.Find(key).IsUndefined == false || (key == "prototype" && _prototype is not null);

    public override Value Get(ScriptRun run, string key)
    {
        if (key == "length") throw run.TypeError("the length of a built-in function is not known here");
        if (key == "prototype" && _prototype is not null) return _prototype;
        var member = _members?.Find(key) ?? Value.Undefined;
        return member.IsUndefined ? base.Get(run, key) : member;
    }
}
