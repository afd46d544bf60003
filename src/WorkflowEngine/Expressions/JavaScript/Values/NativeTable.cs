using System.Collections.Frozen;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The built-in members of one kind of value: made once, shared by all runs.</summary>
internal sealed class NativeTable
{
    private readonly FrozenDictionary<string, Value> _members;

    public NativeTable(Dictionary<string, NativeCode> functions, Dictionary<string, Value>? values = null)
    {
        var members = new Dictionary<string, Value>(values ?? []);
        foreach (var (name, code) in functions) members.Add(name, new NativeFunction(name, code));
        _members = members.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public Value Find(string key) => _members.TryGetValue(key, out var value) ? value : Value.Undefined;
}
