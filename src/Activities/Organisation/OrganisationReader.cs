using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unions.Organisation;

/// <summary>
/// Reads an organisation from JSON (<c>{roles, units, people, assignments}</c>) or CSV. A CSV has a header line and the column <c>record</c>
/// (role, unit, person, assignment); the other columns are the JSON names; lists are separated by <c>|</c>, attributes are <c>name=value|…</c>.
/// Text becomes NFC; a value that cannot be read is an error with its line, never a guess.
/// </summary>
public static class OrganisationReader
{
    /// <summary>Reads either form: a text that begins with <c>{</c> is JSON.</summary>
    public static OrganisationFile Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = new OrganisationFile();
        var content = text.TrimStart('\uFEFF');
        if (content.TrimStart().StartsWith('{')) ReadJson(content, file);
        else ReadCsv(content, file);
        return file;
    }

    private static void ReadJson(string text, OrganisationFile file)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var lines = new LineCounter(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            string? list = null;
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                {
                    list = reader.GetString();
                    if (list is not ("roles" or "units" or "people" or "assignments" or "comment"))
                        file.Errors.Add(new(lines.At(reader.TokenStartIndex), list!, "unknown-list", $"Không có danh sách “{list}”: chỉ có roles, units, people, assignments.", $"There is no list \"{list}\": only roles, units, people, assignments."));
                }
                else if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject)
                {
                    var line = lines.At(reader.TokenStartIndex);
                    var record = (JsonObject)JsonNode.Parse(ref reader)!;
                    new Fields(file, line, name => record[name] switch
                    {
                        null => null,
                        JsonArray many => string.Join('|', many.Select(m => m?.ToString())),
                        JsonObject map => string.Join('|', map.Select(m => $"{m.Key}={m.Value?.ToString()}")),
                        var one => one.ToString(),
                    }, record["attributes"] as JsonObject).Take(list ?? "");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair and a name that comes twice are found where the text is looked at.
            var line = e is JsonException { LineNumber: { } at } ? (int)at + 1 : lines.At(reader.TokenStartIndex);
            file.Errors.Add(new(line, "", "not-json", $"Tệp JSON sai cú pháp: {e.Message}", $"The JSON is malformed: {e.Message}"));
        }
    }

    private static void ReadCsv(string text, OrganisationFile file)
    {
        var records = CsvText.Read(text);
        if (records.Count == 0 || !records[0].Cells.Contains("record"))
        {
            file.Errors.Add(new(1, "record", "no-header", "Dòng đầu phải có tên cột, trong đó có cột record.", "The first line must name the columns, record among them."));
            return;
        }

        var columns = records[0].Cells.Select((name, i) => (name: name.Trim(), i)).GroupBy(c => c.name).ToDictionary(c => c.Key, c => c.First().i);
        foreach (var (line, cells) in records.Skip(1))
        {
            if (cells.Count > records[0].Cells.Count)
            {
                file.Errors.Add(new(line, "", "too-many-cells", $"Dòng có {cells.Count} ô, nhiều hơn {records[0].Cells.Count} cột.", $"The line has {cells.Count} cells but there are {records[0].Cells.Count} columns."));
                continue;
            }

            string? Cell(string name) => columns.TryGetValue(name, out var at) && at < cells.Count && cells[at].Trim() is { Length: > 0 } value ? value : null;
            new Fields(file, line, Cell, null).Take(Cell("record") switch { "role" => "roles", "unit" => "units", "person" => "people", "assignment" => "assignments", var other => other ?? "" });
        }
    }

    /// <summary>One record's values by name, turned into a typed record or errors.</summary>
    private sealed class Fields(OrganisationFile file, int line, Func<string, string?> value, JsonObject? attributes)
    {
        public void Take(string list)
        {
            switch (list)
            {
                case "roles":
                    file.Roles.Add(new(line, Need("code"), Need("vi"), Text("en") ?? Text("vi") ?? "", List("permissions"), Text("superior")));
                    break;
                case "units":
                    var name = Need("name");
                    file.Units.Add(new(line, Need("code"), name, Text("shortName") ?? name, Need("kind"), Text("parent"), Date("validFrom"), Date("validTo"),
                        Text("calendar") ?? "vn-public", attributes?.DeepClone() as JsonObject ?? Attributes(), List("successor"), Text("successorKind") ?? "merge"));
                    break;
                case "people":
                    file.People.Add(new(line, Need("userName"), Need("displayName"), Text("email"), Text("language") ?? "vi"));
                    break;
                case "assignments":
                    file.Assignments.Add(new(line, Need("userName"), Need("unit"), Need("role"), Text("department"), Date("validFrom"), Date("validTo")));
                    break;
                case "comment":
                    break;
                default:
                    Wrong("record", "unknown-record", $"Không có loại bản ghi “{list}”: chỉ có role, unit, person, assignment.", $"There is no record \"{list}\": only role, unit, person, assignment.");
                    break;
            }
        }

        private string? Text(string name)
        {
            if (value(name)?.Trim() is not { Length: > 0 } text) return null;
            if (text.Contains('\0'))
            {
                Wrong(name, "nul", "Văn bản có ký tự U+0000, không lưu được.", "The text has the character U+0000, which cannot be stored.");
                return null;
            }

            return text.Normalize(NormalizationForm.FormC);
        }

        private string[] List(string name) => (Text(name) ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private string Need(string name)
        {
            if (Text(name) is { } text) return text;
            Wrong(name, "missing", $"Thiếu {name}.", $"{name} is missing.");
            return "";
        }

        private DateOnly? Date(string name)
        {
            if (Text(name) is not { } text) return null;
            if (DateOnly.TryParseExact(text, ["yyyy-MM-dd", "dd/MM/yyyy", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
            Wrong(name, "bad-date", $"“{text}” không phải là ngày; viết 2020-01-31 hoặc 31/01/2020.", $"\"{text}\" is no date; write 2020-01-31 or 31/01/2020.");
            return null;
        }

        private JsonObject Attributes()
        {
            var read = new JsonObject();
            foreach (var pair in (Text("attributes") ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                if (at < 1) Wrong("attributes", "bad-attribute", $"“{pair}” không có dạng tên=giá trị.", $"\"{pair}\" is not name=value.");
                else if (long.TryParse(pair.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) read[pair[..at].Trim()] = number;
                else read[pair[..at].Trim()] = pair[(at + 1)..].Trim();
            }

            return read;
        }

        private void Wrong(string field, string code, string vi, string en) => file.Errors.Add(new(line, field, code, vi, en));
    }

    /// <summary>Byte offsets to line numbers, asked in rising order.</summary>
    private sealed class LineCounter(byte[] bytes)
    {
        private long _at;
        private int _line = 1;

        public int At(long offset)
        {
            for (; _at < offset; _at++)
                if (bytes[_at] == '\n') _line++;
            return _line;
        }
    }
}
