namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of arrays that take no function; those that do are in <see cref="ArrayCallbacks"/>.</summary>
internal static class ArrayMethods
{
    public static NativeTable Table { get; } = new(new(ArrayCallbacks.Methods)
    {
        ["at"] = At,
        ["concat"] = Concat,
        ["copyWithin"] = CopyWithin,
        ["entries"] = Entries,
        ["fill"] = Fill,
        ["flat"] = Flat,
        ["includes"] = Includes,
        ["indexOf"] = IndexOf,
        ["join"] = Join,
        ["keys"] = Keys,
        ["lastIndexOf"] = LastIndexOf,
        ["pop"] = Pop,
        ["push"] = Push,
        ["reverse"] = Reverse,
        ["shift"] = Shift,
        ["slice"] = Slice,
        ["splice"] = Splice,
        ["toLocaleString"] = ToLocaleText,
        ["toReversed"] = (run, self, _) => Reverse(run, Copy(run, self), []),
        ["toSpliced"] = (run, self, arguments) => Spliced(run, self, arguments),
        ["toString"] = (run, self, _) => self.Array is null ? ObjectMethods.Table.Find("toString").Callable!.Call(run, self, []) : Join(run, self, []),
        ["unshift"] = Unshift,
        ["values"] = (run, self, _) => Copy(run, self),
        ["with"] = With,
    });

    /// <summary>The array, or what is like one: a string, or an object with a length.</summary>
    public static ScriptArray Array(ScriptRun run, Value self)
    {
        if (self.Array is { } array) return array;
        if (self.IsNullish) throw run.TypeError("Array method called on null or undefined");
        var length = Math.Min(Coerce.ToInteger(run, Access.Get(run, self, "length")), uint.MaxValue);
        run.Charge((long)Math.Max(0, length));
        array = new ScriptArray(run);
        for (var i = 0; i < length; i++) array.Add(run, Access.Get(run, self, (double)i));
        return array;
    }

    public static Callable Callback(ScriptRun run, Value value) =>
        value.Callable ?? throw run.TypeError($"{Iteration.Describe(run, value)} is not a function");

    public static ScriptArray Copy(ScriptRun run, Value self)
    {
        var items = Array(run, self).Filled(run);
        run.Charge(items.Count / 4);
        run.Allocate(items.Count * 16L);
        return new ScriptArray(run, [.. items]);
    }

    private static ScriptArray Writable(ScriptRun run, Value self)
    {
        var array = self.Array ?? throw run.TypeError("not an array");
        run.CheckWritable(array, "length");
        return array;
    }

    private static Value At(ScriptRun run, Value self, Value[] arguments)
    {
        var array = Array(run, self);
        var index = Coerce.ToInteger(run, arguments.At(0));
        return array.At(index < 0 ? index + array.Items.Count : index);
    }

    private static Value Concat(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        foreach (var value in arguments.Prepend(self))
        {
            if (value.Array is not { IsArguments: false } more)
            {
                result.Add(run, value);
                continue;
            }

            run.Charge(more.Items.Count / 4);
            run.Allocate(more.Items.Count * 16L);
            result.Items.AddRange(more.Items);
            result.HasHoles |= more.HasHoles;
        }

        return result;
    }

    private static Value CopyWithin(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Writable(run, self).Items;
        var target = Coerce.Relative(run, arguments, 0, items.Count, 0);
        var start = Coerce.Relative(run, arguments, 1, items.Count, 0);
        var end = Coerce.Relative(run, arguments, 2, items.Count, items.Count);
        var count = Math.Clamp(end - start, 0, items.Count - target);
        run.Charge(count / 2);
        run.Allocate(count * 16L);
        var copied = items.GetRange(start, count);
        for (var i = 0; i < count; i++) items[target + i] = copied[i];
        return self;
    }

    private static ScriptArray Spliced(ScriptRun run, Value self, Value[] arguments)
    {
        var copy = Copy(run, self);
        Splice(run, copy, arguments);
        return copy;
    }

    private static Value ToLocaleText(ScriptRun run, Value self, Value[] arguments)
    {
        using var depth = run.Enter();
        var texts = new ScriptArray(run);
        foreach (var item in Array(run, self).Filled(run))
        {
            run.Tick();
            texts.Add(run, item.IsNullish ? Value.EmptyText : Coerce.ToTextValue(run, Access.Get(run, item, "toLocaleString").Callable!.Call(run, item, arguments)));
        }

        return Join(run, texts, []);
    }

    private static Value Entries(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        var items = Array(run, self).Filled(run);
        run.Charge(items.Count);
        for (var i = 0; i < items.Count; i++) result.Add(run, Iteration.Pair(run, (double)i, items[i]));
        return result;
    }

    private static Value Keys(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        var count = Array(run, self).Items.Count;
        run.Charge(count);
        for (var i = 0; i < count; i++) result.Add(run, (double)i);
        return result;
    }

    private static Value Fill(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Writable(run, self).Items;
        var start = Coerce.Relative(run, arguments, 1, items.Count, 0);
        var end = Math.Min(Coerce.Relative(run, arguments, 2, items.Count, items.Count), items.Count);
        run.Charge(Math.Max(0, end - start) / 4);
        for (var i = start; i < end; i++) items[i] = arguments.At(0);
        return self;
    }

    private static Value Flat(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        Flatten(run, Array(run, self), arguments.At(0).IsUndefined ? 1 : Coerce.ToInteger(run, arguments[0]), result);
        return result;
    }

