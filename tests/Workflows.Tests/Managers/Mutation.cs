using System.Globalization;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>Spoils the body of a request.</summary>
internal static class Mutation
{
    /// <summary>One to four places take another value, lose theirs or come twice; now and then the text itself is cut or spoilt.</summary>
    public static string Of(JsonObject body, Random dice)
    {
        for (var times = dice.Next(1, 5); times > 0; times--)
        {
            var places = Places(body).ToList();
            if (places.Count == 0) break;
            var (owner, name, index) = places[dice.Next(places.Count)];
            var value = Odd(dice);
            if (owner is JsonObject o)
            {
                if (dice.Next(4) == 0) o.Remove(name!);
                else o[name!] = value;
            }
            else if (owner is JsonArray a)
            {
                if (dice.Next(4) == 0) a.Add(a[index]?.DeepClone());
                else a[index] = value;
            }
        }

        // No tree could hold half of a surrogate pair, and PostgreSQL's jsonb holds no NUL.
        var text = body.ToJsonString().Replace("\"\\u0001half\"", "\"\\ud800\"", StringComparison.Ordinal).Replace("\"\\u0001nul\"", "\"a\\u0000\"", StringComparison.Ordinal);
        return dice.Next(12) switch
        {
            0 => text[..dice.Next(text.Length)],
            1 => text.Replace('"', '\''),
            2 => text.Replace("a", "\\u0000", StringComparison.Ordinal),
            3 => text.Replace("e", "\\ud800", StringComparison.Ordinal),
            _ => text,
        };
    }

    private static JsonNode? Odd(Random dice) => dice.Next(17) switch
    {
        0 => null,
        1 => -1,
        2 => long.MaxValue,
        3 => 1e300,
        4 => "",
        5 => new string('x', 5000),
        6 => true,
        7 => new JsonArray(),
        8 => new JsonObject(),
        9 => new JsonArray(1, "hai", null, new JsonObject { ["type"] = "Elsa.Flowchart" }),
        10 => new JsonObject { ["type"] = "Elsa.NotFoundActivity", ["originalActivityJson"] = "{" },
        11 => "\u0001half",
        12 => "\u0001nul",
        13 => "0001-01-01",
        14 => "9999-12-31",
        15 => "9999-12-31T23:59:59Z",
        _ => dice.NextDouble().ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<(JsonNode Owner, string? Name, int Index)> Places(JsonNode node)
    {
        if (node is JsonObject o)
            foreach (var (name, value) in o)
            {
                yield return (o, name, 0);
                if (value is not null)
                    foreach (var inner in Places(value)) yield return inner;
            }
        else if (node is JsonArray a)
            for (var i = 0; i < a.Count; i++)
            {
                yield return (a, null, i);
                if (a[i] is { } value)
                    foreach (var inner in Places(value)) yield return inner;
            }
    }
}
