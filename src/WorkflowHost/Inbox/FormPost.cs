using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>
/// Reads a posted form into the data that a task takes. What cannot be read as a number or date stays as it was typed, so that it is shown again
/// beside its message. Fields are posted as <c>f.name</c>, <c>f.roster[0].name</c>; the rows of a roster are counted in <c>f.roster.count</c>;
/// explanations of soft rules as <c>x.rule</c>.
/// </summary>
public sealed partial class FormPost
{
    /// <summary>Before the name of every field.</summary>
    public const string Prefix = "f.";

    /// <summary>Before the id of a soft rule.</summary>
    public const string ExplanationPrefix = "x.";

    /// <summary>Where a draft keeps explanations; no field can be called so.</summary>
    private const string Extras = "$explanations";

    private const int MostRows = 2_000;
    private static readonly string[] DateForms = ["d/M/yyyy", "d-M-yyyy", "d.M.yyyy", "yyyy-MM-dd"];
    private readonly IFormCollection posted;
    private readonly Dictionary<string, FormField> rosters = new(StringComparer.Ordinal);

    private FormPost(IFormCollection posted) => this.posted = posted;

    /// <summary>The data.</summary>
    public JsonObject Data { get; private set; } = [];

    /// <summary>A word for each soft rule that has one.</summary>
    public Dictionary<string, string> Explanations { get; } = [];

    /// <summary>The file fields, for what was uploaded.</summary>
    public List<FileSlot> Files { get; } = [];

    /// <summary>A file field: its path, and where its value stands.</summary>
    public sealed record FileSlot(string Path, FormField Field, JsonObject Parent);

    /// <summary>Reads what was posted for this form; data and explanations without one.</summary>
    public static FormPost Read(Form? form, IFormCollection posted)
    {
        ArgumentNullException.ThrowIfNull(posted);
        var post = new FormPost(posted);
        if (form is not null) post.Data = post.Object(form.Root, "");
        foreach (var rule in form?.Rules.Where(r => !r.IsHard) ?? [])
            if (Clean(posted[ExplanationPrefix + rule.Id]) is { Length: > 0 } text) post.Explanations[rule.Id] = text;
        return post;
    }

