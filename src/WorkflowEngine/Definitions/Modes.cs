using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Definitions;

/// <summary>The modes that activities know, in the order of their numbers, and how documents name them.</summary>
internal static class Modes
{
    public static readonly string[] OfFork = ["WaitAll", "WaitAny"];

    public static readonly string[] OfJoin = ["WaitAll", "WaitAllActive", "WaitAny"];
    public static readonly string[] OfSwitch = ["MatchFirst", "MatchAny"];

    /// <summary>The modes of an input of this type, or null when it is none of modes.</summary>
    public static string[]? Of(string typeName) =>
        typeName == "FlowJoinMode" ? OfJoin : typeName.Contains("Elsa.Workflows.SwitchMode", StringComparison.Ordinal) ? OfSwitch : null;

    /// <summary>The mode that an expression gave: by its name or its number as text. As in Elsa, no text is the first mode, whatever it is.</summary>
    /// <exception cref="ActivityFaultException">The text is no mode.</exception>
    public static string Given(JsonNode? value, string[] modes) => value.AsText() is not { Length: > 0 } text ? modes[0]
        : Read(text, modes, false).AsText() ?? throw new ActivityFaultException($"Failed to evaluate activity input 'Mode': '{text}' is none of {string.Join(", ", modes)}.", "InputEvaluationException");

    /// <summary>The mode's name; a number that is none stays one, as in Elsa; null when it cannot be read.</summary>
    public static JsonNode? Read(JsonNode? value, string[] modes, bool anyCase)
    {
        var text = value is not null && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? Scalars.Text(value) : null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number >= 0 && number < modes.Length ? modes[number] : number;
        return Array.Find(modes, m => string.Equals(m, text, anyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
    }
}
