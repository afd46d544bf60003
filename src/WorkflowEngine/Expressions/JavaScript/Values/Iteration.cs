using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>What <c>for…of</c>, spread and destructuring see: arrays, strings by code point, Map and Set.</summary>
internal static class Iteration
{
    /// <summary>The items. For an array the live list itself: callers that keep it must copy.</summary>
    public static List<Value> ToList(ScriptRun run, Value value)
    {
        if (value.Array is { } array) return array.Filled(run);
        if (value.IsText) return CodePoints(run, value.Text);
        if (value.Object is EntryTable table) return Entries(run, table);
        throw run.TypeError($"{Describe(run, value)} is not iterable");
    }

    /// <summary>The items as they are now.</summary>
    public static Value[] Copy(ScriptRun run, Value value)
    {
        var items = ToList(run, value);
        run.Charge(items.Count);
        run.Allocate(items.Count * 16L);
        return [.. items];
    }

    public static bool IsIterable(Value value) => value.IsText || value.Object is ScriptArray or EntryTable;

    public static string Describe(ScriptRun run, Value value) => value.Kind switch
    {
        ValueKind.Object => value.Object!.KindName,
        ValueKind.Text => "string",
        _ => Coerce.ToText(run, value),
    };

    public static List<Value> Entries(ScriptRun run, EntryTable table)
    {
        run.Charge(table.Places);
        run.Allocate(table.Count * 16L);
        var items = new List<Value>(table.Count);
        for (var i = 0; i < table.Places; i++)
        {
            if (table.TryEntry(i, out var key, out var value)) items.Add(table.IsMap ? Pair(run, key, value) : key);
        }

        return items;
    }

    public static ScriptArray Pair(ScriptRun run, Value first, Value second)
    {
        var pair = new ScriptArray(run, 2);
        pair.Items.Add(first);
        pair.Items.Add(second);
        return pair;
    }

    private static List<Value> CodePoints(ScriptRun run, string text)
    {
        run.Charge(text.Length);
        run.Allocate(text.Length * 48L);
        var items = new List<Value>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            items.Add(pair ? text.Substring(i++, 2) : text[i].ToString(CultureInfo.InvariantCulture));
        }

        return items;
    }
}
