using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The conversions of the language: ToNumber, ToString, ToBoolean, ToPrimitive and their kin.</summary>
internal static class Coerce
{
    public static bool ToBoolean(Value value) => value.Kind switch
    {
        ValueKind.Boolean => value.Number == 1,
        ValueKind.Number => value.Number != 0 && !double.IsNaN(value.Number),
        ValueKind.Text => value.TextLength > 0,
        ValueKind.Object => true,
        _ => false,
    };

    public static double ToNumber(ScriptRun run, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Number:
            case ValueKind.Boolean: return value.Number;
            case ValueKind.Null: return 0;
            case ValueKind.Text:
                run.Charge(NumberText.Work(value.TextLength));
                return NumberText.Weighed(run, NumberText.Parse(value.Text));
            case ValueKind.Object: return ToNumber(run, ToPrimitive(run, value, preferText: false));
            default: return double.NaN;
        }
    }

    /// <summary>A whole number; NaN becomes 0, infinities stay.</summary>
    public static double ToInteger(ScriptRun run, Value value)
    {
        var number = ToNumber(run, value);
        return double.IsNaN(number) ? 0 : Math.Truncate(number) + 0.0;
    }

    public static int ToInt32(ScriptRun run, Value value)
    {
        var number = value.IsNumber ? value.Number : ToNumber(run, value);
        var small = (int)number;
        if (small == number) return small;
        if (!double.IsFinite(number)) return 0;
        var rest = Math.Truncate(number) % 4294967296.0;
        return unchecked((int)(uint)(long)rest);
    }

    public static string ToText(ScriptRun run, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Text: return value.Text;
            case ValueKind.Number:
                run.Charge(2);
                return NumberText.Format(value.Number);
            case ValueKind.Boolean: return value.Number == 1 ? "true" : "false";
            case ValueKind.Null: return "null";
            case ValueKind.Object: return ToText(run, ToPrimitive(run, value, preferText: true));
            default: return "undefined";
        }
    }

    public static Value ToTextValue(ScriptRun run, Value value) => value.IsText ? value : run.Text(ToText(run, value));

    /// <summary>The key of a member: <c>o[key]</c>.</summary>
    public static string ToKey(ScriptRun run, Value value)
    {
        var key = ToText(run, value);
        ChargeKey(run, key);
        return key;
    }

    /// <summary>Looking up a long key reads all of it.</summary>
    public static void ChargeKey(ScriptRun run, string key)
    {
        if (key.Length > 64) run.Charge(key.Length / 16);
    }

    public static Value ToPrimitive(ScriptRun run, Value value, bool preferText)
    {
        if (value.Object is not { } target) return value;
        using var depth = run.Enter();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var name = preferText == (attempt == 0) ? "toString" : "valueOf";
            if (target.Get(run, name).Callable is not { } method) continue;
            var result = method.Call(run, value, []);
            if (!result.IsObject) return result;
        }

        throw run.TypeError("Cannot convert object to primitive value");
    }

    /// <summary>Whether a key is an array index in its only spelling ("0", "17").</summary>
    public static bool IsIndex(string key) => TryIndex(key, out _);

    public static bool TryIndex(string key, out double index)
    {
        index = 0;
        if (key.Length is 0 or > 10 || key[0] is < '0' or > '9' || (key.Length > 1 && key[0] == '0')) return false;
        if (!uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == uint.MaxValue) return false;
        index = number;
        return true;
    }

    /// <summary>A relative position as of <c>slice</c>: negative counts from the end, clamped to the length.</summary>
    public static int Relative(ScriptRun run, Value[] arguments, int place, int length, int missing)
    {
        if (place >= arguments.Length || arguments[place].IsUndefined) return missing;
        var number = ToInteger(run, arguments[place]);
        return (int)(number < 0 ? Math.Max(length + number, 0) : Math.Min(number, length));
    }

    public static Value At(this Value[] arguments, int place) => place < arguments.Length ? arguments[place] : Value.Undefined;
}
