using System.Runtime.CompilerServices;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>f(a)</c>, <c>o.f(a)</c>, <c>f?.(a)</c></summary>
internal sealed class Call(int position, Expression callee, Expression[] arguments, bool hasSpread, bool optional) : Expression(position)
{
    public Expression Callee => callee;

    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var self = Value.Undefined;
        Value function;
        var member = callee as Member ?? (callee as OptionalChain)?.Chain as Member;
        if (member is not null)
        {
            if (!member.TryTarget(frame, out self)) return callee is Member ? Value.Hole : throw NotCallable(run);
            function = member.Read(frame, self);
        }
        else function = callee.Evaluate(frame);

        if (function.IsHole || (optional && function.IsNullish)) return Value.Hole;
        var values = Arguments(frame, arguments, hasSpread);
        run.Position = Position;
        if (function.Callable is not { } callable) throw NotCallable(run);
        var result = callable.Call(run, self, values);
        run.Position = Position;
        return result;
    }

    public static Value[] Arguments(Frame frame, Expression[] arguments, bool hasSpread)
    {
        if (arguments.Length == 0) return [];
        if (hasSpread) return [.. Spread.EvaluateAll(frame, arguments)];
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++) values[i] = arguments[i].Evaluate(frame);
        return values;
    }

    public override string Describe() => callee.Describe() + "(…)";

    private ThrowSignal NotCallable(ScriptRun run)
    {
        run.Position = Position;
        return run.TypeError($"{callee.Describe()} is not a function");
    }
}

/// <summary><c>new C(a)</c>: built-in constructors only.</summary>
internal sealed class New(int position, Expression callee, Expression[] arguments, bool hasSpread) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        var constructor = callee.Evaluate(frame);
        var values = Call.Arguments(frame, arguments, hasSpread);
        run.Position = Position;
        return constructor.Callable is { } callable
            ? callable.Construct(run, values)
            : throw run.TypeError($"{callee.Describe()} is not a constructor");
    }
}
