namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>One target inside a pattern or a parameter list, with its default value.</summary>
internal sealed record PatternElement(Expression Target, Expression? Default)
{
    public void Assign(Frame frame, Value value)
    {
        if (value.IsUndefined && Default is not null) value = Default.Evaluate(frame);
        Target.Assign(frame, value);
    }
}

/// <summary><c>[a, , b = 1, ...rest]</c> on the left side.</summary>
internal sealed class ArrayPattern(int position, PatternElement?[] elements, Expression? rest) : Expression(position)
{
    public override bool IsTarget => true;

    public override Value Evaluate(Frame frame) => throw new InvalidOperationException();

    public override void Assign(Frame frame, Value value)
    {
        var run = frame.Run;
        run.Tick();
        run.Position = Position;
        // A copy: a swap such as [a[0], a[1]] = a would read what it has just written.
        var source = Iteration.Copy(run, value);
        for (var i = 0; i < elements.Length; i++) elements[i]?.Assign(frame, source.At(i));
        rest?.Assign(frame, new ScriptArray(run, [.. source.Skip(elements.Length)]));
    }
}

/// <summary>One member taken by an object pattern.</summary>
internal sealed record PatternMember(string? Name, Expression? Key, PatternElement Element);

/// <summary><c>{ a, b: c = 1, ...rest }</c> on the left side.</summary>
internal sealed class ObjectPattern(int position, PatternMember[] members, Expression? rest) : Expression(position)
{
    public override bool IsTarget => true;

    public override Value Evaluate(Frame frame) => throw new InvalidOperationException();

    public override void Assign(Frame frame, Value value)
    {
        var run = frame.Run;
        run.Tick();
        run.Position = Position;
        if (value.IsNullish) throw run.TypeError($"Cannot destructure '{Coerce.ToText(run, value)}'");
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            var name = member.Name ?? Coerce.ToKey(run, member.Key!.Evaluate(frame));
            taken.Add(name);
            run.Position = Position;
            member.Element.Assign(frame, Access.Get(run, value, name));
        }

        if (rest is null) return;
        var others = new ScriptObject();
        run.Allocate(32);
        ObjectFunctions.CopyMembers(run, value, others, taken);
        rest.Assign(frame, others);
    }
}
