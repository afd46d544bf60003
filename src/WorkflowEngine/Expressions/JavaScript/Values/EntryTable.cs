namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// The entries of a <c>Map</c> or <c>Set</c> in order of insertion. A deleted entry leaves its place empty, so that a loop
/// may delete and add while it runs.
/// </summary>
internal sealed class EntryTable : ScriptObject
{
    private const int EntryCost = 72;

    private readonly Dictionary<Value, int> _places = new(SameValueZero.Instance);
    private readonly List<(Value Key, Value Value)> _entries = [];

    public EntryTable(ScriptRun run, bool isMap)
    {
        run.Allocate(160);
        IsMap = isMap;
    }

    public bool IsMap { get; }

    public override string KindName => IsMap ? "Map" : "Set";

    public int Count => _places.Count;

    /// <summary>Places including empty ones.</summary>
    public int Places => _entries.Count;

    public bool TryEntry(int place, out Value key, out Value value)
    {
        (key, value) = _entries[place];
        return !key.IsHole;
    }

    public bool Contains(Value key) => _places.ContainsKey(key);

    public Value Find(Value key) => _places.TryGetValue(key, out var place) ? _entries[place].Value : Value.Undefined;

    public void Put(ScriptRun run, Value key, Value value)
    {
        if (_places.TryGetValue(key, out var place))
        {
            _entries[place] = (_entries[place].Key, value);
            return;
        }

        run.Allocate(EntryCost);
        _places.Add(key, _entries.Count);
        _entries.Add((key, value));
    }

    public bool Remove(Value key)
    {
        if (!_places.Remove(key, out var place)) return false;
        _entries[place] = (Value.Hole, default);
        return true;
    }

    public void Clear()
    {
        _places.Clear();
        for (var i = 0; i < _entries.Count; i++) _entries[i] = (Value.Hole, default);
    }

    public override Value Get(ScriptRun run, string key) => key == "size" ? (double)Count : base.Get(run, key);

    protected override Value Method(string key)
    {
        var method = (IsMap ? CollectionMethods.Map : CollectionMethods.Set).Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }

    private sealed class SameValueZero : IEqualityComparer<Value>
    {
        public static SameValueZero Instance { get; } = new();

        public bool Equals(Value x, Value y) =>
            Operators.StrictEquals(x, y) || (x.IsNumber && y.IsNumber && double.IsNaN(x.Number) && double.IsNaN(y.Number));

        public int GetHashCode(Value value) => value.Kind switch
        {
            ValueKind.Number => value.Number == 0 ? 0 : value.Number.GetHashCode(),
            ValueKind.Text => value.Text.GetHashCode(StringComparison.Ordinal),
            ValueKind.Object => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Object),
            ValueKind.Boolean => value.Number == 1 ? 1 : 2,
            _ => (int)value.Kind,
        };
    }
}
