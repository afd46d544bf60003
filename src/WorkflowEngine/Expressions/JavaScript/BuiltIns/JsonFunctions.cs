using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>JSON.parse</c> and <c>JSON.stringify</c></summary>
internal static class JsonFunctions
{
    public static NativeTable Table { get; } = new(new()
    {
        ["parse"] = Parse,
        ["stringify"] = Stringify,
    });

    private static Value Parse(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Coerce.ToText(run, arguments.At(0));
        run.Charge(text.Length / 8);
        run.Allocate(text.Length);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = run.Limits.Nesting });
        Value result;
        try
        {
            reader.Read();
            result = Read(run, ref reader);
            if (reader.Read()) throw run.Error("SyntaxError", "unexpected text after the JSON value");
        }
        catch (JsonException) when (IsTooDeep(text, run.Limits.Nesting))
        {
            throw new ScriptLimitException(ScriptLimit.Depth, run.Limits.Nesting);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw run.Error("SyntaxError", "the text is not valid JSON");
        }

        return arguments.At(1).Callable is { } revive ? Revive(run, revive, new ScriptObject(), string.Empty, result) : result;
    }

    private static Value Read(ScriptRun run, ref Utf8JsonReader reader)
    {
        run.Tick();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                var array = new ScriptArray(run);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) array.Add(run, Read(run, ref reader));
                return array;
            case JsonTokenType.StartObject:
                run.Allocate(32);
                var result = new ScriptObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    run.AllocateText(key.Length);
                    reader.Read();
                    result.Set(run, key, Read(run, ref reader));
                }

                return result;
            case JsonTokenType.String: return run.Text(reader.GetString()!);
            case JsonTokenType.Number: return NumberText.Weighed(run, double.Parse(Encoding.ASCII.GetString(reader.ValueSpan), NumberStyles.Float, CultureInfo.InvariantCulture));
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            default: return Value.Null;
        }
    }

    private static bool IsTooDeep(string text, int most)
    {
        var depth = 0;
        var inText = false;
        for (var i = 0; i < text.Length && depth <= most; i++)
        {
            if (inText && text[i] == '\\') i++;
            else if (text[i] == '"') inText = !inText;
            else if (!inText && text[i] is '[' or '{') depth++;
            else if (!inText && text[i] is ']' or '}') depth--;
        }

        return depth > most;
    }

    private static Value Revive(ScriptRun run, Callable function, ScriptObject holder, string key, Value value)
    {
        using var depth = run.Enter();
        if (value.Object is { } inner)
        {
            foreach (var name in inner.Keys(run))
            {
                var revived = Revive(run, function, inner, name, inner.Get(run, name));
                if (revived.IsUndefined) inner.Delete(run, name);
                else inner.Set(run, name, revived);
            }
        }

        return function.Call(run, holder, [key, value]);
    }

    private static Value Stringify(ScriptRun run, Value self, Value[] arguments)
    {
        var indent = arguments.At(2) switch
        {
            { IsNumber: true } count => new string(' ', (int)Math.Clamp(Coerce.ToInteger(run, count), 0, 10)),
            { IsText: true } text => text.Text[..Math.Min(10, text.TextLength)],
            _ => string.Empty,
        };
        var names = arguments.At(1).Array is { } list ? list.Items.Select(item => Coerce.ToText(run, item)).ToHashSet() : null;
        return new JsonWriting(run, indent, names, arguments.At(1).Callable).Write(arguments.At(0)) is { } json ? json : Value.Undefined;
    }
}
