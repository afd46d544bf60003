using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>Checks one value against its field. Each message states the limit and what to do; a field gets one.</summary>
internal static class FieldCheck
{
    /// <summary>Longest text of a field that names no limit itself.</summary>
    private const int UsualLength = 20_000;

    /// <summary>Most rows of an array that names no limit itself.</summary>
    private const int UsualItems = 2_000;

    public static void Object(FormField field, string path, JsonObject value, Dictionary<string, Text> errors)
    {
        foreach (var child in field.Fields) Value(child, Join(path, child.Name), value[child.Name], errors);
        foreach (var (name, _) in value)
            if (field.Fields.All(f => f.Name != name)) errors.TryAdd(Join(path, name), new("Biểu mẫu không có trường này. Hãy bỏ đi.", "The form has no such field. Leave it out."));
    }

    private static void Value(FormField field, string path, JsonNode? value, Dictionary<string, Text> errors)
    {
        if (IsMissing(value))
        {
            if (field.Required) errors.TryAdd(path, Missing(field));
            return;
        }

        switch (field.Type, value)
        {
            case ("object", JsonObject o):
                Object(field, path, o, errors);
                return;
            case ("array", JsonArray a):
                Array(field, path, a, errors);
                return;
        }

        if (Scalar(field, value!) is { } text) errors.TryAdd(path, text);
    }

