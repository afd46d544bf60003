namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of arrays that call a function for each item. The array may change meanwhile.</summary>
internal static class ArrayCallbacks
{
    public static Dictionary<string, NativeCode> Methods { get; } = new()
    {
        ["every"] = (run, self, arguments) => First(run, self, arguments, hit: false, out _, holes: false) < 0,
        ["filter"] = Filter,
        ["find"] = (run, self, arguments) => First(run, self, arguments, hit: true, out var item) < 0 ? Value.Undefined : item,
        ["findIndex"] = (run, self, arguments) => (double)First(run, self, arguments, hit: true, out _),
        ["findLast"] = (run, self, arguments) => Last(run, self, arguments, out var item) < 0 ? Value.Undefined : item,
        ["findLastIndex"] = (run, self, arguments) => (double)Last(run, self, arguments, out _),
        ["flatMap"] = FlatMap,
        ["forEach"] = ForEach,
        ["map"] = Map,
        ["reduce"] = (run, self, arguments) => Reduce(run, self, arguments, fromEnd: false),
        ["reduceRight"] = (run, self, arguments) => Reduce(run, self, arguments, fromEnd: true),
        ["some"] = (run, self, arguments) => First(run, self, arguments, hit: true, out _, holes: false) >= 0,
        ["sort"] = (run, self, arguments) => Sort(run, self, arguments.At(0)),
        ["toSorted"] = (run, self, arguments) => Sort(run, ArrayMethods.Copy(run, self), arguments.At(0)),
    };

    private static Value Invoke(ScriptRun run, Callable function, Value[] arguments, Value self, ScriptArray array, int index)
    {
        run.Tick();
        var item = array.At(index);
        return function.Call(run, arguments.At(1), [item, (double)index, self]);
    }

    /// <summary>Of a hole a callback is not told; to look at it costs as much as a step all the same.</summary>
    private static bool IsPassedOver(ScriptRun run, Value item)
    {
        if (item.IsHole) run.Tick();
        return item.IsHole;
    }

    private static int First(ScriptRun run, Value self, Value[] arguments, bool hit, out Value item, bool holes = true)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        for (var i = 0; i < array.Items.Count; i++)
        {
            item = array.At(i);
            if (!holes && IsPassedOver(run, array.Items[i])) continue;
            if (Coerce.ToBoolean(Invoke(run, function, arguments, self, array, i)) == hit) return i;
        }

        item = Value.Undefined;
        return -1;
    }

    private static int Last(ScriptRun run, Value self, Value[] arguments, out Value item)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        for (var i = array.Items.Count - 1; i >= 0; i--)
        {
            item = array.At(i);
            if (Coerce.ToBoolean(Invoke(run, function, arguments, self, array, i))) return i;
        }

        item = Value.Undefined;
        return -1;
    }

    private static Value Filter(ScriptRun run, Value self, Value[] arguments)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        var result = new ScriptArray(run);
        var count = array.Items.Count;
        for (var i = 0; i < count && i < array.Items.Count; i++)
        {
            var item = array.Items[i];
            if (!IsPassedOver(run, item) && Coerce.ToBoolean(Invoke(run, function, arguments, self, array, i))) result.Add(run, item);
        }

        return result;
    }

    private static Value Map(ScriptRun run, Value self, Value[] arguments)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        var count = array.Items.Count;
        var result = new ScriptArray(run, count);
        for (var i = 0; i < count; i++)
        {
            var isHole = i >= array.Items.Count || array.Items[i].IsHole;
            result.HasHoles |= isHole;
            result.Add(run, isHole ? Value.Hole : Invoke(run, function, arguments, self, array, i));
        }

        return result;
    }

    private static Value FlatMap(ScriptRun run, Value self, Value[] arguments)
    {
        var result = new ScriptArray(run);
        foreach (var value in Map(run, self, arguments).Array!.Items)
        {
            if (value.IsHole) continue;
            if (value.Array is not { } inner)
            {
                result.Add(run, value);
                continue;
            }

            run.Charge(inner.Items.Count);
            for (var i = 0; i < inner.Items.Count; i++) result.Add(run, inner.Items[i]);
        }

        return result;
    }

    private static Value ForEach(ScriptRun run, Value self, Value[] arguments)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        var count = array.Items.Count;
        for (var i = 0; i < count && i < array.Items.Count; i++)
        {
            if (!IsPassedOver(run, array.Items[i])) Invoke(run, function, arguments, self, array, i);
        }

        return Value.Undefined;
    }

    private static Value Reduce(ScriptRun run, Value self, Value[] arguments, bool fromEnd)
    {
        var array = ArrayMethods.Array(run, self);
        var function = ArrayMethods.Callback(run, arguments.At(0));
        var count = array.Items.Count;
        var i = 0;
        var result = arguments.At(1);
        if (arguments.Length < 2)
        {
            while (i < count && IsPassedOver(run, array.Items[fromEnd ? count - 1 - i : i])) i++;
            if (i == count) throw run.TypeError("Reduce of empty array with no initial value");
            result = array.Items[fromEnd ? count - 1 - i++ : i++];
        }

        for (; i < count; i++)
        {
            run.Tick();
            var index = fromEnd ? count - 1 - i : i;
            if (index >= array.Items.Count || array.Items[index].IsHole) continue;
            var item = array.Items[index];
            result = function.Call(run, Value.Undefined, [result, item, (double)index, self]);
        }

        return result;
    }

    /// <summary>A stable merge sort: an inconsistent comparer can make it wrong, never endless.</summary>
    private static Value Sort(ScriptRun run, Value self, Value comparer)
    {
        var array = self.Array ?? throw run.TypeError("not an array");
        run.CheckWritable(array, "order");
        var function = comparer.IsUndefined ? null : ArrayMethods.Callback(run, comparer);
        var count = array.Items.Count;
        run.Allocate(count * 64L);
        var work = new (Value Item, string Text)[count];
        var (defined, holes) = (0, 0);
        foreach (var item in array.Items)
        {
            if (item.IsHole) holes++;
            else if (!item.IsUndefined) work[defined++] = (item, string.Empty);
        }

        for (var i = 0; function is null && i < defined; i++) work[i].Text = Coerce.ToText(run, work[i].Item);
        Merge(run, function, work, new (Value, string)[count], 0, defined);
        for (var i = 0; i < Math.Min(count, array.Items.Count); i++) array.Items[i] = i < defined ? work[i].Item : i < count - holes ? Value.Undefined : Value.Hole;
        return self;
    }

    private static void Merge(ScriptRun run, Callable? function, (Value Item, string Text)[] items, (Value, string)[] spare, int start, int end)
    {
        if (end - start < 2) return;
        var middle = (start + end) / 2;
        Merge(run, function, items, spare, start, middle);
        Merge(run, function, items, spare, middle, end);
        Array.Copy(items, start, spare, start, end - start);
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takesLeft = right >= end || (left < middle && Compare(run, function, spare[left], spare[right]) <= 0);
            items[i] = takesLeft ? spare[left++] : spare[right++];
        }
    }

    private static double Compare(ScriptRun run, Callable? function, (Value Item, string Text) left, (Value Item, string Text) right)
    {
        run.Charge(1 + Math.Min(left.Text.Length, right.Text.Length) / 32);
        if (function is null) return string.CompareOrdinal(left.Text, right.Text);
        var order = Coerce.ToNumber(run, function.Call(run, Value.Undefined, [left.Item, right.Item]));
        return double.IsNaN(order) ? 0 : order;
    }
}
