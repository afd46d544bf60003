namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>throw</c></summary>
internal sealed class Throw(int position, Expression value) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        throw new ThrowSignal(value.Evaluate(frame), Position);
    }
}

/// <summary>
/// <c>try … catch … finally</c>. Only script errors are caught: a limit ends the run at once, without <c>finally</c>.
/// </summary>
internal sealed class Try(int position, Statement body, Expression? target, Scope? scope, Statement? handler, Statement? last) : Statement(position)
{
    /// <summary>What catching costs: a .NET exception is slow and must not be cheap fuel.</summary>
    public const int ThrowCost = 300;

    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        frame.Completion = Value.Undefined;
        if (last is null) return Guarded(frame);
        var outer = frame.Environment;
        var depth = frame.Run.Depth;
        ThrowSignal? thrown = null;
        var signal = Signal.Normal;
        try
        {
            signal = Guarded(frame);
        }
        catch (ThrowSignal error)
        {
            Restore(frame, outer, depth);
            thrown = error;
        }

        var (result, label, completion) = (frame.Result, frame.Label, frame.Completion);
        var ended = last.Execute(frame);
        if (ended != Signal.Normal) return ended;
        if (thrown is not null) throw new ThrowSignal(thrown.Value, thrown.Position);
        (frame.Result, frame.Label, frame.Completion) = (result, label, completion);
        return signal;
    }

    private Signal Guarded(Frame frame)
    {
        if (handler is null) return body.Execute(frame);
        var outer = frame.Environment;
        var depth = frame.Run.Depth;
        Value error;
        try
        {
            return body.Execute(frame);
        }
        catch (ThrowSignal signal)
        {
            error = signal.Value;
        }

        Restore(frame, outer, depth);
        scope!.Open(frame);
        target?.Assign(frame, error);
        var ended = handler.Execute(frame);
        frame.Environment = outer;
        return ended;
    }

    private static void Restore(Frame frame, Environment? outer, int depth)
    {
        // Unwinding costs by the calls it passes.
        frame.Run.Charge(ThrowCost + 50L * (frame.Run.Depth - depth));
        frame.Environment = outer;
        frame.Run.Depth = depth;
    }
}