    private static void Array(FormField field, string path, JsonArray value, Dictionary<string, Text> errors)
    {
        var (least, most, label) = (field.MinItems, field.MaxItems ?? UsualItems, field.Label);
        if (value.Count < least)
            errors.TryAdd(path, new($"{label.Vi}: cần ít nhất {least} dòng, đang có {value.Count}. Hãy thêm dòng.", $"{label.In("en")}: at least {least} rows, now {value.Count}. Add rows."));
        else if (value.Count > most)
            errors.TryAdd(path, new($"{label.Vi}: tối đa {most} dòng, đang có {value.Count}. Hãy bớt dòng.", $"{label.In("en")}: at most {most} rows, now {value.Count}. Remove rows."));
        else if (field.UniqueItems && FirstRepeated(value) is { } again)
            errors.TryAdd(path, new($"{label.Vi}: dòng {again + 1} trùng với dòng trước. Hãy bỏ dòng trùng.", $"{label.In("en")}: row {again + 1} repeats an earlier one. Remove it."));
        for (var i = 0; i < Math.Min(value.Count, most); i++)
            Value(field.Items! with { Required = true, Label = field.Items.Label.Vi.Length > 0 ? field.Items.Label : label }, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), value[i], errors);
    }

    private static Text? Scalar(FormField field, JsonNode value)
    {
        var (vi, en) = (field.Label.Vi, field.Label.In("en"));
        switch (field.Type)
        {
            case "boolean":
                return value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : new($"{vi}: hãy chọn có hoặc không.", $"{en}: choose yes or no.");
            case "integer" or "number":
                return Number(field, value);
            case "string" when value.GetValueKind() == JsonValueKind.String:
                return String(field, value.Deserialize<string>()!);
            case "string":
                return new($"{vi}: hãy nhập chữ.", $"{en}: enter a text.");
            case "array":
                return new($"{vi}: hãy nhập một danh sách.", $"{en}: enter a list.");
            default:
                return new($"{vi}: hãy nhập các mục bên trong.", $"{en}: fill in the fields inside.");
        }
    }

    private static Text? Number(FormField field, JsonNode value)
    {
        var (vi, en) = (field.Label.Vi, field.Label.In("en"));
        if (value.GetValueKind() != JsonValueKind.Number || !value.AsValue().TryGetValue(out decimal number))
            return new($"{vi}: hãy nhập số.", $"{en}: enter a number.");
        if (field.Type == "integer" && number != decimal.Truncate(number)) return new($"{vi}: hãy nhập số nguyên.", $"{en}: enter a whole number.");
        return (field.Minimum, field.Maximum) switch
        {
            ({ } low, { } high) when number < low || number > high => new($"{vi}: từ {Show(low)} đến {Show(high)}. Hãy sửa số này.", $"{en}: {Show(low)} to {Show(high)}. Change the number."),
            ({ } low, null) when number < low => new($"{vi}: từ {Show(low)} trở lên. Hãy sửa số này.", $"{en}: {Show(low)} or more. Change the number."),
            (null, { } high) when number > high => new($"{vi}: tối đa {Show(high)}. Hãy sửa số này.", $"{en}: at most {Show(high)}. Change the number."),
            _ => null,
        };
    }

    private static Text? String(FormField field, string value)
    {
        var (vi, en) = (field.Label.Vi, field.Label.In("en"));
        if (field.Choices.Count > 0)
            return field.Choices.Any(c => c.Value == value) ? null : new(
                $"{vi}: hãy chọn một trong: {string.Join(", ", field.Choices.Select(c => c.Label.Vi))}.",
                $"{en}: choose one of: {string.Join(", ", field.Choices.Select(c => c.Label.In("en")))}.");

        // Length as a reader counts it: "ế" is one, also when typed as a letter with two marks.
        var length = new StringInfo(value).LengthInTextElements;
        if (length > (field.MaxLength ?? UsualLength))
            return new($"{vi}: tối đa {field.MaxLength ?? UsualLength} ký tự, đang có {length}. Hãy rút gọn.", $"{en}: at most {field.MaxLength ?? UsualLength} characters, now {length}. Shorten it.");
        if (length < field.MinLength)
            return new($"{vi}: ít nhất {field.MinLength} ký tự, đang có {length}. Hãy viết thêm.", $"{en}: at least {field.MinLength} characters, now {length}. Write more.");
        if (field.Format == "date" && (!DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || !KnownYears.Hold(day)))
            return new($"{vi}: ngày không đúng. Hãy nhập ngày/tháng/năm có thật.", $"{en}: no such date. Enter a real one, day, month and year.");
        if (field.Format == "email" && !IsEmail(value))
            return new($"{vi}: địa chỉ thư không đúng. Hãy nhập dạng ten@donvi.vn.", $"{en}: not an e-mail address. Enter it as name@example.org.");
        return field.Pattern?.IsMatch(value) == false
            ? new($"{vi}: chưa đúng dạng.{(field.Hint is { } h ? " " + h.Vi : " Hãy xem lại cách ghi.")}", $"{en}: not in the right form.{(field.Hint is { } e ? " " + e.In("en") : " Check how it is written.")}")
            : null;
    }

    private static Text Missing(FormField field) => (field.Widget, field.Choices.Count) switch
    {
        ("file", _) => new($"{field.Label.Vi}: chưa có tệp. Hãy tải tệp lên.", $"{field.Label.In("en")}: no file yet. Upload it."),
        (_, > 0) => new($"{field.Label.Vi}: chưa chọn. Hãy chọn một mục.", $"{field.Label.In("en")}: nothing chosen yet. Choose one."),
        _ => new($"{field.Label.Vi}: chưa nhập. Hãy nhập mục này.", $"{field.Label.In("en")}: empty. Fill it in."),
    };

    /// <summary>Null or blank text: what a form sends for a field that nobody touched.</summary>
    public static bool IsBlank(JsonNode? value) =>
        value is null || (value.GetValueKind() == JsonValueKind.String && string.IsNullOrWhiteSpace(value.Deserialize<string>()));

    public static bool IsMissing(JsonNode? value) => IsBlank(value) || value is JsonArray { Count: 0 };

    private static bool IsEmail(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        return value.Length <= 254 && at > 0 && at == value.LastIndexOf('@') && value[(at + 1)..] is { Length: > 2 } host && host.Contains('.', StringComparison.Ordinal)
            && !host.StartsWith('.') && !host.EndsWith('.') && value.All(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('<' or '>' or '"' or ',' or ';'));
    }

    private static int? FirstRepeated(JsonArray rows)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
            if (!seen.Add(Canonical(rows[i]))) return i;
        return null;
    }

    private static string Canonical(JsonNode? value) => value switch
    {
        JsonObject o => "{" + string.Join(',', o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{JsonValue.Create(p.Key).ToJsonString()}:{Canonical(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(',', a.Select(Canonical)) + "]",
        JsonValue v when v.TryGetValue(out string? text) => JsonValue.Create(text).ToJsonString(),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out decimal number) => Show(number),
        _ => value?.ToJsonString() ?? "null",
    };

    private static string Show(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
