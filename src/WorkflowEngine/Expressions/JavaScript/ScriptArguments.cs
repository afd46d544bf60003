using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The arguments of a call from a script to a host function, converted to JSON when asked for.</summary>
public readonly ref struct ScriptArguments
{
    private readonly ScriptRun _run;
    private readonly Value[] _values;

    internal ScriptArguments(ScriptRun run, Value[] values)
    {
        _run = run;
        _values = values;
    }

    /// <summary>How many arguments the script gave.</summary>
    public int Count => _values.Length;

    /// <summary>The argument as JSON; null for null, undefined and a missing one. A function is a TypeError.</summary>
    public JsonNode? this[int index] => index < _values.Length ? Border.ToJson(_run, _values[index]) : null;

    /// <summary>The argument is missing or undefined.</summary>
    public bool IsUndefined(int index) => index >= _values.Length || _values[index].IsUndefined;

    /// <summary>The host changed this variable: the script gets it anew.</summary>
    internal void Forget(string variable) => _run.Variables.Forget(variable);

    /// <summary>The argument as text (<c>String(x)</c>); null when it is null, undefined or missing.</summary>
    public string? Text(int index)
    {
        if (index >= _values.Length || _values[index].IsNullish) return null;
        var text = Coerce.ToText(_run, _values[index]);
        if (text.Length > _run.Limits.OutputSize) throw new ScriptLimitException(ScriptLimit.OutputSize, _run.Limits.OutputSize);
        _run.AllocateText(text.Length);
        return text;
    }
}
