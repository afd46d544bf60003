using System.Text.Json.Nodes;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>Finds the attachments that a form's data names.</summary>
internal static class FormFiles
{
    /// <summary>Field and id of each file named in a file field; a null id is no id at all.</summary>
    public static List<(string Field, Guid? Id)> In(Form form, JsonObject data)
    {
        var found = new List<(string, Guid?)>();
        foreach (var field in form.Root.Fields) Collect(field, field.Name, data[field.Name], found);
        return found;
    }

    private static void Collect(FormField field, string path, JsonNode? value, List<(string, Guid?)> found)
    {
        if (field.Widget == "file")
        {
            foreach (var id in value is JsonArray list ? list.ToList() : [value])
                if (id is JsonValue v && v.TryGetValue(out string? text) && text.Length > 0) found.Add((path, Guid.TryParse(text, out var guid) ? guid : null));
        }
        else if (value is JsonObject row)
        {
            foreach (var child in field.Fields) Collect(child, $"{path}.{child.Name}", row[child.Name], found);
        }
        else if (value is JsonArray rows && field.Items is { } items)
        {
            for (var i = 0; i < rows.Count; i++) Collect(items, $"{path}[{i}]", rows[i], found);
        }
    }
}
