using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// The functions of Elsa that need nothing of a workflow (format.md §9). Bytes are Base64 text, as they are in Elsa's JSON;
/// where bytes are taken, an array of numbers is accepted, too.
/// </summary>
public static class ElsaFunctions
{
    /// <summary>The functions by name, to be put among <see cref="ScriptGlobals.Functions"/>.</summary>
    public static IReadOnlyDictionary<string, ScriptFunction> All { get; } = new Dictionary<string, ScriptFunction>
    {
        ["isNullOrEmpty"] = arguments => string.IsNullOrEmpty(arguments.Text(0)),
        ["isNullOrWhiteSpace"] = arguments => string.IsNullOrWhiteSpace(arguments.Text(0)),
        ["toJson"] = arguments => arguments[0] is { } value ? value.ToJsonString(Scalars.Escaped) : "null",
        ["parseGuid"] = ParseGuid,
        ["stringToBase64"] = arguments => System.Convert.ToBase64String(Encoding.UTF8.GetBytes(Required(arguments))),
        ["stringFromBase64"] = arguments => Encoding.UTF8.GetString(FromBase64(Required(arguments))),
        ["bytesFromString"] = arguments => System.Convert.ToBase64String(Encoding.UTF8.GetBytes(Required(arguments))),
        ["bytesToString"] = arguments => Encoding.UTF8.GetString(Bytes(arguments)),
        ["bytesToBase64"] = arguments => System.Convert.ToBase64String(Bytes(arguments)),
        ["bytesFromBase64"] = arguments => System.Convert.ToBase64String(FromBase64(Required(arguments))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static JsonValue ParseGuid(ScriptArguments arguments) => Guid.TryParse(Required(arguments), out var id)
        ? JsonValue.Create(id.ToString())!
        : throw new ScriptErrorException("parseGuid: the text is not a GUID");

    private static string Required(ScriptArguments arguments) =>
        arguments.Text(0) ?? throw new ScriptErrorException("a text is missing");

    private static byte[] FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return System.Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : throw new ScriptErrorException("the text is not Base64");
    }

    private static byte[] Bytes(ScriptArguments arguments)
    {
        if (arguments[0] is not JsonArray numbers) return FromBase64(Required(arguments));
        var bytes = new byte[numbers.Count];
        for (var i = 0; i < bytes.Length; i++)
        {
            var number = numbers[i] is JsonValue value && value.TryGetValue<long>(out var read) ? read : -1;
            bytes[i] = number is >= 0 and <= 255 ? (byte)number : throw new ScriptErrorException("bytes are numbers from 0 to 255");
        }

        return bytes;
    }
}
