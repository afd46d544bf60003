using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using ScriptLimits = WorkflowEngine.Expressions.JavaScript.ScriptLimits;

namespace WorkflowEngine.Expressions;

/// <summary>Evaluates an expression of a document in the scope of an activity.</summary>
public static class Evaluator
{
    /// <summary>Syntaxes that are kept in documents but never run: they would give designers the host.</summary>
    private static readonly string[] Refused = ["Liquid", "CSharp", "C#", "Python"];

    /// <param name="limits">Of a script; the default ones when not given.</param>
    /// <param name="type">The type that the value is asked for as: of a condition, of an object or list.</param>
    public static JsonNode? Evaluate(Expression expression, ActivityContext context, ScriptLimits? limits = null, Type? type = null) => expression.Type switch
    {
        "Literal" => expression.Value?.DeepClone(),
        "Object" or "Json" => ParseObject(expression.Value, type),
        "Variable" => Variable(expression.Value, context)?.DeepClone(),
        "Input" => InputOf(expression.Value, context)?.DeepClone(),
        "JavaScript" => JavaScriptEvaluator.Evaluate(Text(expression.Value), context, limits: limits, isCondition: type == typeof(bool)),
        _ when Refused.Contains(expression.Type, StringComparer.OrdinalIgnoreCase) =>
            throw new ActivityFaultException($"{expression.Type} expressions are kept but not run here.", "ExpressionNotSupported"),
        _ => null,
    };

    private static string Text(JsonNode? value) => value is JsonValue v && v.TryGetValue(out string? text) ? text : value?.ToJsonString() ?? "";

    /// <summary>
    /// The value is JSON as text. As in Elsa, what is not JSON stays text for a plain object, as all does for a scalar; a list is read from what looks
    /// like one, and for an object it must be one.
    /// </summary>
    /// <param name="type">The type that is asked for; null: a plain object.</param>
    private static JsonNode? ParseObject(JsonNode? value, Type? type)
    {
        if (value is not JsonValue v || !v.TryGetValue(out string? text)) return value?.DeepClone();
        if (string.IsNullOrWhiteSpace(text)) return null;
        var isList = type is { IsGenericType: true };
        if (type is { IsPrimitive: true } || isList && text.AsSpan().TrimStart() is not ['[' or '{', ..]) return text;
        try
        {
            var parsed = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64 });
            return type != typeof(JsonObject) || parsed is null or JsonObject ? parsed : throw new ActivityFaultException("A JSON object is expected.", "JsonException");
        }
        catch (JsonException) when (!isList && type != typeof(JsonObject))
        {
            return text;
        }
    }

    private static JsonNode? Variable(JsonNode? value, ActivityContext context)
    {
        var reference = Reference(value);
        var id = reference?["id"]?.GetValue<string>() ?? reference?["Id"]?.GetValue<string>();
        var name = reference?["name"]?.GetValue<string>() ?? reference?["Name"]?.GetValue<string>();
        if (id is null) return name is null ? null : context.GetVariable(name);
        return context.TryGetById(id, out var found) ? found : throw new ActivityFaultException($"There is no variable '{id}' here.", "InvalidOperationException");
    }

    private static JsonNode? InputOf(JsonNode? value, ActivityContext context)
    {
        var reference = Reference(value);
        var name = reference?["name"]?.GetValue<string>() ?? reference?["Name"]?.GetValue<string>()
            ?? (value is JsonValue v && v.TryGetValue(out string? text) ? text : null);
        return name is null ? null : context.GetInput(name);
    }

    private static JsonObject? Reference(JsonNode? value) => value switch
    {
        JsonObject reference => reference,
        JsonValue v when v.TryGetValue(out string? text) && text.StartsWith('{') => JsonNode.Parse(text) as JsonObject,
        _ => null,
    };
}
