using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>What a drawing says of a step literally; an expression that is worked out while running says nothing yet.</summary>
public static class NodeText
{
    public const string HumanTask = "Workflows.HumanTask";

    /// <summary>What people call the step: the text on the drawing, a task's title, its name, else its id.</summary>
    public static Bilingual Label(ActivityNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var vi = Said(node, "displayText") ?? Literal(node, "title") ?? node.Name ?? node.Id;
        return new Bilingual(vi, Said(node, "displayTextEn") ?? Literal(node, "titleEn") ?? vi);
    }

    /// <summary>The literal text of an input, or null: empty, missing, or an expression.</summary>
    public static string? Literal(ActivityNode node, string input)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Inputs.GetValueOrDefault(input)?.Expression is { Type: "Literal", Value: JsonValue value } && value.ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    /// <summary>The literal text that counts: what stands there, or the activity's default where nothing was ever entered. Null: emptied, or an expression.</summary>
    public static string? Effective(ActivityNode node, string input)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Inputs.GetValueOrDefault(input)?.Expression is { Value: not null } ? Literal(node, input) : node.Activity.Descriptor.FindInput(input)?.Default as string;
    }

    /// <summary>Whether an input is worked out while running, so that nothing is known of it beforehand.</summary>
    public static bool IsComputed(ActivityNode node, string input)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Inputs.GetValueOrDefault(input)?.Expression is { Type: not ("Literal" or "Object" or "Json") };
    }

    /// <summary>The texts of a list input; null when it is worked out while running, empty when nothing is given.</summary>
    public static IReadOnlyList<string>? List(ActivityNode node, string input)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (IsComputed(node, input)) return null;
        if (node.Inputs.GetValueOrDefault(input)?.Expression?.Value is not { } value) return [];
        if (value is JsonValue text && text.TryGetValue<string>(out var json))
        {
            if (string.IsNullOrWhiteSpace(json)) return [];
            try
            {
                value = JsonNode.Parse(json);
            }
            catch (JsonException)
            {
                return [json];
            }
        }

        return value is JsonArray items ? [.. items.Where(i => i is not null).Select(i => i!.ToString())] : value is null ? [] : [value.ToString()];
    }

    private static string? Said(ActivityNode node, string name) =>
        node.Metadata[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
