namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// A promise that is settled when it is made: scripts have nothing to wait for, so <c>async</c> code runs straight through.
/// Pending only while the executor of <c>new Promise</c> has not called back.
/// </summary>
internal sealed class PromiseObject : ScriptObject
{
    public PromiseObject(ScriptRun run) => run.Allocate(64);

    public bool IsSettled { get; private set; }

    public bool IsRejected { get; private set; }

    public Value Result { get; private set; }

    public override string KindName => "Promise";

    public void Settle(Value value, bool rejected)
    {
        if (IsSettled) return;
        if (!rejected && value.Object is PromiseObject { IsSettled: true } inner)
        {
            rejected = inner.IsRejected;
            value = inner.Result;
        }

        IsSettled = true;
        IsRejected = rejected;
        Result = value;
    }

    /// <summary>The value of <c>await</c>: anything but a promise is itself.</summary>
    public static Value Await(ScriptRun run, Value value)
    {
        if (value.Object is not PromiseObject promise)
        {
            Refuse(run, value);
            return value;
        }

        if (!promise.IsSettled) throw run.TypeError("the awaited promise is never settled");
        return promise.IsRejected ? throw new ThrowSignal(promise.Result, run.Position) : promise.Result;
    }

    /// <summary>An object of the script with a function <c>then</c> would be asked for its value later, and there is no later.</summary>
    public static void Refuse(ScriptRun run, Value value)
    {
        if (value.Object is { } target and not PromiseObject && target.HasOwn("then") && target.Get(run, "then").Callable is not null)
            throw run.TypeError("an object with a function 'then' in place of a promise is not supported");
    }

    protected override Value Method(string key)
    {
        var method = PromiseMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
