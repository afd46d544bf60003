using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>
/// Reads a form document {id, version, title, schema, rules, facts}. Every problem is told with its place, and a keyword that is not supported is
/// one: a form that asks for more than is checked would promise what nobody keeps.
/// </summary>
/// <param name="checkExpression">Gives what is wrong with an expression, or null; without it expressions are not looked at.</param>
public sealed class FormReader(Func<string, string?>? checkExpression = null)
{
    private const int DeepestNesting = 4;
    private static readonly string[] Keywords =
        ["type", "title", "description", "properties", "required", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "items",
            "minItems", "maxItems", "uniqueItems", "additionalProperties", "$schema", "x-label", "x-hint", "x-widget", "x-order", "x-enum-labels", "x-event-date", "x-needed-when"];
    private static readonly Dictionary<string, string[]> Widgets = new()
    {
        ["textarea"] = ["string"],
        ["radio"] = ["string", "boolean"],
        ["select"] = ["string"],
        ["checkbox-list"] = ["array"],
        ["file"] = ["string", "array"],
        ["date"] = ["string"],
        ["number"] = ["integer", "number"],
        ["roster"] = ["array"],
        ["unit"] = ["string"],
    };

    private readonly List<FormProblem> problems = [];

    /// <summary>The form, or what is wrong with the document.</summary>
    public (Form? Form, IReadOnlyList<FormProblem> Problems) Read(string json)
    {
        problems.Clear();
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            if (node is not JsonObject document) Refuse("", "Biểu mẫu phải là một đối tượng JSON.", "A form is a JSON object.");
            else if (!StorableText.Holds(document)) Refuse("", "Có ký tự không lưu được.", "It holds text that cannot be stored.");
            else if (Document(document) is { } form && problems.Count == 0) return (form, []);
        }
        catch (JsonException e)
        {
            Refuse("", $"Không đọc được JSON: {e.Message}", $"Not JSON: {e.Message}");
        }

