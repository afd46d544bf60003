namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A function of the host, seen from a script.</summary>
internal sealed class HostFunction : Callable
{
    private readonly ScriptFunction _function;

    public HostFunction(string name, ScriptFunction function)
    {
        Name = name;
        _function = function;
        Frozen = true;
    }

    public override string Name { get; }

    public override Value Call(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(5);
        try
        {
            return Border.FromJson(run, _function(new ScriptArguments(run, arguments)), fromHost: false);
        }
        catch (ScriptErrorException error)
        {
            throw run.Error(error.Name, error.Message);
        }
    }
}
