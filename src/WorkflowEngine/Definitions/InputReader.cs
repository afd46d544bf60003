using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads what a document gives an activity's inputs and outputs, in every form Elsa reads.</summary>
internal static class InputReader
{
    /// <summary>Syntaxes kept in documents; those we do not run fault by name when evaluated. Any other syntax means no input, as in Elsa.</summary>
    private static readonly string[] Syntaxes = ["Literal", "Object", "Json", "Variable", "Input", "JavaScript", "CSharp", "Liquid", "Python"];

    /// <summary>An input, or null when the document gives none or one that Elsa reads as none.</summary>
    /// <param name="typeName">The declared type as Elsa writes it; it wins over the document's.</param>
    public static InputValue? Input(JsonNode value, string typeName, Place place, ReadSession session)
    {
        if (value is JsonObject wrapper && LegacyShapes.MarkedArrayIn(wrapper) is { } array) value = array;
        if (value is not JsonObject json)
        {
            if (Modes.Of(typeName) is { } modes) return Mode(value, modes, typeName, place, session);
            var literal = Values.Bare(value, typeName, out var failed);
            if (failed) session.Warn(place, $"The value is no {typeName}.", $"Giá trị không phải {typeName}.");
            return new InputValue(typeName, new Expression("Literal", Plain(literal)));
        }

        // As in Elsa, these names count in this spelling only; those of activities, variables and definitions in any.
        if (!json.ContainsKey("typeName"))
        {
            session.Warn(place, "The input is left out: it has no typeName.", "Bỏ qua đầu vào: thiếu typeName.");
            return null;
        }

        if (!json.TryGetPropertyValue("expression", out var node))
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

    /// <summary>The name of a mode, its number or the number as text; anything else Elsa refuses, so a mistyped one is not taken for another.</summary>
    private static InputValue? Mode(JsonNode value, string[] modes, string typeName, Place place, ReadSession session)
    {
        if (Modes.Read(value, modes, false) is { } mode) return new InputValue(typeName, new Expression("Literal", mode));
        session.ExpectOneOf(place, modes);
        return null;
    }

    /// <summary>The condition of a switch's case; one that Elsa cannot read never holds there.</summary>
    public static JsonObject? Condition(JsonNode? value, Place place, ReadSession session)
    {
        if (value is not null and not JsonObject)
        {
            session.Problem(place, "A condition is a JSON object.", "Điều kiện phải là một đối tượng JSON.");
            return null;
        }

        if (value is not JsonObject json || Expression(json, place, session) is not { } read) return new JsonObject { ["type"] = "Literal", ["value"] = false };
        var condition = new JsonObject { ["type"] = read.Type };
        if (read.Value is { } given) condition["value"] = given;
        return condition;
    }

    /// <summary>An output's binding, or null when it goes only to the register of outputs.</summary>
    /// <param name="isDeclared">It is that of a definition used as an activity: its type is known from there.</param>
    public static OutputBinding? Output(JsonNode value, string typeName, Place place, ReadSession session, bool isDeclared = false)
    {
        if (value is not JsonObject json)
        {
            session.Problem(place, "An output is a JSON object with typeName and memoryReference.", "Đầu ra phải là đối tượng JSON có typeName và memoryReference.");
            return null;
        }

        if (!isDeclared && !json.ContainsKey("typeName"))
        {
            session.Warn(place, "The output is left out: it has no typeName.", "Bỏ qua đầu ra: thiếu typeName.");
            return null;
        }

        if (json.Object("memoryReference", place, session) is not { } reference)
        {
            session.Problem(place["memoryReference"], "An output has a memoryReference.", "Đầu ra phải có memoryReference.");
            return null;
        }

        if (reference.Text("id", place["memoryReference"], session) is not { } id) return null;
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

        if (value is not JsonObject json || TypeAliases.Resolve(json["type"].AsText()) is null) return null;
        return DefinitionWriter.Write(ArgumentReader.Input(json, place, session));
    }
}
