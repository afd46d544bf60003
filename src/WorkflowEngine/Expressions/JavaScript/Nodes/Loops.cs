namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>What a loop does with the outcome of its body.</summary>
internal static class Turn
{
    /// <summary>Whether the loop goes on; otherwise <paramref name="signal"/> is the loop's own outcome.</summary>
    public static bool GoesOn(Frame frame, List<string> labels, ref Signal signal)
    {
        if (signal == Signal.Normal) return true;
        if (signal == Signal.Return) return false;
        var mine = frame.Label is null || (signal == Signal.Continue && labels.Contains(frame.Label));
        if (!mine) return false;
        var goesOn = signal == Signal.Continue;
        frame.Label = null;
        signal = Signal.Normal;
        return goesOn;
    }
}

/// <summary><c>for (init; test; step)</c></summary>
internal sealed class For(
    int position, Statement? start, Expression? test, Expression? step, Statement body, Scope scope, List<string> labels) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Run.Tick();
        frame.Completion = Value.Undefined;
        var outer = frame.Environment;
        if (!scope.IsEmpty) scope.Open(frame);
        start?.Execute(frame);
        var completion = Value.Undefined;
        var signal = Signal.Normal;
        if (scope.HasEnvironment) scope.Renew(frame);
        while (true)
        {
            frame.Run.Tick();
            if (test is not null && !Coerce.ToBoolean(test.Evaluate(frame))) break;
            signal = body.Execute(frame);
            completion = frame.Completion;
            if (!Turn.GoesOn(frame, labels, ref signal)) break;
            if (scope.HasEnvironment) scope.Renew(frame);
            step?.Evaluate(frame);
        }

        frame.Completion = completion;
        frame.Environment = outer;
        return signal;
    }
}

/// <summary><c>for (x of list)</c>, and with <paramref name="keys"/> <c>for (x in object)</c>.</summary>
internal sealed class ForEach(
    int position, Expression target, Expression source, Statement body, Scope scope, bool keys, List<string> labels) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        frame.Completion = Value.Undefined;
        var value = source.Evaluate(frame);
        run.Position = Position;
        var items = keys ? Keys(run, value) : Iteration.ToList(run, value);
        var table = value.Object as EntryTable;
        var outer = frame.Environment;
        var signal = Signal.Normal;
        // Lists are read by index while they may grow; so are Map and Set, where a place may have become empty.
        for (var i = 0; i < (table is null || keys ? items.Count : table.Places); i++)
        {
            run.Tick();
            if (table is null || keys) signal = Once(frame, items[i]);
            else if (table.TryEntry(i, out var key, out var entry)) signal = Once(frame, table.IsMap ? Iteration.Pair(run, key, entry) : key);
            frame.Environment = outer;
            if (!Turn.GoesOn(frame, labels, ref signal)) break;
        }

        return signal;
    }

    private Signal Once(Frame frame, Value item)
    {
        if (!scope.IsEmpty) scope.Open(frame);
        target.Assign(frame, item);
        return body.Execute(frame);
    }

    private static List<Value> Keys(ScriptRun run, Value value)
    {
        if (value.IsText) return [.. Enumerable.Range(0, Charged(run, value.TextLength)).Select(i => new Value(NumberText.Format(i)))];
        return value.Object is { } target ? [.. target.Keys(run).Select(key => new Value(key))] : [];
    }

    private static int Charged(ScriptRun run, int count)
    {
        run.Allocate(count * 48L);
        return count;
    }
}

/// <summary><c>while</c>, and with <paramref name="bodyFirst"/> <c>do … while</c>.</summary>
internal sealed class While(int position, Expression test, Statement body, bool bodyFirst, List<string> labels) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        frame.Completion = Value.Undefined;
        var completion = Value.Undefined;
        var signal = Signal.Normal;
        var first = bodyFirst;
        while (true)
        {
            frame.Run.Tick();
            if (!first && !Coerce.ToBoolean(test.Evaluate(frame))) break;
            first = false;
            signal = body.Execute(frame);
            completion = frame.Completion;
            if (!Turn.GoesOn(frame, labels, ref signal)) break;
        }

        frame.Completion = completion;
        return signal;
    }
}

/// <summary>The first part of a <c>for</c> when it is an expression: not the value of the loop.</summary>
internal sealed class ForStart(int position, Expression expression) : Statement(position)
{
    public override Signal Execute(Frame frame)
    {
        expression.Evaluate(frame);
        return Signal.Normal;
    }
}
