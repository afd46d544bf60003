using System.Text.Json.Nodes;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Api;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>One field as a page draws it.</summary>
/// <param name="Path">Its place in the data: <c>roster[2].name</c>.</param>
/// <param name="Value">What stands in it.</param>
public sealed record FieldView(FormField Field, string Path, JsonNode? Value, Guid TaskId, IReadOnlyList<TaskFile> Files)
{
    /// <summary>The name it is posted under, and its errors stand under.</summary>
    public string Name => FormPost.Prefix + Path;

    public string Id => Web.Components.ErrorSummary.IdOf(Name);

    public string Label => Language.Say(Field.Label);

    public string? Hint => Language.Say(Field.Hint) ?? (Field.Format == "date" ? Texts?[Field.IsEventDate ? "staff.form.event-hint" : "staff.form.date-hint"] : null);

    /// <summary>It may be left empty. A box says what is so by standing empty: that is no gap.</summary>
    public bool IsOptional => Field is { Required: false, Type: not "boolean" } or { Required: false, Type: "boolean", Widget: "radio" };

    /// <summary>When it has to be filled in all the same.</summary>
    public string? Needed => Language.Say(Field.NeededWhen);

    /// <summary>For the hints that a form does not write itself.</summary>
    public Texts? Texts { get; init; }

    /// <summary>Characters of the input, so that its width fits the answer; null fills the column.</summary>
    public int? Width => Field switch
    {
        { Format: "date" } => 10,
        { Type: "integer" or "number" } => Field.Maximum is > 999_999 ? 10 : 6,
        { MaxLength: <= 30 } => 20,
        _ => null,
    };

    /// <summary>Short enough to stand beside another short one.</summary>
    public bool IsShort => Field is { Type: "string", Choices.Count: 0 } and ({ Format: "date" } or { Widget: null, MaxLength: <= 60 });

    /// <summary>A child of an object or a cell of a row.</summary>
    public FieldView Child(FormField child, JsonObject? parent, string path) =>
        this with { Field = child, Path = path.Length == 0 ? child.Name : $"{path}.{child.Name}", Value = parent?[child.Name] };

    /// <summary>The rows of a roster: those entered, at least as many as are asked for, and one to begin with.</summary>
    public IReadOnlyList<JsonObject> Rows
    {
        get
        {
            var rows = (Value as JsonArray)?.Select(r => r as JsonObject ?? []).ToList() ?? [];
            var least = Math.Clamp(Field.MinItems ?? 1, 1, 20);
            while (rows.Count < least) rows.Add([]);
            return rows;
        }
    }

    /// <summary>The task's files that a file field names.</summary>
    public IReadOnlyList<TaskFile> Named => FilesOf(Value, Files);

    /// <summary>The files with these ids.</summary>
    public static IReadOnlyList<TaskFile> FilesOf(JsonNode? value, IReadOnlyList<TaskFile> files)
    {
        var ids = value is JsonArray list ? list.Select(v => v?.ToString()) : [value?.ToString()];
        return [.. ids.Select(id => files.FirstOrDefault(f => f.Id.ToString() == id)).OfType<TaskFile>()];
    }
}