        return (null, [.. problems]);
    }

    private Form Document(JsonObject document)
    {
        foreach (var (name, _) in document)
            if (name is not ("id" or "version" or "title" or "schema" or "rules" or "facts")) Refuse($"/{name}", $"Không dùng được '{name}'.", $"'{name}' is not supported.");
        var id = String(document, "id", "") ?? "";
        if (id.Length is 0 or > 100) Refuse("/id", "Cần mã biểu mẫu.", "An id is needed.");
        var version = Int(document, "version", "") ?? 0;
        if (version < 1) Refuse("/version", "Cần phiên bản từ 1.", "A version from 1 on is needed.");
        var title = Label(document["title"], "/title") ?? new Text(id);
        var root = document["schema"] is JsonObject schema
            ? Field("", schema, "/schema", false, 0)
            : Refuse<FormField>("/schema", "Cần lược đồ.", "A schema is needed.");
        if (root is not null && root.Type != "object") Refuse("/schema/type", "Lược đồ phải là object.", "The schema is an object.");
        if (root?.Fields.Count(f => f.IsEventDate) > 1) Refuse("/schema/properties", "Chỉ một trường được là ngày diễn ra (x-event-date).", "Only one field can be the day of the event (x-event-date).");
        var names = root?.Fields.Select(f => f.Name).ToHashSet() ?? [];
        var rules = List(document, "rules", "").Select((r, i) => Rule(r, $"/rules/{i}", names)).OfType<FormRule>().ToArray();
        foreach (var twice in rules.GroupBy(r => r.Id).Where(g => g.Count() > 1)) Refuse("/rules", $"Quy tắc '{twice.Key}' có hai lần.", $"Rule '{twice.Key}' stands twice.");
        var facts = List(document, "facts", "").Select((f, i) => Fact(f, $"/facts/{i}")).OfType<FormFact>().ToArray();
        return new Form(id, version, title, root ?? new FormField { Name = "", Type = "object", Label = title }, rules, facts);
    }

    private FormField? Field(string name, JsonObject schema, string place, bool required, int depth)
    {
        foreach (var (keyword, _) in schema)
            if (!Keywords.Contains(keyword)) Refuse($"{place}/{keyword}", $"Từ khoá '{keyword}' không được hỗ trợ.", $"The keyword '{keyword}' is not supported.");
        if (depth > DeepestNesting) return Refuse<FormField>(place, "Lồng quá sâu.", "Nested too deeply.");
        var type = String(schema, "type", place);
        if (type is not ("object" or "string" or "integer" or "number" or "boolean" or "array"))
            return Refuse<FormField>($"{place}/type", "Cần type: object, string, integer, number, boolean hoặc array.", "A type is needed: object, string, integer, number, boolean or array.");

        var label = schema["x-label"] is { } given ? Label(given, $"{place}/x-label") : String(schema, "title", place) is { } text ? new Text(text) : null;
        if (label is null && name.Length > 0) Refuse($"{place}/x-label", "Trường cần nhãn.", "A field needs a label.");
        if (schema["additionalProperties"] is { } more && (more.GetValueKind() != JsonValueKind.False || type != "object"))
            Refuse($"{place}/additionalProperties", "Chỉ dùng được false.", "Only false is supported.");
        var field = new FormField
        {
            Name = name,
            Type = type,
            Required = required,
            Label = label ?? new Text(name),
            Hint = schema["x-hint"] is { } hint ? Label(hint, $"{place}/x-hint") : String(schema, "description", place) is { } d ? new Text(d) : null,
            NeededWhen = schema["x-needed-when"] is { } when ? Label(when, $"{place}/x-needed-when") : null,
            Widget = Widget(schema, type, place),
            Format = Only(schema, "format", type, "string", place) ? String(schema, "format", place) : null,
            IsEventDate = Only(schema, "x-event-date", type, "string", place) && Bool(schema, "x-event-date", place),
            Minimum = Only(schema, "minimum", type, "number", place) ? Number(schema, "minimum", place) : null,
            Maximum = Only(schema, "maximum", type, "number", place) ? Number(schema, "maximum", place) : null,
            MinLength = Only(schema, "minLength", type, "string", place) ? Int(schema, "minLength", place) : null,
            MaxLength = Only(schema, "maxLength", type, "string", place) ? Int(schema, "maxLength", place) : null,
            Pattern = Only(schema, "pattern", type, "string", place) ? Pattern(schema, place) : null,
            Choices = Only(schema, "enum", type, "string", place) ? Choices(schema, place) : [],
            MinItems = Only(schema, "minItems", type, "array", place) ? Int(schema, "minItems", place) : null,
            MaxItems = Only(schema, "maxItems", type, "array", place) ? Int(schema, "maxItems", place) : null,
            UniqueItems = Only(schema, "uniqueItems", type, "array", place) && Bool(schema, "uniqueItems", place),
            Items = type != "array" ? null : schema["items"] is JsonObject items
                ? Field("", items, $"{place}/items", false, depth + 1)
                : Refuse<FormField>($"{place}/items", "Mảng cần items.", "An array needs items."),
            Fields = type == "object" ? Properties(schema, place, depth) : [],
        };
        if (type != "array" && schema.ContainsKey("items")) Refuse($"{place}/items", "Chỉ dùng cho array.", "Only for an array.");
        if (type != "object" && (schema.ContainsKey("properties") || schema.ContainsKey("required"))) Refuse($"{place}/properties", "Chỉ dùng cho object.", "Only for an object.");
        if (field.Format is not (null or "date" or "email")) Refuse($"{place}/format", "Chỉ có date và email.", "Only date and email.");
        if (field.IsEventDate && (field.Format != "date" || depth != 1)) Refuse($"{place}/x-event-date", "Chỉ dùng cho trường ngày ở cấp ngoài cùng.", "Only for a date field of the form itself.");
        if (field is { Required: true, NeededWhen: not null }) Refuse($"{place}/x-needed-when", "Trường này lúc nào cũng bắt buộc.", "This field is required in any case.");
        if (field.Minimum > field.Maximum || field.MinLength > field.MaxLength || field.MinItems > field.MaxItems) Refuse(place, "Giới hạn dưới lớn hơn giới hạn trên.", "The lower limit is above the upper one.");
        if (field.Widget == "roster" && !field.IsRoster) Refuse($"{place}/x-widget", "roster cần items là object.", "A roster needs items of type object.");
        return field;
    }

    private FormField[] Properties(JsonObject schema, string place, int depth)
    {
        var required = List(schema, "required", place).Select((r, i) => Text(r, $"{place}/required/{i}")).OfType<string>().ToArray();
        var properties = schema["properties"] as JsonObject;
        if (properties is null && schema.ContainsKey("properties")) Refuse($"{place}/properties", "Phải là một đối tượng.", "It is an object.");
        foreach (var name in required.Where(r => properties?.ContainsKey(r) != true)) Refuse($"{place}/required", $"Không có trường '{name}'.", $"There is no field '{name}'.");
        var fields = new List<(decimal Order, FormField Field)>();
        foreach (var (name, node) in properties ?? [])
        {
            var at = $"{place}/properties/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (node is not JsonObject child) Refuse(at, "Phải là một đối tượng.", "It is an object.");
            else if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]))
            {
                if (Field(name, child, at, required.Contains(name), depth + 1) is { } field) fields.Add((Number(child, "x-order", at) ?? decimal.MaxValue, field));
            }
            else Refuse(at, "Tên trường chỉ gồm chữ không dấu, số và _.", "A field's name is of letters, digits and _.");
        }

        return [.. fields.OrderBy(f => f.Order).Select(f => f.Field)];
    }

    private string? Widget(JsonObject schema, string type, string place)
    {
        if (String(schema, "x-widget", place) is not { } widget) return null;
        if (!Widgets.TryGetValue(widget, out var types)) Refuse($"{place}/x-widget", $"Không có widget '{widget}'.", $"There is no widget '{widget}'.");
        else if (!types.Contains(type)) Refuse($"{place}/x-widget", $"'{widget}' không dùng cho {type}.", $"'{widget}' is not for {type}.");
        return widget;
    }

    private FormChoice[] Choices(JsonObject schema, string place)
    {
        var labels = schema["x-enum-labels"] as JsonObject;
        var values = List(schema, "enum", place).Select((v, i) => Text(v, $"{place}/enum/{i}")).OfType<string>().ToArray();
        if (schema.ContainsKey("enum") && values.Length == 0) Refuse($"{place}/enum", "Cần ít nhất một giá trị.", "At least one value is needed.");
        if (values.Distinct().Count() != values.Length) Refuse($"{place}/enum", "Giá trị bị lặp.", "A value stands twice.");
        foreach (var (value, _) in labels ?? [])
            if (!values.Contains(value)) Refuse($"{place}/x-enum-labels/{value}", "Không có giá trị này.", "There is no such value.");
        return [.. values.Select(v => new FormChoice(v, labels?[v] is { } l ? Label(l, $"{place}/x-enum-labels/{v}") ?? new Text(v) : new Text(v)))];
    }

    /// <summary>The engine without backtracking refuses what cannot be matched in linear time (look-around, back references).</summary>
    private Regex? Pattern(JsonObject schema, string place)
    {
        if (String(schema, "pattern", place) is not { } pattern) return null;
        try
        {
            if (pattern.Length <= 200) return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return Refuse<Regex>($"{place}/pattern", "Dài quá 200 ký tự.", "Longer than 200 characters.");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Refuse<Regex>($"{place}/pattern", $"Mẫu không dùng được: {e.Message}", $"The pattern cannot be used: {e.Message}");
        }
    }

    private FormRule? Rule(JsonNode? node, string place, HashSet<string> names)
    {
        if (node is not JsonObject rule) return Refuse<FormRule>(place, "Phải là một đối tượng.", "It is an object.");
        foreach (var (name, _) in rule)
            if (name is not ("id" or "expression" or "level" or "text" or "fields" or "limit" or "wayOut"))
                Refuse($"{place}/{name}", $"Không dùng được '{name}'.", $"'{name}' is not supported.");
        var level = String(rule, "level", place);
        if (level is not ("hard" or "soft")) Refuse($"{place}/level", "hard hoặc soft.", "hard or soft.");
        var fields = List(rule, "fields", place).Select((f, i) => Text(f, $"{place}/fields/{i}")).OfType<string>().ToArray();
        foreach (var name in fields.Where(f => !names.Contains(f))) Refuse($"{place}/fields", $"Không có trường '{name}'.", $"There is no field '{name}'.");
        var limit = rule["limit"] is JsonValue number && number.GetValueKind() == JsonValueKind.Number ? number.ToJsonString() : String(rule, "limit", place);
        if (limit?.StartsWith('=') == true) Expression(limit[1..], $"{place}/limit");
        var (id, expression, text) = (String(rule, "id", place), String(rule, "expression", place), Label(rule["text"], $"{place}/text"));
        if (string.IsNullOrEmpty(id)) Refuse($"{place}/id", "Cần mã quy tắc.", "An id is needed.");
        Expression(expression, $"{place}/expression");
        var wayOut = rule["wayOut"] is { } way ? Label(way, $"{place}/wayOut") : null;
        return id is null || expression is null || text is null ? null : new FormRule(id, expression, level == "hard", text, fields, limit, wayOut);
    }

    private FormFact? Fact(JsonNode? node, string place)
    {
        if (node is not JsonObject fact) return Refuse<FormFact>(place, "Phải là một đối tượng.", "It is an object.");
        foreach (var (name, _) in fact)
            if (name is not ("when" or "text" or "value")) Refuse($"{place}/{name}", $"Không dùng được '{name}'.", $"'{name}' is not supported.");
        var (when, text) = (String(fact, "when", place), Label(fact["text"], $"{place}/text"));
        Expression(when, $"{place}/when");
        var value = String(fact, "value", place);
        if (value is not null) Expression(value, $"{place}/value");
        if (value is null != (text?.Vi.Contains(FormFact.Place, StringComparison.Ordinal) != true)) Refuse($"{place}/value", "value và {value} đi với nhau.", "value and {value} go together.");
        return when is null || text is null ? null : new FormFact(when, text, value);
    }

    private void Expression(string? expression, string place)
    {
        if (string.IsNullOrWhiteSpace(expression)) Refuse(place, "Cần biểu thức.", "An expression is needed.");
        else if (checkExpression?.Invoke(expression) is { } wrong) Refuse(place, $"Biểu thức sai: {wrong}", $"The expression is wrong: {wrong}");
    }

    private Text? Label(JsonNode? node, string place)
    {
        if (node is JsonValue v && v.TryGetValue(out string? plain) && plain.Length > 0) return new Text(plain);
        if (node is JsonObject o && o["vi"] is JsonValue vi && vi.TryGetValue(out string? text) && text.Length > 0)
            return new Text(text, o["en"] is JsonValue en && en.TryGetValue(out string? english) ? english : null);
        return Refuse<Text>(place, "Cần lời {vi, en}.", "A text {vi, en} is needed.");
    }

    private bool Only(JsonObject schema, string keyword, string type, string family, string place)
    {
        if (!schema.ContainsKey(keyword)) return false;
        if (type == family || (family == "number" && type == "integer")) return true;
        Refuse($"{place}/{keyword}", $"'{keyword}' không dùng cho {type}.", $"'{keyword}' is not for {type}.");
        return false;
    }

    private string? String(JsonObject parent, string name, string place) => parent[name] is { } node ? Text(node, $"{place}/{name}") : null;

    private string? Text(JsonNode? node, string place) =>
        node is JsonValue v && v.TryGetValue(out string? text) ? text : Refuse<string>(place, "Phải là chữ.", "It is a text.");

    private decimal? Number(JsonObject parent, string name, string place)
    {
        if (parent[name] is not { } node) return null;
        if (node is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out decimal number)) return number;
        Refuse($"{place}/{name}", "Phải là số.", "It is a number.");
        return null;
    }

    private int? Int(JsonObject parent, string name, string place)
    {
        if (Number(parent, name, place) is not { } number) return null;
        if (number is >= 0 and <= 1_000_000 && number == decimal.Truncate(number)) return (int)number;
        Refuse($"{place}/{name}", "Phải là số nguyên từ 0.", "It is a whole number from 0 on.");
        return null;
    }

    private bool Bool(JsonObject parent, string name, string place)
    {
        if (parent[name] is JsonValue v && v.TryGetValue(out bool value)) return value;
        Refuse($"{place}/{name}", "Phải là true hoặc false.", "It is true or false.");
        return false;
    }

    private JsonArray List(JsonObject parent, string name, string place)
    {
        if (parent[name] is JsonArray list) return list;
        if (parent.ContainsKey(name)) Refuse($"{place}/{name}", "Phải là một danh sách.", "It is a list.");
        return [];
    }

    private void Refuse(string place, string vi, string en) => problems.Add(new FormProblem(place, new Text(vi, en)));

    private T? Refuse<T>(string place, string vi, string en) where T : class
    {
        Refuse(place, vi, en);
        return null;
    }
}
