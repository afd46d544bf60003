using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Tasks;

/// <summary>
/// The edge where text is refused that PostgreSQL cannot hold: U+0000, half a surrogate pair, a number beyond a double. Behind it a jsonb never fails.
/// </summary>
public static class StorableText
{
    /// <summary>Levels of arrays and objects that come from outside: within an event and a state, which are read with 64, they have room.</summary>
    public const int MostLevels = 56;

    /// <summary>Whether this text can be stored.</summary>
    public static bool Holds(string? text)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            var c = text[i];
            if (c == '\0' || char.IsLowSurrogate(c)) return false;
            if (char.IsHighSurrogate(c) && (++i >= text.Length || !char.IsLowSurrogate(text[i]))) return false;
        }

        return true;
    }

    /// <summary>The text with U+FFFD in place of what cannot be stored.</summary>
    public static string Mended(string text) => Holds(text) ? text : string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD');

    /// <summary>The first <paramref name="most"/> UTF-16 units of a text, or one less: it is cut between characters.</summary>
    public static string Beginning(string text, int most) =>
        text.Length <= most ? text : most > 0 && char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] : text[..most];

    /// <summary>Whether every name, text and number in the node can be stored.</summary>
    public static bool Holds(JsonNode? node)
    {
        try
        {
            return node switch
            {
                null => true,
                JsonObject o => o.All(p => Holds(p.Key) && Holds(p.Value)),
                JsonArray a => a.All(Holds),
                JsonValue v => v.GetValueKind() switch
                {
                    JsonValueKind.String => Holds(v.Deserialize<string>()),
                    JsonValueKind.Number => double.IsFinite(v.Deserialize<double>()),
                    _ => true,
                },
                _ => true,
            };
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether arrays and objects are nested no deeper than this.</summary>
    public static bool IsWithin(JsonNode? node, int levels) => node switch
    {
        JsonObject o => levels > 0 && o.All(p => IsWithin(p.Value, levels - 1)),
        JsonArray a => levels > 0 && a.All(i => IsWithin(i, levels - 1)),
        _ => true,
    };

    /// <summary>Whether this JSON has U+0000 in a name or a text: PostgreSQL keeps it in a column of type json and fails when a query looks into it.</summary>
    public static bool HasNul(ReadOnlySpan<byte> json) => NextNul(json, 0) >= 0;

    /// <summary>Puts U+FFFD, which is as long, in place of each U+0000 in this JSON.</summary>
    public static void MendNuls(Span<byte> json)
    {
        for (var at = NextNul(json, 0); at >= 0; at = NextNul(json, at)) "\\ufffd"u8.CopyTo(json[at..]);
    }

    /// <summary>Where the next escape for U+0000 begins; -1: there is none.</summary>
    private static int NextNul(ReadOnlySpan<byte> json, int from)
    {
        // A backslash that is itself escaped begins no escape.
        for (; json[from..].IndexOf("\\u0000"u8) is >= 0 and var found; from += found + 1)
        {
            var backslashes = 0;
            for (var at = from + found; at >= 0 && json[at] == '\\'; at--) backslashes++;
            if (backslashes % 2 == 1) return from + found;
        }

        return -1;
    }

    /// <summary>The command as JSON, or null when something in it cannot be stored.</summary>
    internal static JsonNode? Check(TaskCommand command)
    {
        try
        {
            var body = JsonSerializer.SerializeToNode(command, command.GetType());
            return Holds(body) && IsWithin(body, MostLevels) ? body : null;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            return null;
        }
    }
}
