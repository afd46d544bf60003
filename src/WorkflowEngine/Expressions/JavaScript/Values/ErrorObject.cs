namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>An <c>Error</c> with its place in the source.</summary>
internal sealed class ErrorObject : ScriptObject
{
    public ErrorObject(ScriptRun run, string name, string message)
    {
        Name = name;
        Position = run.Position;
        run.AllocateText(message.Length + 32);
        Message = message;
    }

    private static NativeFunction Text { get; } = new("toString", (run, self, _) => self.Object is ErrorObject error ? error.Describe(run) : throw run.TypeError("not an error"));

    public string Name { get; }

    public string Message { get; }

    /// <summary>Where it was made, as an offset in the source.</summary>
    public int Position { get; }

    public override string KindName => "Error";

    public override Value Get(ScriptRun run, string key)
    {
        if (TryGetOwn(key, out var own)) return own;
        return key switch
        {
            "name" => Name,
            "message" => Message,
            "stack" => Describe(run),
            "toString" => Text,
            _ => Method(key),
        };
    }

    public string Describe(ScriptRun run)
    {
        var name = Coerce.ToText(run, Get(run, "name"));
        var message = Coerce.ToText(run, Get(run, "message"));
        run.AllocateText(name.Length + message.Length + 2);
        return message.Length == 0 ? name : name.Length == 0 ? message : $"{name}: {message}";
    }
}
