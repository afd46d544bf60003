namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The binary operators of the language on values.</summary>
internal static class Operators
{
    public static Value Apply(ScriptRun run, BinaryOperator op, Value left, Value right)
    {
        if (left.IsNumber && right.IsNumber && op < BinaryOperator.In)
        {
            // The processor divides bit by bit.
            if (op == BinaryOperator.Remainder && Math.Abs(left.Number) > Math.Abs(right.Number) * 1e15) run.Charge(40);
            return Numbers(op, left.Number, right.Number);
        }
        switch (op)
        {
            case BinaryOperator.Add: return Add(run, left, right);
            case BinaryOperator.Equal: return LooseEquals(run, left, right);
            case BinaryOperator.NotEqual: return !LooseEquals(run, left, right);
            case BinaryOperator.StrictEqual: return StrictEquals(run, left, right);
            case BinaryOperator.StrictNotEqual: return !StrictEquals(run, left, right);
            case BinaryOperator.Less:
            case BinaryOperator.LessOrEqual:
            case BinaryOperator.Greater:
            case BinaryOperator.GreaterOrEqual: return Compare(run, op, left, right);
            case BinaryOperator.In: return In(run, left, right);
            case BinaryOperator.InstanceOf: return Instances.Is(run, left, right);
            default: return Numbers(op, Coerce.ToNumber(run, left), Coerce.ToNumber(run, right));
        }
    }

    public static bool StrictEquals(Value left, Value right)
    {
        var kind = left.Kind;
        if (kind != right.Kind) return false;
        return kind switch
        {
            ValueKind.Number or ValueKind.Boolean => left.Number == right.Number,
            ValueKind.Text => left.TextLength == right.TextLength && string.Equals(left.Text, right.Text, StringComparison.Ordinal),
            ValueKind.Object => ReferenceEquals(left.Object, right.Object),
            _ => true,
        };
    }

    public static bool LooseEquals(ScriptRun run, Value left, Value right)
    {
        if (left.IsNullish || right.IsNullish) return left.IsNullish && right.IsNullish;
        if (left.Kind == right.Kind) return StrictEquals(run, left, right);
        if (left.IsObject) return LooseEquals(run, Coerce.ToPrimitive(run, left, left.Object is DateObject), right);
        if (right.IsObject) return LooseEquals(run, left, Coerce.ToPrimitive(run, right, right.Object is DateObject));
        return Coerce.ToNumber(run, left) == Coerce.ToNumber(run, right);
    }

    /// <summary>As <see cref="StrictEquals(Value, Value)"/>, paying for long strings.</summary>
    public static bool StrictEquals(ScriptRun run, Value left, Value right)
    {
        if (left.IsText && right.IsText) run.Charge(Math.Min(left.TextLength, right.TextLength) / 32);
        return StrictEquals(left, right);
    }

    private static Value Add(ScriptRun run, Value left, Value right)
    {
        if (left.IsObject) left = Coerce.ToPrimitive(run, left, left.Object is DateObject);
        if (right.IsObject) right = Coerce.ToPrimitive(run, right, right.Object is DateObject);
        if (!left.IsText && !right.IsText) return Coerce.ToNumber(run, left) + Coerce.ToNumber(run, right);
        if (!left.IsText) left = Coerce.ToText(run, left);
        else if (!right.IsText) right = Coerce.ToText(run, right);
        return Rope.Concat(run, left, right);
    }

    private static Value Compare(ScriptRun run, BinaryOperator op, Value left, Value right)
    {
        left = Coerce.ToPrimitive(run, left, preferText: false);
        right = Coerce.ToPrimitive(run, right, preferText: false);
        if (!left.IsText || !right.IsText) return Numbers(op, Coerce.ToNumber(run, left), Coerce.ToNumber(run, right));
        run.Charge(Math.Min(left.TextLength, right.TextLength) / 32);
        return Numbers(op, string.CompareOrdinal(left.Text, right.Text), 0);
    }

    private static bool In(ScriptRun run, Value left, Value right)
    {
        if (right.Object is not { } target) throw run.TypeError("the right side of 'in' is not an object");
        return target.Has(Coerce.ToKey(run, left));
    }

    private static Value Numbers(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Remainder => left % right,
        BinaryOperator.Power => Power(left, right),
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        BinaryOperator.Equal or BinaryOperator.StrictEqual => left == right,
        BinaryOperator.NotEqual or BinaryOperator.StrictNotEqual => left != right,
        BinaryOperator.And => (double)(Int(left) & Int(right)),
        BinaryOperator.Or => (double)(Int(left) | Int(right)),
        BinaryOperator.Xor => (double)(Int(left) ^ Int(right)),
        BinaryOperator.ShiftLeft => (double)(Int(left) << (Int(right) & 31)),
        BinaryOperator.ShiftRight => (double)(Int(left) >> (Int(right) & 31)),
        BinaryOperator.ShiftRightUnsigned => (double)((uint)Int(left) >> (Int(right) & 31)),
        _ => throw new InvalidOperationException(),
    };

    private static double Power(double left, double right) =>
        double.IsNaN(right) || (Math.Abs(left) == 1 && double.IsInfinity(right)) ? double.NaN : Math.Pow(left, right);

    private static int Int(double number) => Coerce.ToInt32(null!, new Value(number));
}
