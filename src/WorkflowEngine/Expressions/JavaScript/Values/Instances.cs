namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>x instanceof C</c> for the built-in constructors; there are no others.</summary>
internal static class Instances
{
    public static bool Is(ScriptRun run, Value value, Value constructor)
    {
        if (constructor.Callable is not NativeFunction native)
            throw run.TypeError("the right side of 'instanceof' is not a built-in constructor");
        if (value.Object is not { } target) return false;
        return native.Name switch
        {
            "Object" => true,
            "Error" => target is ErrorObject,
            "TypeError" or "RangeError" or "SyntaxError" or "ReferenceError" or "EvalError" or "URIError" or "AggregateError" =>
                target is ErrorObject error && error.Name == native.Name,
            _ => target.KindName == native.Name,
        };
    }
}
