using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// One evaluation of a script: its fuel, memory and depth, and what it can reach. Not for two threads, not for two scripts.
/// </summary>
public sealed class ScriptRun
{
    private readonly ScriptGlobals _globals;
    private readonly Dictionary<string, Value> _names = new(StringComparer.Ordinal);
    private long _fuel;
    private long _memory;
    private int _depth;
    private Dictionary<object, Value>? _templates;
    private string _source = string.Empty;

    /// <summary>A run with the given surroundings; limits are the default ones when not given.</summary>
    public ScriptRun(ScriptGlobals globals, ScriptLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(globals);
        _globals = globals;
        Limits = limits ?? ScriptLimits.Default;
        Variables = new VariablesObject(globals.Variables);
        _fuel = Limits.Fuel;
        _memory = Limits.Memory;
    }

    /// <summary>The limits of this run.</summary>
    public ScriptLimits Limits { get; }

    /// <summary>Evaluation steps used so far.</summary>
    public long FuelUsed => Limits.Fuel - _fuel;

    /// <summary>Bytes created so far.</summary>
    public long MemoryUsed => Limits.Memory - _memory;

    internal ScriptGlobals Globals => _globals;

    internal VariablesObject Variables { get; }

    /// <summary>The texts of tagged templates by their place.</summary>
    internal Dictionary<object, Value> Templates => _templates ??= [];

    /// <summary>Offset in the source of what is being evaluated; the place of errors raised by built-ins.</summary>
    internal int Position { get; set; }

    /// <summary>An object that came from the host was written to.</summary>
    internal bool HostObjectsChanged { get; set; }

    internal int Depth
    {
        get => _depth;
        set => _depth = value;
    }

    /// <summary>
    /// Runs the script and copies its variables back. Throws <see cref="ScriptErrorException"/> for an error of the script
    /// and <see cref="ScriptLimitException"/> when it uses too much; then the variables stay as they were.
    /// </summary>
    /// <param name="isCondition">The value is asked whether it holds: one that is a function does not.</param>
    public ScriptResult Evaluate(Script script, bool isCondition = false)
    {
        ArgumentNullException.ThrowIfNull(script);
        _source = script.Source;
        if (script.Source.Length > Limits.SourceLength) throw new ScriptLimitException(ScriptLimit.SourceLength, Limits.SourceLength);
        try
        {
            var value = PromiseObject.Await(this, script.Code.RunProgram(this));
            if (value.Callable is not null) value = isCondition ? false : throw TypeError("the script's value is a function");
            var json = Border.ToJson(this, value);
            Variables.CopyBack(this);
            return new ScriptResult(json, value.IsUndefined);
        }
        catch (ThrowSignal signal)
        {
            throw Explain(script, signal);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new ScriptLimitException(ScriptLimit.Depth, Limits.CallDepth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Tick()
    {
        if (--_fuel < 0) OutOf(ScriptLimit.Fuel);
    }

    internal void Charge(long fuel)
    {
        if ((_fuel -= fuel) < 0) OutOf(ScriptLimit.Fuel);
    }

    internal void Allocate(long bytes)
    {
        if ((_memory -= bytes) < 0) OutOf(ScriptLimit.Memory);
        if ((_fuel -= bytes >> 6) < 0) OutOf(ScriptLimit.Fuel);
    }

    /// <summary>Pays for a string before it is made.</summary>
    internal void AllocateText(long length) => Allocate(24 + length * 2);

    /// <summary>Pays for a string just made, whose length was bounded by text already paid for.</summary>
    internal Value Text(string text)
    {
        AllocateText(text.Length);
        return text;
    }

    /// <summary>One level of calls deeper, until disposed.</summary>
    internal Level Enter()
    {
        EnterCall();
        return new Level(this);
    }

    internal void EnterCall()
    {
        if (++_depth > Limits.CallDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) OutOf(ScriptLimit.Depth);
    }

    internal Value[] NewSlots(int count)
    {
        Allocate(32 + count * 16L);
        return new Value[count];
    }

    internal void CheckWritable(ScriptObject target, string key)
    {
        if (target.Frozen) throw TypeError($"Cannot assign to read only property '{key}' of {target.KindName}");
        if (target.FromHost) HostObjectsChanged = true;
    }

    internal ThrowSignal Error(string name, string message) => new(new ErrorObject(this, name, message), Position);

    internal ThrowSignal TypeError(string message) => Error("TypeError", message);

    internal ThrowSignal RangeError(string message) => Error("RangeError", message);

    /// <summary>A piece of the script that runs.</summary>
    internal Value SourceText(Range place)
    {
        AllocateText(place.GetOffsetAndLength(_source.Length).Length);
        return _source[place];
    }

    internal bool TryGlobal(string name, out Value value)
    {
        if (_names.TryGetValue(name, out value)) return true;
        if (name == "variables") value = Variables;
        else if (_globals.Functions.TryGetValue(name, out var function) || (function = _globals.FindFunction?.Invoke(name)) is not null) value = new HostFunction(name, function);
        else if (_globals.Values.TryGetValue(name, out var json)) value = Border.FromJson(this, json, fromHost: false);
        else return BuiltInNames.Table.TryGetValue(name, out value);
        Allocate(ScriptObject.MemberCost);
        _names.Add(name, value);
        return true;
    }

    internal void SetGlobal(string name, Value value)
    {
        if (!_names.ContainsKey(name)) Allocate(ScriptObject.MemberCost);
        _names[name] = value;
    }

    private void OutOf(ScriptLimit limit) => throw new ScriptLimitException(limit, limit switch
    {
        ScriptLimit.Fuel => Limits.Fuel,
        ScriptLimit.Memory => Limits.Memory,
        _ => Limits.CallDepth,
    });

    private ScriptErrorException Explain(Script script, ThrowSignal signal)
    {
        var (line, column) = Place.Of(script.Source, signal.Position);
        try
        {
            if (signal.Value.Object is not ErrorObject error)
                return new ScriptErrorException("Error", Coerce.ToText(this, signal.Value), line, column);
            var name = Coerce.ToText(this, error.Get(this, "name"));
            return new ScriptErrorException(name, Coerce.ToText(this, error.Get(this, "message")), line, column);
        }
        catch (ThrowSignal)
        {
            return new ScriptErrorException("Error", "a value without text was thrown", line, column);
        }
    }

    internal readonly ref struct Level(ScriptRun run)
    {
        public void Dispose() => run._depth--;
    }
}
