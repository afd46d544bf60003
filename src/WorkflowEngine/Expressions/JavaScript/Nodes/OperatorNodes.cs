namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>a op b</c></summary>
internal sealed class Binary(int position, BinaryOperator op, Expression left, Expression right) : Expression(position)
{
    public BinaryOperator Operator => op;

    public Expression Left => left;

    public Expression Right => right;

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        var first = left.Evaluate(frame);
        var second = right.Evaluate(frame);
        frame.Run.Position = Position;
        return Operators.Apply(frame.Run, op, first, second);
    }
}

/// <summary><c>a + b - c + …</c>: operators of equal precedence in a loop, so that length is no depth.</summary>
internal sealed class BinaryChain(int position, Expression first) : Expression(position)
{
    private readonly List<(BinaryOperator Operator, Expression Right)> _rest = [];

    public void Add(BinaryOperator op, Expression right) => _rest.Add((op, right));

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        var value = first.Evaluate(frame);
        foreach (var (op, right) in _rest)
        {
            frame.Run.Tick();
            var second = right.Evaluate(frame);
            frame.Run.Position = Position;
            value = Operators.Apply(frame.Run, op, value, second);
        }

        return value;
    }
}

/// <summary><c>a &amp;&amp; b &amp;&amp; c</c>, likewise <c>||</c> and <c>??</c>.</summary>
internal sealed class Logical(int position, BinaryOperator op, List<Expression> operands) : Expression(position)
{
    public BinaryOperator Operator => op;

    public List<Expression> Operands => operands;

    public static bool Settles(BinaryOperator op, Value value) => op switch
    {
        BinaryOperator.LogicalAnd => !Coerce.ToBoolean(value),
        BinaryOperator.LogicalOr => Coerce.ToBoolean(value),
        _ => !value.IsNullish,
    };

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        var value = Value.Undefined;
        foreach (var operand in operands)
        {
            value = operand.Evaluate(frame);
            if (Settles(op, value)) return value;
        }

        return value;
    }
}

/// <summary><c>a ? b : c</c></summary>
internal sealed class Conditional(int position, Expression test, Expression yes, Expression no) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        return Coerce.ToBoolean(test.Evaluate(frame)) ? yes.Evaluate(frame) : no.Evaluate(frame);
    }
}

/// <summary><c>a, b</c></summary>
internal sealed class Sequence(int position, List<Expression> parts) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        var value = Value.Undefined;
        foreach (var part in parts) value = part.Evaluate(frame);
        return value;
    }
}

/// <summary><c>! - + ~ typeof void await</c></summary>
internal sealed class Unary(int position, string op, Expression operand) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        if (op == "typeof" && operand is Identifier name) return TypeName(name.EvaluateIfKnown(frame));
        var value = operand.Evaluate(frame);
        run.Position = Position;
        return op switch
        {
            "!" => !Coerce.ToBoolean(value),
            "-" => -Coerce.ToNumber(run, value),
            "+" => Coerce.ToNumber(run, value),
            "~" => (double)~Coerce.ToInt32(run, value),
            "typeof" => TypeName(value),
            "await" => PromiseObject.Await(run, value),
            _ => Value.Undefined,
        };
    }

    private static Value TypeName(Value value) => value.Kind switch
    {
        ValueKind.Undefined => "undefined",
        ValueKind.Boolean => "boolean",
        ValueKind.Number => "number",
        ValueKind.Text => "string",
        _ => value.Callable is null ? "object" : "function",
    };
}

/// <summary><c>delete a.b</c></summary>
internal sealed class Delete(int position, Expression operand) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        if (operand is Member member) return member.Delete(frame);
        operand.Evaluate(frame);
        return true;
    }
}
