namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>An expression for its effect; its value is the script's value when it is the last.</summary>
internal sealed class ExpressionStatement(int position, Expression expression) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Completion = expression.Evaluate(frame);
        return Signal.Normal;
    }
}

/// <summary>One declarator of <c>var/let/const</c>; <c>var x;</c> without value does nothing.</summary>
internal sealed class Declaration(int position, Expression target, Expression? value) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        target.Assign(frame, value is null ? Value.Undefined : value.Evaluate(frame));
        return Signal.Normal;
    }
}

/// <summary>Several declarators; no scope of its own.</summary>
internal sealed class Declarations(int position, Statement[] parts) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        foreach (var part in parts) part.Execute(frame);
        return Signal.Normal;
    }
}

/// <summary><c>{ … }</c></summary>
internal sealed class Block(int position, Statement[] body, Scope scope) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        var outer = frame.Environment;
        if (!scope.IsEmpty)
        {
            scope.Open(frame);
            scope.OpenFunctions(frame);
        }

        var signal = Signal.Normal;
        foreach (var statement in body)
        {
            signal = statement.Execute(frame);
            if (signal != Signal.Normal) break;
        }

        frame.Environment = outer;
        return signal;
    }
}

/// <summary><c>if … else if … else</c>, flat so that a long chain is no depth.</summary>
internal sealed class If(int position, List<(Expression Test, Statement Body)> branches, Statement? otherwise) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        frame.Completion = Value.Undefined;
        foreach (var (test, body) in branches)
        {
            if (Coerce.ToBoolean(test.Evaluate(frame))) return body.Execute(frame);
        }

        return otherwise?.Execute(frame) ?? Signal.Normal;
    }
}

/// <summary><c>switch</c></summary>
internal sealed class Switch(int position, Expression subject, (Expression? Test, Statement[] Body)[] cases, Scope scope) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        var value = subject.Evaluate(frame);
        frame.Completion = Value.Undefined;
        var outer = frame.Environment;
        scope.Open(frame);
        scope.OpenFunctions(frame);
        var signal = Run(frame, Find(frame, value));
        frame.Environment = outer;
        return signal == Signal.Break && frame.Label is null ? Signal.Normal : signal;
    }

    private int Find(Frame frame, Value value)
    {
        var otherwise = cases.Length;
        for (var i = 0; i < cases.Length; i++)
        {
            frame.Run.Tick();
            if (cases[i].Test is not { } test) otherwise = i;
            else if (Operators.StrictEquals(frame.Run, value, test.Evaluate(frame))) return i;
        }

        return otherwise;
    }

    private Signal Run(Frame frame, int first)
    {
        for (var i = first; i < cases.Length; i++)
        {
            foreach (var statement in cases[i].Body)
            {
                var signal = statement.Execute(frame);
                if (signal != Signal.Normal) return signal;
            }
        }

        return Signal.Normal;
    }
}

/// <summary><c>return</c></summary>
internal sealed class Return(int position, Expression? value) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        frame.Result = value?.Evaluate(frame) ?? Value.Undefined;
        return Signal.Return;
    }
}

/// <summary><c>break</c> and <c>continue</c>, with the label when given.</summary>
internal sealed class Jump(int position, Signal signal, string? label) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        frame.Label = label;
        return signal;
    }
}

/// <summary><c>name: statement</c></summary>
internal sealed class Labelled(int position, List<string> labels, Statement body) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        var signal = body.Execute(frame);
        if (signal != Signal.Break || frame.Label is null || !labels.Contains(frame.Label)) return signal;
        frame.Label = null;
        return Signal.Normal;
    }
}

/// <summary>Where a block declares a function: from here on it is one of the function around, too.</summary>
internal sealed class BlockFunction(int position, Identifier inner) : Statement(position)
{
    private Identifier? _outer;

    public string Name => inner.Name;

    /// <summary>The name in the function around; null: there it means something else.</summary>
    public Binding? Outer { get; set; }

    /// <summary>Counts the environments from the block to the function, after every name has its slot.</summary>
    public void ResolveOuter(Scope block)
    {
        if (Outer is not { } outer) return;
        var hops = 0;
        for (var at = block; at != outer.Scope; at = at.Parent!)
            if (at.HasEnvironment) hops++;
        _outer = new Identifier(Position, Name, declares: true);
        _outer.Resolve(outer, hops);
    }

    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        _outer?.Assign(frame, inner.Evaluate(frame));
        return Signal.Normal;
    }
}

/// <summary>Nothing.</summary>
internal sealed class Empty(int position) : Statement(position)
{
    public override Signal Execute(Frame frame) => Signal.Normal;
}
