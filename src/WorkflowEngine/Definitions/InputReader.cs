using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads what a document gives an activity's inputs and outputs, in every form Elsa reads.</summary>
internal static class InputReader
{
    /// <summary>Syntaxes kept in documents; those we do not run fault by name when evaluated. Any other syntax means no input, as in Elsa.</summary>
    private static readonly string[] Syntaxes = ["Literal", "Object", "Json", "Delegate", "Variable", "Input", "JavaScript", "CSharp", "Liquid", "Python"];

    /// <summary>An input, or null when the document gives none or one that Elsa reads as none.</summary>
    /// <param name="typeName">The declared type as Elsa writes it; it wins over the document's.</param>
    public static InputValue? Input(JsonNode value, string typeName, Place place, ReadSession session)
    {
        if (value is JsonObject wrapper && LegacyShapes.ArrayIn(wrapper) is { } array) value = array;
        if (value is not JsonObject json)
        {
            var literal = Values.Bare(value, typeName, out var failed);
            if (failed) session.Warn(place, $"The value is no {typeName}.", $"Giá trị không phải {typeName}.");
            return new InputValue(typeName, new Expression("Literal", literal?.Parent is null ? literal : literal.DeepClone()));
        }

        // As in Elsa, these names count in this spelling only; those of activities, variables and definitions in any.
        if (!json.ContainsKey("typeName"))
        {
            session.Warn(place, "The input is left out: it has no typeName.", "Bỏ qua đầu vào: thiếu typeName.");
            return null;
        }

        if (json["expression"] is not { } node)
        {
            session.Warn(place, "The input is left out: it has no expression.", "Bỏ qua đầu vào: thiếu biểu thức.");
            return null;
        }

        return node is JsonObject expression ? Expression(expression, place["expression"], session) is { } read ? new InputValue(typeName, read) : null : Refused();

        InputValue? Refused()
        {
            session.Problem(place["expression"], "An expression is a JSON object.", "Biểu thức phải là một đối tượng JSON.");
            return null;
        }
    }

    /// <summary>An output's binding, or null when it goes only to the register of outputs.</summary>
    public static OutputBinding? Output(JsonNode value, string typeName, Place place, ReadSession session)
    {
        if (value is not JsonObject json)
        {
            session.Problem(place, "An output is a JSON object with typeName and memoryReference.", "Đầu ra phải là đối tượng JSON có typeName và memoryReference.");
            return null;
        }

        if (!json.ContainsKey("typeName"))
        {
            session.Warn(place, "The output is left out: it has no typeName.", "Bỏ qua đầu ra: thiếu typeName.");
            return null;
        }

        if (json.Object("memoryReference", place, session)?.Text("id", place["memoryReference"], session) is not { } id) return null;
        return new OutputBinding(typeName, id, Converter(json["converter"]));
    }

    private static JsonObject? Converter(JsonNode? given)
    {
        if (given is not JsonObject json || !json.ContainsKey("id")) return null;
        var converter = new JsonObject { ["id"] = json["id"].AsText() ?? "" };
        if (json["settings"] is { } settings) converter["settings"] = LegacyShapes.Unwrap(settings);
        return converter;
    }

    private static Expression? Expression(JsonObject json, Place place, ReadSession session)
    {
        if (!json.ContainsKey("type"))
        {
            session.Warn(place, "The input is left out: its expression has no type.", "Bỏ qua đầu vào: biểu thức thiếu loại.");
            return null;
        }

        var syntax = json.Text("type", place, session) ?? "Literal";
        if (!Syntaxes.Contains(syntax, StringComparer.Ordinal))
        {
            session.Warn(place["type"], $"The input is left out: there is no syntax '{syntax}'.", $"Bỏ qua đầu vào: không có cú pháp '{syntax}'.");
            return null;
        }

        var value = json["value"];
        return new Expression(syntax, syntax switch
        {
            "Delegate" => null,
            "Variable" => VariableReader.Reference(value, place["value"], session),
            "Input" => InputReference(value, place["value"], session),
            _ => Plain(value),
        });
    }

    /// <summary>Elsa keeps a literal array or object as its JSON text; conversion to the input's type reads it again.</summary>
    private static JsonNode? Plain(JsonNode? value) => value switch
    {
        null => null,
        JsonObject or JsonArray => LegacyShapes.Unwrap(value)!.ToJsonString(JsonMembers.Compact),
        _ => value.DeepClone(),
    };

    private static JsonObject? InputReference(JsonNode? value, Place place, ReadSession session)
    {
        if (value.AsText() is { } text)
        {
            try
            {
                value = text.AsSpan().TrimStart() is ['{', ..] ? DocumentScan.Parse(text, place) : null;
            }
            catch (DefinitionFormatException)
            {
                value = null;
            }
        }

        if (value is not JsonObject json || json.Member("type").AsText() is { } type && TypeAliases.Resolve(type) is null) return null;
        return DefinitionWriter.Write(ArgumentReader.Input(json, place, session));
    }
}
