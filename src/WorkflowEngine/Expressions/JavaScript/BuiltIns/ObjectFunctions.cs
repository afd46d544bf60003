namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Object.*</c></summary>
internal static class ObjectFunctions
{
    public static NativeFunction Constructor { get; } = new("Object", (run, _, arguments) => Make(run, arguments), Make, new NativeTable(new()
    {
        ["keys"] = (run, _, arguments) => FromKeys(run, arguments.At(0), (key, _) => key),
        ["values"] = (run, _, arguments) => FromKeys(run, arguments.At(0), (_, value) => value),
        ["entries"] = (run, _, arguments) => FromKeys(run, arguments.At(0), (key, value) => Iteration.Pair(run, key, value)),
        ["assign"] = Assign,
        ["fromEntries"] = FromEntries,
        ["freeze"] = Freeze,
        ["isFrozen"] = (_, _, arguments) => arguments.At(0).Object?.Frozen ?? true,
        ["is"] = Is,
        ["hasOwn"] = (run, _, arguments) => arguments.At(0).IsNullish ? throw NoObject(run) : ObjectMethods.HasOwn(run, arguments[0], arguments.At(1)),
        ["getOwnPropertyNames"] = OwnNames,
        ["create"] = Create,
        ["groupBy"] = GroupBy,
    }), ObjectMethods.Table);

    /// <summary>Copies the own members, as spread and <c>Object.assign</c> do, but for those <paramref name="taken"/>; a text has its UTF-16 units.</summary>
    public static void CopyMembers(ScriptRun run, Value source, ScriptObject target, HashSet<string>? taken = null)
    {
        for (var i = 0; source.IsText && i < source.TextLength; i++)
        {
            var index = NumberText.Format(i);
            if (taken?.Contains(index) != true) target.Set(run, index, Access.Get(run, source, index));
        }

        if (source.Object is not { } from) return;
        foreach (var key in from.Keys(run))
        {
            if (taken?.Contains(key) != true) target.Set(run, key, from.Get(run, key));
        }
    }

    public static ThrowSignal NoObject(ScriptRun run) => run.TypeError("Cannot convert undefined or null to object");

    private static Value Make(ScriptRun run, Value[] arguments)
    {
        if (!arguments.At(0).IsNullish) return arguments[0];
        run.Allocate(32);
        return new ScriptObject();
    }

    private static Value OwnNames(ScriptRun run, Value self, Value[] arguments)
    {
        var names = FromKeys(run, arguments.At(0), (key, _) => key);
        if (arguments[0].IsText || arguments[0].Array is not null) names.Array!.Add(run, "length");
        return names;
    }

    /// <summary>There are no prototypes: an object without one, or with the usual one, is all that can be made.</summary>
    private static Value Create(ScriptRun run, Value self, Value[] arguments)
    {
        var isUsual = arguments.At(0).Object is NativeNamespace { KindName: "Object" };
        if ((!arguments.At(0).IsNull && !isUsual) || !arguments.At(1).IsUndefined) throw run.TypeError("Object.create with a prototype or properties is not supported");
        run.Allocate(32);
        return new ScriptObject { IsBare = !isUsual };
    }

    private static Value FromKeys(ScriptRun run, Value value, Func<string, Value, Value> pick)
    {
        if (value.IsNullish) throw NoObject(run);
        var result = new ScriptArray(run);
        if (value.IsText)
        {
            var holder = new ScriptObject();
            CopyMembers(run, value, holder);
            value = holder;
        }

        if (value.Object is not { } source) return result;
        foreach (var key in source.Keys(run)) result.Add(run, pick(key, source.Get(run, key)));
        return result;
    }

    private static Value Assign(ScriptRun run, Value self, Value[] arguments)
    {
        if (arguments.At(0).Object is not { } target) throw run.TypeError("Object.assign needs an object");
        for (var i = 1; i < arguments.Length; i++) CopyMembers(run, arguments[i], target);
        return target;
    }

    private static Value FromEntries(ScriptRun run, Value self, Value[] arguments)
    {
        run.Allocate(32);
        var result = new ScriptObject();
        foreach (var entry in Iteration.Copy(run, arguments.At(0)))
        {
            if (!entry.IsObject) throw run.TypeError("Object.fromEntries needs pairs");
            result.Set(run, Coerce.ToKey(run, Access.Get(run, entry, "0")), Access.Get(run, entry, "1"));
        }

        return result;
    }

    private static Value Freeze(ScriptRun run, Value self, Value[] arguments)
    {
        if (arguments.At(0).Object is { } target) target.Frozen = true;
        return arguments.At(0);
    }

    private static Value Is(ScriptRun run, Value self, Value[] arguments)
    {
        var (left, right) = (arguments.At(0), arguments.At(1));
        return left.IsNumber && right.IsNumber ? left.Number.Equals(right.Number) && double.IsNegative(left.Number) == double.IsNegative(right.Number) : Operators.StrictEquals(run, left, right);
    }

    private static Value GroupBy(ScriptRun run, Value self, Value[] arguments)
    {
        var choose = ArrayMethods.Callback(run, arguments.At(1));
        run.Allocate(32);
        var result = new ScriptObject();
        var items = Iteration.Copy(run, arguments.At(0));
        for (var i = 0; i < items.Length; i++)
        {
            var key = Coerce.ToKey(run, choose.Call(run, Value.Undefined, [items[i], (double)i]));
            if (!result.TryGetOwn(key, out var group))
            {
                group = new ScriptArray(run);
                result.Set(run, key, group);
            }

            group.Array!.Add(run, items[i]);
        }

        return result;
    }
}
