namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The result of <c>f.bind(self, …)</c>.</summary>
internal sealed class BoundFunction(Callable target, Value self, Value[] first) : Callable
{
    public override string Name => "bound " + target.Name;

    public override Value Get(ScriptRun run, string key) =>
        key == "length" ? Math.Max(0, Coerce.ToInteger(run, target.Get(run, key)) - first.Length) : base.Get(run, key);

    public override Value Call(ScriptRun run, Value ignored, Value[] arguments)
    {
        using var depth = run.Enter();
        run.Allocate((first.Length + arguments.Length) * 16L);
        return target.Call(run, self, [.. first, .. arguments]);
    }
}
