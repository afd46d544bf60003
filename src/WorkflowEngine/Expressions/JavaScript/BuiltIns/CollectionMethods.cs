namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>Map</c> and <c>Set</c>. Their <c>keys</c>, <c>values</c> and <c>entries</c> are arrays here.</summary>
internal static class CollectionMethods
{
    public static NativeTable Map { get; } = new(new()
    {
        ["get"] = (run, self, arguments) => Table(run, self).Find(Key(run, arguments.At(0))),
        ["set"] = Put,
        ["has"] = (run, self, arguments) => Table(run, self).Contains(Key(run, arguments.At(0))),
        ["delete"] = (run, self, arguments) => Table(run, self).Remove(Key(run, arguments.At(0))),
        ["clear"] = Clear,
        ["forEach"] = ForEach,
        ["keys"] = (run, self, _) => List(run, self, (key, _) => key),
        ["values"] = (run, self, _) => List(run, self, (_, value) => value),
        ["entries"] = (run, self, _) => List(run, self, (key, value) => Iteration.Pair(run, key, value)),
    });

    public static NativeTable Set { get; } = new(new()
    {
        ["add"] = Add,
        ["has"] = (run, self, arguments) => Table(run, self).Contains(Key(run, arguments.At(0))),
        ["delete"] = (run, self, arguments) => Table(run, self).Remove(Key(run, arguments.At(0))),
        ["clear"] = Clear,
        ["forEach"] = ForEach,
        ["keys"] = (run, self, _) => List(run, self, (key, _) => key),
        ["values"] = (run, self, _) => List(run, self, (key, _) => key),
        ["entries"] = (run, self, _) => List(run, self, (key, _) => Iteration.Pair(run, key, key)),
        ["union"] = (run, self, arguments) => Of(run, Keys(run, Table(run, self)).Concat(Keys(run, Other(run, arguments)))),
        ["intersection"] = Intersection,
        ["difference"] = (run, self, arguments) => Of(run, Without(run, Table(run, self), Other(run, arguments))),
        ["symmetricDifference"] = (run, self, arguments) =>
            Of(run, Without(run, Table(run, self), Other(run, arguments)).Concat(Without(run, Other(run, arguments), Table(run, self)))),
        ["isSubsetOf"] = (run, self, arguments) => !Without(run, Table(run, self), Other(run, arguments)).Any(),
        ["isSupersetOf"] = (run, self, arguments) => !Without(run, Other(run, arguments), Table(run, self)).Any(),
        ["isDisjointFrom"] = (run, self, arguments) => !Keys(run, Table(run, self)).Any(Other(run, arguments).Contains),
    });

    public static NativeFunction Constructor(bool isMap)
    {
        var name = isMap ? "Map" : "Set";
        return new NativeFunction(name, (run, _, _) => throw run.TypeError($"Constructor {name} requires 'new'"), (run, arguments) => Make(run, arguments, isMap),
            isMap ? new NativeTable(new() { ["groupBy"] = GroupBy }) : null);
    }

    private static Value Make(ScriptRun run, Value[] arguments, bool isMap)
    {
        var table = new EntryTable(run, isMap);
        if (arguments.At(0).IsNullish) return table;
        foreach (var item in Iteration.Copy(run, arguments[0]))
        {
            if (!isMap) table.Put(run, Key(run, item), item);
            else if (item.IsObject) table.Put(run, Key(run, Access.Get(run, item, "0")), Access.Get(run, item, "1"));
            else throw run.TypeError("new Map needs pairs");
        }

        return table;
    }

    private static Value GroupBy(ScriptRun run, Value self, Value[] arguments)
    {
        var choose = ArrayMethods.Callback(run, arguments.At(1));
        var result = new EntryTable(run, isMap: true);
        var items = Iteration.Copy(run, arguments.At(0));
        for (var i = 0; i < items.Length; i++)
        {
            var key = Key(run, choose.Call(run, Value.Undefined, [items[i], (double)i]));
            if (!result.Contains(key)) result.Put(run, key, new ScriptArray(run));
            result.Find(key).Array!.Add(run, items[i]);
        }

        return result;
    }

    private static EntryTable Other(ScriptRun run, Value[] arguments) => arguments.At(0).Object as EntryTable ?? throw run.TypeError("a Set or Map is expected");

    private static IEnumerable<Value> Keys(ScriptRun run, EntryTable table)
    {
        for (var i = 0; i < table.Places; i++)
        {
            run.Tick();
            if (table.TryEntry(i, out var key, out _)) yield return Key(run, key);
        }
    }

    private static IEnumerable<Value> Without(ScriptRun run, EntryTable table, EntryTable other) => Keys(run, table).Where(key => !other.Contains(key));

    /// <summary>In the order of the smaller one, as the language has it.</summary>
    private static Value Intersection(ScriptRun run, Value self, Value[] arguments)
    {
        var (mine, other) = (Table(run, self), Other(run, arguments));
        return Of(run, mine.Count <= other.Count ? Keys(run, mine).Where(other.Contains) : Keys(run, other).Where(mine.Contains));
    }

    private static EntryTable Of(ScriptRun run, IEnumerable<Value> keys)
    {
        var result = new EntryTable(run, isMap: false);
        foreach (var key in keys) result.Put(run, key, Value.Undefined);
        return result;
    }

    private static EntryTable Table(ScriptRun run, Value self) => self.Object as EntryTable ?? throw run.TypeError("not a Map or Set");

    /// <summary>Pays for hashing the key; a negative zero is a zero.</summary>
    private static Value Key(ScriptRun run, Value key)
    {
        if (key.IsText) run.Charge(key.TextLength / 32);
        return key.IsNumber && key.Number == 0 ? 0 : key;
    }

    private static Value Put(ScriptRun run, Value self, Value[] arguments)
    {
        Table(run, self).Put(run, Key(run, arguments.At(0)), arguments.At(1));
        return self;
    }

    private static Value Add(ScriptRun run, Value self, Value[] arguments)
    {
        Table(run, self).Put(run, Key(run, arguments.At(0)), Value.Undefined);
        return self;
    }

    private static Value Clear(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(Table(run, self).Places);
        Table(run, self).Clear();
        return Value.Undefined;
    }

    private static Value ForEach(ScriptRun run, Value self, Value[] arguments)
    {
        var table = Table(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        for (var i = 0; i < table.Places; i++)
        {
            run.Tick();
            if (table.TryEntry(i, out var key, out var value)) function.Call(run, Value.Undefined, [table.IsMap ? value : key, key, self]);
        }

        return Value.Undefined;
    }

    private static Value List(ScriptRun run, Value self, Func<Value, Value, Value> pick)
    {
        var table = Table(run, self);
        var result = new ScriptArray(run);
        run.Charge(table.Places);
        for (var i = 0; i < table.Places; i++)
        {
            if (table.TryEntry(i, out var key, out var value)) result.Add(run, pick(key, value));
        }

        return result;
    }
}
