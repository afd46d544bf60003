namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>What every object (and boolean) can do.</summary>
internal static class ObjectMethods
{
    public static NativeTable Table { get; } = new(new()
    {
        ["hasOwnProperty"] = (run, self, arguments) => self.Object?.HasOwn(Coerce.ToKey(run, arguments.At(0))) ?? false,
        ["propertyIsEnumerable"] = (run, self, arguments) => self.Object?.HasOwn(Coerce.ToKey(run, arguments.At(0))) ?? false,
        ["toString"] = ToText,
        ["toLocaleString"] = ToText,
        ["valueOf"] = (_, self, _) => self,
    });

    private static Value ToText(ScriptRun run, Value self, Value[] arguments)
    {
        switch (self.Object)
        {
            case null: return self.IsNullish ? $"[object {(self.IsNull ? "Null" : "Undefined")}]" : Coerce.ToText(run, self);
            case ErrorObject error: return error.Describe(run);
            case Callable function: return $"function {function.Name}() {{ [code] }}";
            case EntryTable or PromiseObject or NativeNamespace: return $"[object {self.Object.KindName}]";
            default: return "[object Object]";
        }
    }
}
