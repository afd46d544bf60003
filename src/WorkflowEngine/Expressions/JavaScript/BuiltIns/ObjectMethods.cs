namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>What every object can do.</summary>
internal static class ObjectMethods
{
    public static NativeTable Table { get; } = new(new()
    {
        ["hasOwnProperty"] = (run, self, arguments) => HasOwn(run, self, arguments.At(0)),
        ["propertyIsEnumerable"] = (run, self, arguments) => HasOwn(run, self, arguments.At(0)),
        ["toString"] = (_, self, _) => $"[object {Kind(self)}]",
        ["toLocaleString"] = (run, self, _) => Coerce.ToTextValue(run, self),
        ["valueOf"] = (_, self, _) => self,
    });

    public static NativeTable OfBoolean { get; } = new(new()
    {
        ["toString"] = (run, self, _) => Coerce.ToText(run, self),
        ["valueOf"] = (_, self, _) => self,
    });

    /// <summary><c>Object.hasOwn</c>: strings have their characters and a length.</summary>
    public static bool HasOwn(ScriptRun run, Value self, Value name)
    {
        var key = Coerce.ToKey(run, name);
        if (!self.IsText) return self.Object?.HasOwn(key) ?? false;
        return key == "length" || (Coerce.TryIndex(key, out var index) && index < self.TextLength);
    }

    /// <summary>What <c>Object.prototype.toString</c> calls it.</summary>
    public static string Kind(Value self) => self.Kind switch
    {
        ValueKind.Undefined => "Undefined",
        ValueKind.Null => "Null",
        ValueKind.Text => "String",
        ValueKind.Object => self.Object is VariablesObject ? "Object" : self.Object!.KindName,
        var kind => kind.ToString(),
    };
}
