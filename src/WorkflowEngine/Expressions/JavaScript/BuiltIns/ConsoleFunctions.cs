namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>console.log</c> and its kin: to the host's log when it has one.</summary>
internal static class ConsoleFunctions
{
    public static NativeTable Table { get; } = new(new()
    {
        ["log"] = Log,
        ["info"] = Log,
        ["warn"] = Log,
        ["error"] = Log,
        ["debug"] = Log,
    });

    private static Value Log(ScriptRun run, Value self, Value[] arguments)
    {
        if (run.Globals.Log is not { } log) return Value.Undefined;
        var parts = new string[arguments.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var isData = arguments[i].IsObject && arguments[i].Object is not (ErrorObject or Callable);
            parts[i] = isData ? JsonWriting.Write(run, arguments[i]) ?? "undefined" : Coerce.ToText(run, arguments[i]);
            run.AllocateText(parts[i].Length);
        }

        log(string.Join(' ', parts));
        return Value.Undefined;
    }
}
