namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A function of the script with the environment it was made in.</summary>
internal sealed class Closure : Callable
{
    private readonly FunctionCode _code;

    public Closure(Frame frame, FunctionCode code)
    {
        frame.Run.Allocate(64);
        _code = code;
        Environment = frame.Environment;
        This = frame.This;
    }

    public Environment? Environment { get; }

    /// <summary>The <c>this</c> an arrow keeps.</summary>
    public Value This { get; }

    public Range Text => _code.Text;

    public override string Name => _code.Name;

    public override Value Call(ScriptRun run, Value self, Value[] arguments) => _code.Invoke(run, this, self, arguments);

    public override Value Construct(ScriptRun run, Value[] arguments) =>
        throw run.TypeError("'new' with a function of the script is not supported: return an object instead");

    public override Value Get(ScriptRun run, string key) =>
        key == "length" ? (double)_code.Parameters.TakeWhile(parameter => parameter.Default is null).Count() : base.Get(run, key);
}

/// <summary>An arrow or function expression.</summary>
internal sealed class FunctionExpression(int position, FunctionCode code) : Expression(position)
{
    public FunctionCode Code => code;

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        return new Closure(frame, code);
    }
}
