using System.Runtime.CompilerServices;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>a.b</c>, <c>a[b]</c>, and with <paramref name="optional"/> <c>a?.b</c>.</summary>
internal sealed class Member(int position, Expression target, string? name, Expression? key, bool optional, bool guards, bool isStrict)
    : Expression(position)
{
    public Expression Target => target;

    public string? Name => name;

    public bool IsStrict => isStrict;

    public override bool IsTarget => !optional;

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        if (guards) RuntimeHelpers.EnsureSufficientExecutionStack();
        var self = target.Evaluate(frame);
        if (self.IsHole || (optional && self.IsNullish)) return Value.Hole;
        return Read(frame, self);
    }

    /// <summary>The member of an object already evaluated.</summary>
    public Value Read(Frame frame, Value self)
    {
        var run = frame.Run;
        if (name is not null)
        {
            run.Position = Position;
            return Access.Get(run, self, name);
        }

        var index = key!.Evaluate(frame);
        run.Position = Position;
        return Access.Get(run, self, index);
    }

    /// <summary>Evaluates the object and whether an optional chain broke before the member.</summary>
    public bool TryTarget(Frame frame, out Value self)
    {
        if (guards) RuntimeHelpers.EnsureSufficientExecutionStack();
        self = target.Evaluate(frame);
        return !self.IsHole && !(optional && self.IsNullish);
    }

    public Value EvaluateKey(Frame frame) => name is not null ? name : key!.Evaluate(frame);

    public override void Assign(Frame frame, Value value)
    {
        var self = target.Evaluate(frame);
        var index = EvaluateKey(frame);
        frame.Run.Position = Position;
        Access.Set(frame.Run, self, index, value, isStrict);
    }

    public Value Delete(Frame frame)
    {
        if (!TryTarget(frame, out var self)) return true;
        var index = EvaluateKey(frame);
        frame.Run.Position = Position;
        return self.Object is { } owner
            ? Access.Ignores(owner, isStrict) ? false : owner.Delete(frame.Run, Coerce.ToKey(frame.Run, index))
            : self.IsNullish ? throw ObjectFunctions.NoObject(frame.Run) : true;
    }

    public override string Describe() => name is null ? target.Describe() + "[…]" : $"{target.Describe()}.{name}";
}

/// <summary>The whole of a chain with <c>?.</c> in it: what breaks inside becomes undefined here.</summary>
internal sealed class OptionalChain(int position, Expression chain) : Expression(position)
{
    public Expression Chain => chain;

    public override Value Evaluate(Frame frame)
    {
        var value = chain.Evaluate(frame);
        return value.IsHole ? Value.Undefined : value;
    }

    public override string Describe() => chain.Describe();
}
