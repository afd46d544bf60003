namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Array</c> and its functions.</summary>
internal static class ArrayFunctions
{
    public static NativeFunction Constructor { get; } = new("Array", (run, _, arguments) => Make(run, arguments), Make, new NativeTable(new()
    {
        ["isArray"] = (_, _, arguments) => arguments.At(0).Array is { IsArguments: false },
        ["of"] = (run, _, arguments) => new ScriptArray(run, [.. arguments]),
        ["from"] = From,
    }), ArrayMethods.Table);

    private static Value Make(ScriptRun run, Value[] arguments)
    {
        if (arguments.Length != 1 || !arguments[0].IsNumber) return new ScriptArray(run, [.. arguments]);
        var array = new ScriptArray(run);
        array.Resize(run, arguments[0].Number);
        return array;
    }

    private static Value From(ScriptRun run, Value self, Value[] arguments)
    {
        var source = arguments.At(0);
        var items = new List<Value>();
        if (Iteration.IsIterable(source))
        {
            var list = Iteration.ToList(run, source);
            run.Allocate(list.Count * 16L);
            run.Charge(list.Count);
            items.AddRange(list);
        }
        else if (source.Object is { } target)
        {
            var length = Coerce.ToInteger(run, target.Get(run, "length"));
            if (length > uint.MaxValue) throw run.RangeError("Invalid array length");
            run.Allocate((long)Math.Max(length, 0) * 16);
            run.Charge((long)Math.Max(length, 0));
            for (var i = 0; i < length; i++) items.Add(target.Get(run, NumberText.Format(i)));
        }
        else if (source.IsNullish) throw run.TypeError("Array.from needs a list");

        if (!arguments.At(1).IsUndefined)
        {
            var map = ArrayMethods.Callback(run, arguments[1]);
            for (var i = 0; i < items.Count; i++) items[i] = map.Call(run, Value.Undefined, [items[i], (double)i]);
        }

        return new ScriptArray(run, items);
    }
}
