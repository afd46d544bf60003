using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Api;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>Values of a form as people read and type them.</summary>
public static class FormValues
{
    /// <summary>What stands in the input: 28/02/2020, 312; what could not be read stands as typed.</summary>
    public static string Input(FormField field, JsonNode? value)
    {
        ArgumentNullException.ThrowIfNull(field);
        return value switch
        {
            null => "",
            JsonArray list => string.Join('\n', list.Select(v => v?.ToString())),
            JsonValue v when field.Format == "date" && v.TryGetValue(out string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? Dates.Full(day) : text,
            JsonValue v when v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out decimal number) => number.ToString("0.############", Language.Current.Culture),
            _ => value.ToString(),
        };
    }

    /// <summary>What a reader sees; null when nothing was entered. Rosters have a table of their own.</summary>
    public static string? Show(FormField field, JsonNode? value, Texts texts, bool weekday = true)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(texts);
        switch (value)
        {
            case null or JsonObject:
                return null;
            case JsonArray rows when field.IsRoster:
                return texts["staff.form.rows", rows.Count];
            case JsonArray list:
                return string.Join(", ", list.Select(v => Choice(field.Items!, v?.ToString() ?? "")));
        }

        return value.GetValueKind() switch
        {
            JsonValueKind.True => texts["staff.form.yes"],
            JsonValueKind.False => texts["staff.form.no"],
            JsonValueKind.Number when value.AsValue().TryGetValue(out decimal number) => number.ToString("#,0.############", Language.Current.Culture),
            _ when field.Format == "date" && DateOnly.TryParseExact(value.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => weekday ? Dates.WithWeekday(day) : Dates.Full(day),
            _ => Choice(field, value.ToString()),
        };
    }

    /// <summary>"412 KB", "3,4 MB".</summary>
    public static string Size(long bytes) => bytes < 1024 * 1024
        ? $"{Math.Max(1, bytes / 1024)}{Nbsp.Space}KB"
        : $"{(bytes / 1024m / 1024m).ToString("0.#", Language.Current.Culture)}{Nbsp.Space}MB";

    /// <summary>"PDF", "DOCX".</summary>
    public static string Kind(TaskFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.GetExtension(file.Name).TrimStart('.').ToUpperInvariant();
    }

    private static string Choice(FormField field, string value) =>
        Language.Say(field.Choices.FirstOrDefault(c => c.Value == value)?.Label) ?? value;
}
