using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Values crossing between host (JSON) and script. Always a copy, never a shared object.</summary>
internal static class Border
{
    private const double ExactInteger = 9007199254740992;

    public static Value FromJson(ScriptRun run, JsonNode? node, bool fromHost, int level = 0)
    {
        run.Tick();
        if (level > run.Limits.CallDepth) throw new ScriptLimitException(ScriptLimit.Depth, run.Limits.CallDepth);
        switch (node)
        {
            case null: return Value.Null;
            case JsonArray array:
                var items = new ScriptArray(run, array.Count);
                foreach (var item in array) items.Add(run, FromJson(run, item, fromHost, level + 1));
                items.FromHost = fromHost;
                return items;
            case JsonObject members:
                var result = new ScriptObject();
                foreach (var (key, value) in members) result.Set(run, key, FromJson(run, value, fromHost, level + 1));
                result.FromHost = fromHost;
                result.InAnyCase = run.Globals.InAnyCase?.Invoke(members) == true;
                return result;
            default: return FromScalar(run, node.AsValue());
        }
    }

    /// <summary>
    /// The value as JSON: members that are functions are left out (null in arrays), what is undefined is null, dates are ISO text, a Set
    /// or Map an empty object as <c>JSON.stringify</c> has it, numbers that JSON doesn't know are null; alone they are their text, which says what they were.
    /// </summary>
    public static JsonNode? ToJson(ScriptRun run, Value value)
    {
        if (value.Callable is not null) throw run.TypeError("a function cannot be given to the host");
        if (value.IsNumber && !double.IsFinite(value.Number)) return JsonValue.Create(Coerce.ToText(run, value));
        var room = (long)run.Limits.OutputSize;
        return ToJson(run, value, 0, ref room);
    }

    public static JsonNode FromNumber(double number) =>
        number == Math.Floor(number) && Math.Abs(number) <= ExactInteger && !(number == 0 && double.IsNegative(number)) ? JsonValue.Create((long)number) : JsonValue.Create(number);

    private static Value FromScalar(ScriptRun run, JsonValue value)
    {
        if (value.TryGetValue<ScriptMoment>(out var moment)) return new DateObject(run, moment.Time.ToUnixTimeMilliseconds()) { IsUnset = moment.Time == DateTimeOffset.MinValue };
        if (value.TryGetValue<ScriptShared>(out var shared)) return run.Variables.Share(run, shared);
        switch (value.GetValueKind())
        {
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Null: return Value.Null;
            case JsonValueKind.Number: return ToDouble(value);
            default:
                var text = value.TryGetValue<string>(out var plain)
                    ? plain
                    : JsonSerializer.Deserialize<string>(value.ToJsonString()) ?? string.Empty;
                return run.Text(text);
        }
    }

    private static double ToDouble(JsonValue value)
    {
        if (value.TryGetValue<double>(out var number)) return number;
        if (value.TryGetValue<int>(out var small)) return small;
        if (value.TryGetValue<long>(out var large)) return large;
        return value.TryGetValue<decimal>(out var money) ? (double)money : NumberText.Parse(value.ToJsonString());
    }

    private static JsonNode? ToJson(ScriptRun run, Value value, int level, ref long room)
    {
        run.Tick();
        Take(run, ref room, 4);
        switch (value.Kind)
        {
            case ValueKind.Boolean: return JsonValue.Create(value.Number == 1);
            case ValueKind.Number: return double.IsFinite(value.Number) ? FromNumber(value.Number) : null;
            case ValueKind.Text:
                Take(run, ref room, value.TextLength);
                run.AllocateText(value.TextLength);
                return JsonValue.Create(value.Text);
            case ValueKind.Object: break;
            default: return null;
        }

        if (level >= run.Limits.Nesting) throw new ScriptLimitException(ScriptLimit.Depth, run.Limits.Nesting);
        switch (value.Object)
        {
            case ScriptArray { IsArguments: false } array: return ToArray(run, array.Items, level, ref room);
            case DateObject date: return double.IsNaN(date.Time) ? null : JsonValue.Create(date.IsUnset ? "0001-01-01T00:00:00" : Moment(date.Time));
            case ErrorObject error: return JsonValue.Create(error.Describe(run));
            case RegExpObject pattern: return JsonValue.Create(Coerce.ToText(run, pattern));
            case PromiseObject promise: return ToJson(run, PromiseObject.Await(run, promise), level + 1, ref room);
            case EntryTable: return new JsonObject();
            default: return ToMembers(run, value.Object!, level, ref room);
        }
    }

    /// <summary>Parts of a second only as far as they go, as .NET writes a time.</summary>
    private static string Moment(double time)
    {
        var text = DateText.Iso(time);
        return text[^5] == '.' ? text[..^1].TrimEnd('0').TrimEnd('.') + "Z" : text;
    }

    private static JsonArray ToArray(ScriptRun run, List<Value> items, int level, ref long room)
    {
        Take(run, ref room, items.Count);
        var array = new JsonArray();
        foreach (var item in items) array.Add(item.Callable is null ? ToJson(run, item, level + 1, ref room) : null);
        return array;
    }

    private static JsonObject ToMembers(ScriptRun run, ScriptObject value, int level, ref long room)
    {
        var result = new JsonObject();
        foreach (var key in value.Keys(run)) Put(run, result, key, value.Get(run, key), level, ref room);
        return result;
    }

    private static void Put(ScriptRun run, JsonObject result, string key, Value value, int level, ref long room)
    {
        if (value.Callable is not null) return;
        Take(run, ref room, key.Length + 3);
        result[key] = ToJson(run, value, level + 1, ref room);
    }

    private static void Take(ScriptRun run, ref long room, long size)
    {
        if ((room -= size) < 0) throw new ScriptLimitException(ScriptLimit.OutputSize, run.Limits.OutputSize);
    }
}
