namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Promise</c>: everything runs at once, <c>then</c> calls its function before it returns.</summary>
internal static class PromiseMethods
{
    public static NativeFunction Constructor { get; } = new("Promise", (run, _, _) => throw run.TypeError("Constructor Promise requires 'new'"), Make, new NativeTable(new()
    {
        ["resolve"] = (run, _, arguments) => Settled(run, arguments.At(0), rejected: false),
        ["reject"] = (run, _, arguments) => Settled(run, arguments.At(0), rejected: true),
        ["all"] = All,
        ["allSettled"] = AllSettled,
        ["any"] = Any,
        ["race"] = Race,
    }));

    public static NativeTable Table { get; } = new(new()
    {
        ["then"] = (run, self, arguments) => Then(run, self, arguments.At(0).Callable, arguments.At(1).Callable),
        ["catch"] = (run, self, arguments) => Then(run, self, null, arguments.At(0).Callable),
        ["finally"] = Finally,
    });

    private static PromiseObject Settled(ScriptRun run, Value value, bool rejected)
    {
        var promise = new PromiseObject(run);
        if (!rejected) PromiseObject.Refuse(run, value);
        promise.Settle(value, rejected);
        return promise;
    }

    private static Value Make(ScriptRun run, Value[] arguments)
    {
        var promise = new PromiseObject(run);
        var executor = ArrayMethods.Callback(run, arguments.At(0));
        var resolve = new NativeFunction("resolve", (_, _, values) => Settle(promise, values, rejected: false));
        var reject = new NativeFunction("reject", (_, _, values) => Settle(promise, values, rejected: true));
        run.Allocate(200);
        var outcome = Guard(run, () => executor.Call(run, Value.Undefined, [resolve, reject]));
        if (outcome.IsRejected) promise.Settle(outcome.Result, rejected: true);
        return promise;
    }

    private static Value Settle(PromiseObject promise, Value[] values, bool rejected)
    {
        promise.Settle(values.At(0), rejected);
        return Value.Undefined;
    }

    private static Value All(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Iteration.Copy(run, arguments.At(0));
        return Guard(run, () =>
        {
            var result = new ScriptArray(run, items.Length);
            foreach (var item in items) result.Add(run, PromiseObject.Await(run, item));
            return result;
        });
    }

    private static Value AllSettled(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        foreach (var item in Iteration.Copy(run, arguments.At(0)))
        {
            var outcome = Guard(run, () => PromiseObject.Await(run, item));
            var entry = new ScriptObject();
            entry.Set(run, "status", outcome.IsRejected ? "rejected" : "fulfilled");
            entry.Set(run, outcome.IsRejected ? "reason" : "value", outcome.Result);
            result.Add(run, entry);
        }

        return Settled(run, result, rejected: false);
    }

    private static Value Any(ScriptRun run, Value self, Value[] arguments)
    {
        var reasons = new ScriptArray(run);
        foreach (var item in Iteration.Copy(run, arguments.At(0)))
        {
            var outcome = Guard(run, () => PromiseObject.Await(run, item));
            if (!outcome.IsRejected) return outcome;
            reasons.Add(run, outcome.Result);
        }

        var error = new ErrorObject(run, "AggregateError", "All promises were rejected");
        error.Set(run, "errors", reasons);
        return Settled(run, error, rejected: true);
    }

    /// <summary>All are settled, so the first wins.</summary>
    private static Value Race(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Iteration.Copy(run, arguments.At(0));
        return items.Length == 0 ? new PromiseObject(run) : Guard(run, () => PromiseObject.Await(run, items[0]));
    }

    private static Value Then(ScriptRun run, Value self, Callable? fulfilled, Callable? rejected)
    {
        if (self.Object is not PromiseObject promise) throw run.TypeError("not a promise");
        if (!promise.IsSettled) throw run.TypeError("the promise is never settled");
        var next = promise.IsRejected ? rejected : fulfilled;
        return next is null ? promise : Guard(run, () => next.Call(run, Value.Undefined, [promise.Result]));
    }

    private static Value Finally(ScriptRun run, Value self, Value[] arguments)
    {
        var after = arguments.At(0).Callable;
        var outcome = Guard(run, () => after?.Call(run, Value.Undefined, []) ?? Value.Undefined);
        return outcome.IsRejected ? outcome : self;
    }

    /// <summary>The outcome of a call as a promise.</summary>
    private static PromiseObject Guard(ScriptRun run, Func<Value> action)
    {
        var depth = run.Depth;
        try
        {
            return Settled(run, action(), rejected: false);
        }
        catch (ThrowSignal signal)
        {
            run.Charge(Try.ThrowCost + 50L * (run.Depth - depth));
            run.Depth = depth;
            return Settled(run, signal.Value, rejected: true);
        }
    }
}
