using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>An array. Positions never written or deleted are holes, which read as undefined and which callbacks pass over.</summary>
internal sealed class ScriptArray : ScriptObject
{
    public const int SlotCost = 16;

    public ScriptArray(ScriptRun run, int capacity = 0)
    {
        run.Allocate(48 + (long)capacity * SlotCost);
        Items = new List<Value>(capacity);
        Charged = capacity;
    }

    public ScriptArray(ScriptRun run, List<Value> items)
    {
        run.Allocate(48 + (long)items.Count * SlotCost);
        Items = items;
        Charged = items.Count;
    }

    public List<Value> Items { get; }

    public override string KindName => IsArguments ? "Arguments" : "Array";

    /// <summary>There may be holes among the items.</summary>
    public bool HasHoles { get; set; }

    /// <summary>The <c>arguments</c> of a function: read like an array, without the methods of one.</summary>
    public bool IsArguments { get; init; }

    /// <summary>The <c>raw</c> of a tagged template's texts.</summary>
    public ScriptArray? Raw { get; init; }

    /// <summary>Slots already paid for.</summary>
    private int Charged { get; set; }

    public Value At(double index) =>
        index >= 0 && index < Items.Count && index == (int)index && !Items[(int)index].IsHole ? Items[(int)index] : Value.Undefined;

    /// <summary>The items with undefined for holes: the live list where there are none.</summary>
    public List<Value> Filled(ScriptRun run)
    {
        if (!HasHoles) return Items;
        run.Allocate(Items.Count * 16L);
        return Items.ConvertAll(item => item.IsHole ? Value.Undefined : item);
    }

    public void Add(ScriptRun run, Value value)
    {
        if (Items.Count >= Charged)
        {
            run.Allocate(SlotCost);
            Charged++;
        }

        Items.Add(value);
    }

    /// <summary>Changes the length, filling with holes.</summary>
    public void Resize(ScriptRun run, double length)
    {
        if (length < 0 || length != Math.Floor(length) || length > uint.MaxValue) throw run.RangeError("Invalid array length");
        run.CheckWritable(this, "length");
        if (length <= Items.Count)
        {
            Items.RemoveRange((int)length, Items.Count - (int)length);
            return;
        }

        run.Allocate((long)(length - Items.Count) * SlotCost);
        while (Items.Count < (int)length) Items.Add(Value.Hole);
        HasHoles = true;
        Charged = Math.Max(Charged, Items.Count);
    }

    public void SetAt(ScriptRun run, int index, Value value)
    {
        if (IsArguments) throw run.TypeError("changing 'arguments' is not supported");
        run.CheckWritable(this, "index");
        if (index == Items.Count)
        {
            Add(run, value);
            return;
        }

        if (index > Items.Count) Resize(run, index + 1.0);
        Items[index] = value;
    }

    public override Value Get(ScriptRun run, string key)
    {
        if (key == "length") return (double)Items.Count;
        if (key == "raw" && Raw is not null) return Raw;
        return Coerce.TryIndex(key, out var index) ? At(index) : base.Get(run, key);
    }

    public override bool HasOwn(string key) =>
        key == "length" || (Coerce.TryIndex(key, out var index) ? index < Items.Count && !Items[(int)index].IsHole : base.HasOwn(key));

    public override void Set(ScriptRun run, string key, Value value)
    {
        if (key == "length") Resize(run, Coerce.ToNumber(run, value));
        else if (Coerce.TryIndex(key, out var index)) SetAt(run, (int)Math.Min(index, int.MaxValue - 1), value);
        else base.Set(run, key, value);
    }

    public override bool Delete(ScriptRun run, string key)
    {
        if (!Coerce.TryIndex(key, out var index)) return base.Delete(run, key);
        run.CheckWritable(this, key);
        if (index < Items.Count) (Items[(int)index], HasHoles) = (Value.Hole, true);
        return true;
    }

    public override List<string> Keys(ScriptRun run)
    {
        run.Allocate(Items.Count * 32L);
        var keys = new List<string>(Items.Count);
        for (var i = 0; i < Items.Count; i++)
        {
            if (!Items[i].IsHole) keys.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        keys.AddRange(base.Keys(run));
        return keys;
    }

    protected override Value Method(string key)
    {
        if (IsArguments) return base.Method(key);
        var method = ArrayMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