    /// <summary>The data with the explanations beside it, as a draft keeps it.</summary>
    public JsonObject Draft()
    {
        var draft = (JsonObject)Data.DeepClone();
        if (Explanations.Count > 0)
            draft[Extras] = new JsonObject(Explanations.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, e.Value)));
        return draft;
    }

    /// <summary>The explanation that a draft keeps for a rule, or null.</summary>
    public static string? ExplanationIn(JsonObject draft, string rule)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return draft[Extras]?[rule]?.ToString();
    }

    /// <summary>A draft's data alone.</summary>
    public static JsonObject WithoutExtras(JsonObject draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (!draft.ContainsKey(Extras)) return draft;
        var data = (JsonObject)draft.DeepClone();
        data.Remove(Extras);
        return data;
    }

    /// <summary>Adds an empty row to the roster at this path, or takes one away.</summary>
    public void ChangeRows(string path, int? remove)
    {
        if (Find(path) is not var (parent, name)) return;
        var rows = parent[name] as JsonArray;
        if (rows is null) parent[name] = rows = [];
        if (remove is null) rows.Add(new JsonObject());
        else if (remove >= 0 && remove < rows.Count) rows.RemoveAt(remove.Value);
    }

    /// <summary>The path of the first cell of a roster's last row, or null when there is no such roster.</summary>
    public string? LastCell(string path) =>
        rosters.TryGetValue(path, out var roster) && roster.Items!.Fields.Count > 0 && Find(path) is var (parent, name) && parent[name] is JsonArray { Count: > 0 } rows
            ? string.Create(CultureInfo.InvariantCulture, $"{path}[{rows.Count - 1}].{roster.Items.Fields[0].Name}")
            : null;

    /// <summary>Takes out rows in which nothing stands: an empty row that was offered is no answer.</summary>
    public void DropEmptyRows() => Drop(Data);

    private static void Drop(JsonObject value)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (child is JsonObject inner) Drop(inner);
            if (child is not JsonArray rows || rows.Count == 0 || rows[0] is not JsonObject) continue;
            foreach (var row in rows.OfType<JsonObject>().Where(r => r.Count == 0).ToList()) rows.Remove(row);
            if (rows.Count == 0) value.Remove(name);
        }
    }

    private (JsonObject Parent, string Name)? Find(string path)
    {
        var parts = path.Split('.');
        var at = Data;
        foreach (var part in parts[..^1])
        {
            if (at[part] is not JsonObject next) at[part] = next = [];
            at = next;
        }

        return parts[^1].Length == 0 ? null : (at, parts[^1]);
    }

    private JsonObject Object(FormField field, string path)
    {
        var data = new JsonObject();
        foreach (var child in field.Fields)
        {
            var at = path.Length == 0 ? child.Name : $"{path}.{child.Name}";
            if (child.Widget == "file") Files.Add(new FileSlot(at, child, data));
            if (Value(child, at) is { } value) data[child.Name] = value;
        }

        return data;
    }

    private JsonNode? Value(FormField field, string path)
    {
        var given = posted[Prefix + path];
        switch (field.Type)
        {
            case "object":
                return Object(field, path) is { Count: > 0 } inner ? inner : null;
            case "array" when field.IsRoster:
                rosters[path] = field;
                var count = int.TryParse(posted[$"{Prefix}{path}.count"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, MostRows) : 0;
                return count == 0 ? null : new JsonArray([.. Enumerable.Range(0, count).Select(i => Object(field.Items!, $"{path}[{i}]"))]);
            case "array" when field.Items!.Choices.Count > 0:
                return List(field.Items.Choices.Select(c => c.Value).Where(v => given.Contains(v)));
            case "array" when field.Widget == "file":
                return List(given.OfType<string>().Where(v => v.Length > 0));
            case "array":
                return List(Clean(given).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            case "boolean":
                return given.Contains("true") ? true : given.Contains("false") || field is { Required: true, Widget: not "radio" } ? false : null;
        }

        var text = Clean(given);
        if (text.Length == 0) return null;
        return field.Type is "integer" or "number" ? Number(text, field.Type == "integer")
            : field.Format == "date" && ReadDate(text) is { } day ? Dates.Machine(day)
            : text;
    }

    /// <summary>A day as people write it: 28/02/2020, 28-2-2020; null when it is none, or in none of the <see cref="KnownYears"/>.</summary>
    public static DateOnly? ReadDate(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && KnownYears.Hold(day) ? day : null;

    /// <summary>
    /// A number as the page's language writes it: 1.234,5 in Vietnamese, 1,234.5 in English. Whole numbers are grouped in either way, since the marks are
    /// mixed up everywhere; elsewhere a group that could be decimals is none.
    /// </summary>
    private static JsonValue Number(string text, bool isWhole)
    {
        var isVietnamese = Language.Current == Language.Vietnamese;
        var at = text.IndexOf(isVietnamese ? ',' : '.', StringComparison.Ordinal);
        var (whole, decimals) = at < 0 || isWhole && Grouped().IsMatch(text) ? (text, "") : (text[..at], text[at..]);
        var plain = Grouped().IsMatch(whole) ? GroupMarks().Replace(whole, "") + decimals.Replace(',', '.')
            : isVietnamese && text.Count(c => c is ',' or '.') == 1 ? text.Replace(',', '.')
            : text;
        return decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static JsonArray? List(IEnumerable<string> values) => values.Select(v => (JsonNode?)JsonValue.Create(v)).ToArray() is { Length: > 0 } items ? new JsonArray(items) : null;

    /// <summary>Trimmed, composed, lines ended by one character.</summary>
    private static string Clean(StringValues given)
    {
        var text = (given.Count > 0 ? given[0] ?? "" : "").Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        // Half a letter cannot be composed; it is refused where the data is taken.
        return StorableText.Holds(text) ? text.Normalize(NormalizationForm.FormC) : text;
    }

    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2}([., \u00a0]\d{3})+$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"[., \u00a0]")]
    private static partial Regex GroupMarks();
}
