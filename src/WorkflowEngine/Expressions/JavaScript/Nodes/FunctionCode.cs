namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A function as parsed: the program itself is one, too.</summary>
internal sealed class FunctionCode(string name, bool isArrow, bool isAsync)
{
    private static readonly Value[] NoSlots = [];

    public string Name { get; set; } = name;

    public bool IsArrow { get; } = isArrow;

    public bool IsAsync { get; } = isAsync;

    public Scope Scope { get; set; } = null!;

    /// <summary>Where its text stands in the source.</summary>
    public Range Text { get; set; }

    /// <summary>Names that default values of its parameters use: the body cannot declare them for itself.</summary>
    public HashSet<string> ParameterReads { get; set; } = [];

    public int SlotCount { get; set; }

    public PatternElement[] Parameters { get; set; } = [];

    public Expression? Rest { get; set; }

    public Statement[] Body { get; set; } = [];

    /// <summary>The body of an arrow without braces.</summary>
    public Expression? Value { get; set; }

    /// <summary>The own name of a function expression.</summary>
    public Identifier? Self { get; set; }

    /// <summary>The name <c>arguments</c>, when the body uses it.</summary>
    public Identifier? Arguments { get; set; }

    public Value RunProgram(ScriptRun run)
    {
        run.EnterCall();
        var frame = new Frame(run, Slots(run), null, JavaScript.Value.Undefined);
        Scope.Open(frame);
        Scope.OpenFunctions(frame);
        var result = RunBody(frame, out var returned);
        run.Depth--;
        return returned ? result : frame.Completion;
    }

    public Value Invoke(ScriptRun run, Closure closure, Value self, Value[] arguments)
    {
        if (!IsAsync) return InvokeNow(run, closure, self, arguments);
        var promise = new PromiseObject(run);
        var depth = run.Depth;
        try
        {
            promise.Settle(InvokeNow(run, closure, self, arguments), rejected: false);
        }
        catch (ThrowSignal signal)
        {
            run.Depth = depth;
            run.Charge(Try.ThrowCost);
            promise.Settle(signal.Value, rejected: true);
        }

        return promise;
    }

    /// <summary>Slots live as long as the call: only unusually many are worth counting.</summary>
    private Value[] Slots(ScriptRun run)
    {
        if (SlotCount > 16) run.Allocate(SlotCount * 16L);
        return SlotCount == 0 ? NoSlots : new Value[SlotCount];
    }

    private Value InvokeNow(ScriptRun run, Closure closure, Value self, Value[] arguments)
    {
        run.Tick();
        run.EnterCall();
        var frame = new Frame(run, Slots(run), closure.Environment, IsArrow ? closure.This : self);
        Scope.Open(frame);
        Self?.Assign(frame, closure);
        if (Arguments is not null) Arguments.Assign(frame, new ScriptArray(run, [.. arguments]) { IsArguments = true });
        for (var i = 0; i < Parameters.Length; i++) Parameters[i].Assign(frame, arguments.At(i));
        Rest?.Assign(frame, new ScriptArray(run, [.. arguments.Skip(Parameters.Length)]));
        Scope.OpenFunctions(frame);
        var result = Value is not null ? Value.Evaluate(frame) : RunBody(frame, out _);
        run.Depth--;
        return result;
    }

    private Value RunBody(Frame frame, out bool returned)
    {
        foreach (var statement in Body)
        {
            if (statement.Execute(frame) != Signal.Return) continue;
            returned = true;
            return frame.Result;
        }

        returned = false;
        return JavaScript.Value.Undefined;
    }
}
