namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>target = value</c>, where the target may be a pattern.</summary>
internal sealed class Assignment(int position, Expression target, Expression value) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        if (target is not Member member)
        {
            var result = value.Evaluate(frame);
            target.Assign(frame, result);
            return result;
        }

        member.TryTarget(frame, out var self);
        var key = member.EvaluateKey(frame);
        var stored = value.Evaluate(frame);
        run.Position = Position;
        Access.Set(run, self, key, stored, member.IsStrict);
        return stored;
    }
}

/// <summary><c>a += b</c> and its kin; <c>a ??= b</c> writes only when it must; <c>a++</c> gives the old number.</summary>
internal sealed class Update(int position, BinaryOperator op, Expression target, Expression? value, bool givesOld) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        var self = Value.Undefined;
        var key = Value.Undefined;
        Value old;
        var member = target as Member;
        if (member is not null)
        {
            member.TryTarget(frame, out self);
            key = member.EvaluateKey(frame);
            if (!key.IsNumber && !self.IsNullish) key = Coerce.ToKey(run, key);
            run.Position = Position;
            old = Access.Get(run, self, key);
        }
        else old = target.Evaluate(frame);

        if (op is BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr or BinaryOperator.Coalesce && Logical.Settles(op, old)) return old;
        var result = Next(frame, ref old);
        run.Position = Position;
        if (member is not null) Access.Set(run, self, key, result, member.IsStrict);
        else target.Assign(frame, result);
        return givesOld ? old : result;
    }

    private Value Next(Frame frame, ref Value old)
    {
        if (value is null)
        {
            old = Coerce.ToNumber(frame.Run, old);
            return op == BinaryOperator.Add ? old.Number + 1 : old.Number - 1;
        }

        var right = value.Evaluate(frame);
        frame.Run.Position = Position;
        return op is BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr or BinaryOperator.Coalesce
            ? right
            : Operators.Apply(frame.Run, op, old, right);
    }
}
