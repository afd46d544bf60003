using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// The global <c>variables</c>: converts a variable of the host when the script first looks at it, and copies back what
/// the script assigned or mutated. Objects that functions hand out (<see cref="ScriptShared"/>) are kept here as well, not as members.
/// </summary>
internal sealed class VariablesObject(Dictionary<string, JsonNode?> source) : ScriptObject
{
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Value Value, JsonNode Before)> _shared = new(StringComparer.Ordinal);

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
            if (!_assigned.Contains(key))
            {
                if (source.GetValueOrDefault(key) is { } before) AddMutated(run, key, value, before, changes);
                continue;
            }

            if (value.Callable is not null) throw run.TypeError($"the value of variables.{key} is a function");
            changes.Add(new(key, Border.ToJson(run, value)));
        }

        foreach (var (key, (value, before)) in _shared) AddMutated(run, key, value, before, changes);

        foreach (var key in _deleted) changes.Add(new(key, null));
        foreach (var (key, node) in changes) source[key] = node;
    }

    /// <summary>The object that the script has by this variable already, else the host's.</summary>
    public Value Share(ScriptRun run, ScriptShared shared)
    {
        if (!_assigned.Contains(shared.Variable) && !_deleted.Contains(shared.Variable))
        {
            if (TryGetOwn(shared.Variable, out var loaded) || (Load(run, shared.Variable) && TryGetOwn(shared.Variable, out loaded))) return loaded;
            if (_shared.TryGetValue(shared.Variable, out var known)) return known.Value;
        }

        var value = Border.FromJson(run, shared.Value, fromHost: true);
        _shared[shared.Variable] = (value, shared.Value);
        return value;
    }

    /// <summary>What stands here for this variable, assigned or not, is no longer so: a function has set it since.</summary>
    public void Forget(string key)
    {
        _shared.Remove(key);
        _assigned.Remove(key);
        _deleted.Remove(key);
        Drop(key);
    }

    /// <summary>Dates are the script's own copies.</summary>
    private static void AddMutated(ScriptRun run, string key, Value value, JsonNode before, List<KeyValuePair<string, JsonNode?>> changes)
    {
        if (!run.HostObjectsChanged || value.Object is null or DateObject) return;
        var after = Border.ToJson(run, value);
        if (!JsonNode.DeepEquals(before, after)) changes.Add(new(key, after));
    }

    private bool Load(ScriptRun run, string key)
    {
        if (_deleted.Contains(key) || !source.TryGetValue(key, out var node)) return false;
        base.Set(run, key, Border.FromJson(run, node, fromHost: true));
        return true;
    }
}
