using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// The global <c>variables</c>: converts a variable of the host when the script first looks at it, and copies back what
/// the script assigned or may have mutated.
/// </summary>
internal sealed class VariablesObject(Dictionary<string, JsonNode?> source) : ScriptObject
{
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    public override string KindName => "variables";

    public override Value Get(ScriptRun run, string key)
    {
        if (TryGetOwn(key, out var value)) return value;
        return Load(run, key) ? base.Get(run, key) : Method(key);
    }

    public override bool HasOwn(string key) => base.HasOwn(key) || (source.ContainsKey(key) && !_deleted.Contains(key));

    public override void Set(ScriptRun run, string key, Value value)
    {
        base.Set(run, key, value);
        _assigned.Add(key);
        _deleted.Remove(key);
    }

    /// <summary>A deleted variable becomes null for the host: definitions, not scripts, decide which variables exist.</summary>
    public override bool Delete(ScriptRun run, string key)
    {
        base.Delete(run, key);
        _assigned.Remove(key);
        if (source.ContainsKey(key)) _deleted.Add(key);
        return true;
    }

    public override List<string> Keys(ScriptRun run)
    {
        foreach (var key in source.Keys)
        {
            if (!base.HasOwn(key)) Load(run, key);
        }

        return base.Keys(run);
    }

    public void CopyBack(ScriptRun run)
    {
        var changes = new List<KeyValuePair<string, JsonNode?>>();
        foreach (var key in base.Keys(run))
        {
            if (!TryGetOwn(key, out var value)) continue;
            if (!_assigned.Contains(key) && !(value.IsObject && run.HostObjectsChanged)) continue;
            if (value.Callable is not null) throw run.TypeError($"the value of variables.{key} is a function");
            changes.Add(new(key, Border.ToJson(run, value)));
        }

        foreach (var key in _deleted) changes.Add(new(key, null));
        foreach (var (key, node) in changes) source[key] = node;
    }

    private bool Load(ScriptRun run, string key)
    {
        if (_deleted.Contains(key) || !source.TryGetValue(key, out var node)) return false;
        base.Set(run, key, Border.FromJson(run, node, fromHost: true));
        return true;
    }
}
