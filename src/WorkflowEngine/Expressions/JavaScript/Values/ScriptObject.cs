using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// An object of the script: members in order of insertion, integer names first. There are no prototypes: what is not an
/// own member or a method of the kind is missing, so <c>constructor</c> and <c>__proto__</c> mean nothing.
/// </summary>
internal class ScriptObject
{
    public const int MemberCost = 48;

    private OrderedDictionary<string, Value>? _members;
    private bool _hasIndexes;
    private bool _hasAccessors;

    /// <summary>The object came from the host: writing to it makes the run copy variables back.</summary>
    public bool FromHost { get; set; }

    public bool Frozen { get; set; }

    /// <summary>A member is found in any case of letters when none is spelt as asked for.</summary>
    public bool InAnyCase { get; set; }

    /// <summary>Made by <c>Object.create(null)</c>: it has no methods.</summary>
    public bool IsBare { get; init; }

    public virtual string KindName => "Object";

    public int MemberCount => _members?.Count ?? 0;

    /// <summary>The own member or the method of the kind, undefined when missing.</summary>
    public virtual Value Get(ScriptRun run, string key)
    {
        Coerce.ChargeKey(run, key);
        if (_members is null || !_members.TryGetValue(Spelt(key), out var value)) return Method(key);
        return _hasAccessors && value.Object is Accessor accessor ? accessor.Getter?.Call(run, this, []) ?? Value.Undefined : value;
    }

    public virtual bool HasOwn(string key) => _members is not null && _members.ContainsKey(Spelt(key));

    /// <summary>What <c>in</c> says: its own member or a method of its kind.</summary>
    public bool Has(string key) => HasOwn(key) || (!IsBare && key == "constructor") || !Method(key).IsUndefined;

    public virtual void Set(ScriptRun run, string key, Value value)
    {
        run.CheckWritable(this, key);
        if (_hasAccessors && _members!.TryGetValue(key, out var known) && known.Object is Accessor accessor) accessor.Setter?.Call(run, this, [value]);
        else Define(run, key, value);
    }

    /// <summary>Adds or replaces a getter or a setter; the other one stays.</summary>
    public void Define(ScriptRun run, string key, Callable function, bool isGetter)
    {
        var known = TryGetOwn(key, out var value) ? value.Object as Accessor : null;
        Define(run, key, isGetter ? new Accessor(function, known?.Setter) : new Accessor(known?.Getter, function));
        _hasAccessors = true;
    }

    /// <summary>Gives the member this value, also where there was a getter or setter.</summary>
    public void Define(ScriptRun run, string key, Value value)
    {
        Coerce.ChargeKey(run, key);
        if (_members is null)
        {
            run.Allocate(MemberCost * 2);
            _members = new(StringComparer.Ordinal);
        }

        if (!_members.TryAdd(Spelt(key), value, out var index))
        {
            _members.SetAt(index, value);
            return;
        }

        run.Allocate(MemberCost);
        _hasIndexes |= Coerce.IsIndex(key);
    }

    public virtual bool Delete(ScriptRun run, string key)
    {
        run.CheckWritable(this, key);
        run.Charge(MemberCount / 8);
        _members?.Remove(Spelt(key));
        return true;
    }

    /// <summary>The own enumerable keys in the order of the language.</summary>
    public virtual List<string> Keys(ScriptRun run)
    {
        if (_members is null) return [];
        run.Allocate(_members.Count * 8L + 32);
        run.Charge(_members.Count);
        var keys = new List<string>(_members.Keys);
        if (!_hasIndexes) return keys;
        run.Charge(_members.Count * 8L);
        var indexes = keys.Where(Coerce.IsIndex).OrderBy(key => uint.Parse(key, CultureInfo.InvariantCulture));
        return [.. indexes, .. keys.Where(key => !Coerce.IsIndex(key))];
    }

    /// <summary>Takes the member out, whoever may write to the object.</summary>
    protected void Drop(string key) => _members?.Remove(key);

    public bool TryGetOwn(string key, out Value value)
    {
        if (_members is not null) return _members.TryGetValue(key, out value);
        value = default;
        return false;
    }

    /// <summary>The name that the member asked for has here.</summary>
    private string Spelt(string key) =>
        InAnyCase && !_members!.ContainsKey(key) ? _members.Keys.FirstOrDefault(k => k.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? key : key;

    /// <summary>What stands in place of a value for a member with a getter or setter; scripts never see it.</summary>
    private sealed class Accessor(Callable? getter, Callable? setter) : ScriptObject
    {
        public Callable? Getter => getter;

        public Callable? Setter => setter;
    }

    /// <summary>The built-in method of this kind of object.</summary>
    protected virtual Value Method(string key) => IsBare ? Value.Undefined : ObjectMethods.Table.Find(key);
}