    private static void Flatten(ScriptRun run, ScriptArray from, double levels, ScriptArray into)
    {
        using var depth = run.Enter();
        for (var i = 0; i < from.Items.Count; i++)
        {
            run.Tick();
            if (levels >= 1 && from.Items[i].Array is { } inner) Flatten(run, inner, levels - 1, into);
            else if (!from.Items[i].IsHole) into.Add(run, from.Items[i]);
        }
    }

    private static Value Includes(ScriptRun run, Value self, Value[] arguments)
    {
        var wanted = arguments.At(0);
        if (wanted.IsUndefined && Array(run, self).HasHoles) self = Copy(run, self);
        if (!wanted.IsNumber || !double.IsNaN(wanted.Number)) return Search(run, self, arguments) >= 0;
        run.Charge(Array(run, self).Items.Count);
        return Array(run, self).Items.Exists(item => item.IsNumber && double.IsNaN(item.Number));
    }

    private static Value IndexOf(ScriptRun run, Value self, Value[] arguments) => (double)Search(run, self, arguments);

    private static int Search(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Array(run, self).Items;
        for (var i = Coerce.Relative(run, arguments, 1, items.Count, 0); i < items.Count; i++)
        {
            if (Same(run, items[i], arguments.At(0))) return i;
        }

        return -1;
    }

    private static Value LastIndexOf(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Array(run, self).Items;
        var start = items.Count - 1.0;
        if (arguments.Length > 1)
        {
            var from = Coerce.ToInteger(run, arguments[1]);
            start = from < 0 ? items.Count + from : Math.Min(from, start);
        }

        for (var i = (int)Math.Max(start, -1); i >= 0; i--)
        {
            if (Same(run, items[i], arguments.At(0))) return (double)i;
        }

        return -1;
    }

    private static bool Same(ScriptRun run, Value left, Value right)
    {
        run.Charge(left.IsText && right.IsText && left.TextLength == right.TextLength ? 1 + left.TextLength / 32 : 1);
        return Operators.StrictEquals(left, right);
    }

    private static Value Join(ScriptRun run, Value self, Value[] arguments)
    {
        using var depth = run.Enter();
        var items = Array(run, self).Items;
        Value separator = arguments.At(0).IsUndefined ? "," : Coerce.ToText(run, arguments[0]);
        var result = Value.EmptyText;
        for (var i = 0; i < items.Count; i++)
        {
            run.Tick();
            if (i > 0) result = Rope.Concat(run, result, separator);
            if (!items[i].IsNullish && !items[i].IsHole) result = Rope.Concat(run, result, items[i].IsText ? items[i] : Coerce.ToText(run, items[i]));
        }

        return result;
    }

    private static Value Pop(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Writable(run, self).Items;
        if (items.Count == 0) return Value.Undefined;
        var last = items[^1];
        items.RemoveAt(items.Count - 1);
        return last.IsHole ? Value.Undefined : last;
    }

    private static Value Push(ScriptRun run, Value self, Value[] arguments)
    {
        var array = Writable(run, self);
        run.Charge(arguments.Length / 4);
        foreach (var value in arguments) array.Add(run, value);
        return (double)array.Items.Count;
    }

    private static Value Reverse(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Writable(run, self).Items;
        run.Charge(items.Count / 4);
        items.Reverse();
        return self;
    }

    private static Value Shift(ScriptRun run, Value self, Value[] arguments)
    {
        var items = Writable(run, self).Items;
        if (items.Count == 0) return Value.Undefined;
        run.Charge(items.Count / 16);
        var first = items[0];
        items.RemoveAt(0);
        return first.IsHole ? Value.Undefined : first;
    }

    private static Value Unshift(ScriptRun run, Value self, Value[] arguments)
    {
        var array = Writable(run, self);
        run.Charge(array.Items.Count / 16 + arguments.Length);
        run.Allocate(arguments.Length * 16L);
        array.Items.InsertRange(0, arguments);
        return (double)array.Items.Count;
    }

    private static Value Slice(ScriptRun run, Value self, Value[] arguments)
    {
        var array = Array(run, self);
        var items = array.Items;
        var start = Coerce.Relative(run, arguments, 0, items.Count, 0);
        var end = Math.Min(Coerce.Relative(run, arguments, 1, items.Count, items.Count), items.Count);
        run.Charge(Math.Max(0, end - start) / 4);
        run.Allocate(Math.Max(0, end - start) * 16L);
        return new ScriptArray(run, start < end ? items.GetRange(start, end - start) : []) { HasHoles = array.HasHoles };
    }

    private static Value Splice(ScriptRun run, Value self, Value[] arguments)
    {
        var array = Writable(run, self);
        var count = array.Items.Count;
        var start = Coerce.Relative(run, arguments, 0, count, 0);
        double wanted = arguments.Length switch { 0 => 0, 1 => count, _ => Coerce.ToInteger(run, arguments[1]) };
        start = Math.Min(start, array.Items.Count);
        var removed = (int)Math.Clamp(wanted, 0, array.Items.Count - start);
        var added = arguments.Length > 2 ? arguments[2..] : [];
        run.Charge(count / 16 + removed + added.Length);
        run.Allocate(added.Length * 16L);
        var result = new ScriptArray(run, array.Items.GetRange(start, removed)) { HasHoles = array.HasHoles };
        array.Items.RemoveRange(start, removed);
        array.Items.InsertRange(start, added);
        return result;
    }

    private static Value With(ScriptRun run, Value self, Value[] arguments)
    {
        var result = Copy(run, self);
        var index = Coerce.ToInteger(run, arguments.At(0));
        if (index < 0) index += result.Items.Count;
        if (index < 0 || index >= result.Items.Count) throw run.RangeError("Invalid index");
        result.Items[(int)index] = arguments.At(1);
        return result;
    }
}
