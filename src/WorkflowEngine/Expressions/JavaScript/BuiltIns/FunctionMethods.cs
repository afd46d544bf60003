namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>call</c>, <c>apply</c>, <c>bind</c></summary>
internal static class FunctionMethods
{
    public static NativeTable Table { get; } = new(new()
    {
        ["call"] = Call,
        ["apply"] = Apply,
        ["bind"] = Bind,
        ["toString"] = ToText,
    });

    private static Value ToText(ScriptRun run, Value self, Value[] arguments) =>
        self.Object is Closure closure ? run.SourceText(closure.Text) : run.Text($"function {Target(run, self).Name}() {{ [native code] }}");

    private static Value Call(ScriptRun run, Value self, Value[] arguments)
    {
        using var depth = run.Enter();
        return Target(run, self).Call(run, arguments.At(0), arguments.Length > 1 ? arguments[1..] : []);
    }

    private static Value Apply(ScriptRun run, Value self, Value[] arguments)
    {
        using var depth = run.Enter();
        var list = arguments.At(1).IsNullish ? [] : Iteration.ToList(run, arguments[1]);
        run.Allocate(list.Count * 16L);
        return Target(run, self).Call(run, arguments.At(0), [.. list]);
    }

    private static Value Bind(ScriptRun run, Value self, Value[] arguments)
    {
        run.Allocate(64 + arguments.Length * 16L);
        return new BoundFunction(Target(run, self), arguments.At(0), arguments.Length > 1 ? arguments[1..] : []);
    }

    private static Callable Target(ScriptRun run, Value self) => self.Callable ?? throw run.TypeError("not a function");
}
