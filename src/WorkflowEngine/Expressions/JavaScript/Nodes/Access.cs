namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Reading and writing members of any value.</summary>
internal static class Access
{
    public static Value Get(ScriptRun run, Value self, Value key)
    {
        if (key.IsNumber)
        {
            if (self.Array is { } array) return array.At(key.Number);
            if (self.IsText) return Character(run, self.Text, key.Number);
        }

        if (self.IsNullish) throw Missing(run, self, Coerce.ToKey(run, key), "read");
        return Get(run, self, Coerce.ToKey(run, key));
    }

    public static Value Get(ScriptRun run, Value self, string key)
    {
        if (key == "constructor" && !self.IsNullish) return Constructor(run, self);
        switch (self.Kind)
        {
            case ValueKind.Object: return self.Object!.Get(run, key);
            case ValueKind.Text:
                if (key == "length") return (double)self.TextLength;
                return Coerce.TryIndex(key, out var index) ? Character(run, self.Text, index) : TextMethods.Table.Find(key) is { IsUndefined: false } method ? method : ObjectMethods.Table.Find(key);
            case ValueKind.Number: return NumberMethods.Table.Find(key) is { IsUndefined: false } own ? own : ObjectMethods.Table.Find(key);
            case ValueKind.Boolean: return ObjectMethods.OfBoolean.Find(key) is { IsUndefined: false } flag ? flag : ObjectMethods.Table.Find(key);
            default: throw Missing(run, self, key, "read");
        }
    }

    /// <summary>Without <c>"use strict"</c> a write to what the script has frozen is lost without a word; built-in objects always refuse.</summary>
    public static bool Ignores(ScriptObject target, bool isStrict) => target.Frozen && !isStrict && target is not (NativeFunction or NativeNamespace or HostFunction);

    public static void Set(ScriptRun run, Value self, Value key, Value value, bool isStrict)
    {
        if (self.IsNullish) throw Missing(run, self, Coerce.ToKey(run, key), "set");
        if (self.Object is { } frozen && Ignores(frozen, isStrict)) return;
        if (isStrict && !self.IsObject) throw run.TypeError($"Cannot create property '{Short(Coerce.ToKey(run, key))}' on {Iteration.Describe(run, self)}");
        if (self.Array is { } array && key.IsNumber && key.Number >= 0 && key.Number < int.MaxValue - 1 && key.Number == (int)key.Number)
            array.SetAt(run, (int)key.Number, value);
        else if (self.Object is { } target) target.Set(run, Coerce.ToKey(run, key), value);
    }

    /// <summary>The built-in constructor of a kind of value, for scripts that ask what something is; there is none of functions.</summary>
    private static Value Constructor(ScriptRun run, Value self)
    {
        if (self.Object is { } target && (target.HasOwn("constructor") || target.IsBare)) return target.Get(run, "constructor");
        if (self.Callable is not null) throw run.TypeError("'constructor' of a function is not supported");
        var kind = (self.Object as ErrorObject)?.Name ?? ObjectMethods.Kind(self);
        return BuiltInNames.Table.TryGetValue(kind, out var constructor) && constructor.Callable is not null ? constructor : BuiltInNames.Table["Object"];
    }

    private static Value Character(ScriptRun run, string text, double index)
    {
        if (index < 0 || index >= text.Length || index != (int)index) return Value.Undefined;
        run.Allocate(24);
        return text[(int)index].ToString();
    }

    private static ThrowSignal Missing(ScriptRun run, Value self, string key, string verb)
    {
        var what = self.IsNull ? "null" : "undefined";
        return run.TypeError(verb == "read"
            ? $"Cannot read properties of {what} (reading '{Short(key)}')"
            : $"Cannot set properties of {what} (setting '{Short(key)}')");
    }

    private static string Short(string key) => key.Length > 80 ? key[..80] + "…" : key;
}
