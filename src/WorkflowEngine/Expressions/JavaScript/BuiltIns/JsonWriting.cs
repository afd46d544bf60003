using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Writes one value as JSON text, as <c>JSON.stringify</c>.</summary>
internal sealed class JsonWriting(ScriptRun run, string indent, HashSet<string>? names, Callable? replacer)
{
    private readonly StringBuilder _text = new();
    private readonly List<ScriptObject> _open = [];
    private int _paid;

    public static string? Write(ScriptRun run, Value value) => new JsonWriting(run, string.Empty, null, null).Write(value);

    /// <summary>The text, or null for values JSON leaves out (undefined, functions).</summary>
    public string? Write(Value value)
    {
        if (!Value(new ScriptObject(), string.Empty, value)) return null;
        Pay();
        run.AllocateText(_text.Length);
        return _text.ToString();
    }

    private bool Value(ScriptObject holder, string key, Value value)
    {
        run.Tick();
        if (value.Object is { } convertible && convertible.Get(run, "toJSON").Callable is { } convert)
            value = convert.Call(run, value, [key]);
        if (replacer is not null) value = replacer.Call(run, holder, [key, value]);
        switch (value.Kind)
        {
            case ValueKind.Null: _text.Append("null"); break;
            case ValueKind.Boolean: _text.Append(value.Number == 1 ? "true" : "false"); break;
            case ValueKind.Number: _text.Append(double.IsFinite(value.Number) ? NumberText.Format(value.Number) : "null"); break;
            case ValueKind.Text: Text(value.Text); break;
            case ValueKind.Object when value.Callable is null: Object(value.Object!); break;
            default: return false;
        }

        Pay();
        return true;
    }

    private void Object(ScriptObject value)
    {
        using var depth = run.Enter();
        run.Charge(_open.Count / 8);
        if (_open.Contains(value)) throw run.TypeError("Converting circular structure to JSON");
        _open.Add(value);
        if (value is ScriptArray { IsArguments: false } array) Items(array);
        else Members(value);
        _open.RemoveAt(_open.Count - 1);
    }

    private void Items(ScriptArray array)
    {
        _text.Append('[');
        for (var i = 0; i < array.Items.Count; i++)
        {
            if (i > 0) _text.Append(',');
            NewLine();
            if (!Value(array, NumberText.Format(i), array.At(i))) _text.Append("null");
        }

        Close(']', array.Items.Count == 0);
    }

    private void Members(ScriptObject value)
    {
        _text.Append('{');
        var isEmpty = true;
        if (names is not null) run.Charge(names.Sum(name => 1L + name.Length / 16));
        foreach (var key in names is null ? value.Keys(run) : [.. names.Where(value.HasOwn)])
        {
            var start = _text.Length;
            if (!isEmpty) _text.Append(',');
            NewLine();
            Text(key);
            _text.Append(indent.Length > 0 ? ": " : ":");
            if (Value(value, key, value.Get(run, key))) isEmpty = false;
            else _text.Length = start;
            _paid = Math.Min(_paid, _text.Length);
        }

        Close('}', isEmpty);
    }

    private void Close(char bracket, bool isEmpty)
    {
        if (!isEmpty && indent.Length > 0)
        {
            _text.Append('\n');
            for (var i = 1; i < _open.Count; i++) _text.Append(indent);
        }

        _text.Append(bracket);
    }

    private void NewLine()
    {
        if (indent.Length == 0) return;
        _text.Append('\n');
        for (var i = 0; i < _open.Count; i++) _text.Append(indent);
    }

    private void Text(string text)
    {
        run.AllocateText(text.Length);
        _text.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append(@"\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                case < ' ': _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                case >= '\ud800' and <= '\udfff' when !IsPaired(text, i): _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }

    private static bool IsPaired(string text, int at) => char.IsHighSurrogate(text[at])
        ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
        : at > 0 && char.IsHighSurrogate(text[at - 1]);

    private void Pay()
    {
        if (_text.Length > _paid) run.Allocate((_text.Length - _paid) * 2L);
        _paid = _text.Length;
    }
}
