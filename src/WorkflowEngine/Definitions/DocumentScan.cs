using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>
/// First look at a document's text, before any tree is built: bounds of size and depth, JSON syntax, and what the database could not keep
/// (U+0000, broken surrogates, numbers beyond double). Everything behind it may walk recursively and trust the strings.
/// </summary>
internal static class DocumentScan
{
    public const int MostBytes = 4 * 1024 * 1024;
    public const int MostDepth = 200;

    private sealed class Level(bool isArray)
    {
        public readonly HashSet<string>? Names = isArray ? null : new(StringComparer.Ordinal);
        public int Index = -1;
        public string? Name;
    }

    /// <summary>The object this text holds; <paramref name="at"/> is where the text stands in the document that contains it.</summary>
    /// <exception cref="DefinitionFormatException">It holds none.</exception>
    public static JsonObject Parse(string json, Place at)
    {
        byte[] utf8;
        try
        {
            utf8 = new UTF8Encoding(false, true).GetBytes(json.StartsWith('\uFEFF') ? json[1..] : json);
        }
        catch (EncoderFallbackException)
        {
            throw Broken(at, "The text contains a broken character (half of a surrogate pair).", "Văn bản có ký tự hỏng (nửa cặp surrogate).");
        }

        if (utf8.Length > MostBytes) throw Broken(at, "The document is larger than 4 MB.", "Tài liệu lớn hơn 4 MB.");
        Check(utf8, at);
        return JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = MostDepth + 1 }) as JsonObject
            ?? throw Broken(at, "A JSON object is expected here.", "Ở đây cần một đối tượng JSON.");
    }

    private static void Check(ReadOnlySpan<byte> utf8, Place at)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MostDepth + 1 });
        var levels = new Stack<Level>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject)
                    && levels.TryPeek(out var parent)) parent.Index++;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        if (levels.Count >= MostDepth) throw Broken(PlaceOf(at, levels), "The document is nested deeper than 200 levels.", "Tài liệu lồng sâu quá 200 tầng.");
                        levels.Push(new Level(reader.TokenType == JsonTokenType.StartArray));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        levels.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        var name = TextOf(ref reader, at, levels);
                        var level = levels.Peek();
                        level.Name = name;
                        if (!level.Names!.Add(name)) throw Broken(PlaceOf(at, levels), "The member stands twice in its object.", "Thuộc tính xuất hiện hai lần trong đối tượng.");
                        break;
                    case JsonTokenType.String when reader.ValueIsEscaped || !IsAscii(reader.ValueSpan):
                        TextOf(ref reader, at, levels);
                        break;
                    case JsonTokenType.Number when !reader.TryGetDouble(out var number) || !double.IsFinite(number):
                        throw Broken(PlaceOf(at, levels), "The number is too large.", "Số quá lớn.");
                }
            }
        }
        catch (JsonException e)
        {
            throw Broken(
                PlaceOf(at, levels), $"This is not valid JSON (line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}).",
                $"Không phải JSON hợp lệ (dòng {e.LineNumber + 1}, vị trí {e.BytePositionInLine + 1}).");
        }
    }

    private static string TextOf(ref Utf8JsonReader reader, Place at, Stack<Level> levels)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Broken(PlaceOf(at, levels), "The text contains a broken character (half of a surrogate pair).", "Văn bản có ký tự hỏng (nửa cặp surrogate).");
        }

        if (text.Contains('\0')) throw Broken(PlaceOf(at, levels), "The character U+0000 is not allowed.", "Không được dùng ký tự U+0000.");
        return text;
    }

    private static bool IsAscii(ReadOnlySpan<byte> text) => Ascii.IsValid(text);

    private static Place PlaceOf(Place at, Stack<Level> levels)
    {
        foreach (var level in levels.Reverse())
        {
            if (level.Names is null) at = at[Math.Max(level.Index, 0)];
            else if (level.Name is not null) at = at[level.Name];
        }

        return at;
    }

    private static DefinitionFormatException Broken(Place place, string message, string messageVi) =>
        new(new DefinitionProblem(place.ToString(), message, messageVi));
}
