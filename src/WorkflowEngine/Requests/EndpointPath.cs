using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Requests;

/// <summary>
/// Where an endpoint is reached: segments that are words or <c>{parameters}</c>, compared without regard to case. Constraints, optional and
/// catch-all parameters are refused: two paths then meet in one request only where one of them is the more exact one.
/// </summary>
public sealed class EndpointPath
{
    /// <summary>Segments of a path at most: a request is looked up by every shape that its segments may have.</summary>
    public const int MostSegments = 6;

    /// <summary>Characters of a path at most.</summary>
    public const int Longest = 200;

    private const string Parameter = "{}";

    // Addresses of Studio's own links begin so.
    private static readonly string[] Reserved = ["definitions", "instances"];

    private readonly string[] _segments;

    private EndpointPath(string text, string[] segments) =>
        (Text, _segments, Shape) = (text, segments, string.Join('/', segments.Select(s => s[0] == '{' ? Parameter : Folded(s))));

    /// <summary>The methods that an endpoint may take.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

    /// <summary>As the designer wrote it, without slashes around it.</summary>
    public string Text { get; }

    /// <summary>By what it is found: small letters, parameters without their names.</summary>
    public string Shape { get; }

    /// <summary>The path, or null and why it is none.</summary>
    public static (EndpointPath? Path, Bilingual Problem) Read(string? text)
    {
        var given = (text ?? "").Trim().Trim('/');
        if (given.Length == 0) return Bad("Điểm nhận cần một đường dẫn.", "An endpoint needs a path.");
        if (Segments(given) is not { } segments)
            return Bad($"“{given}”: đường dẫn có tối đa {MostSegments} phần và {Longest} ký tự, không có phần trống, “.”, “..” hay ký tự điều khiển.",
                $"'{given}': a path has at most {MostSegments} segments and {Longest} characters, none empty, '.', '..' or with control characters.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var segment in segments)
        {
            if (segment.IndexOfAny(['?', '#', '%', '\\', '*']) >= 0) return Bad($"“{segment}”: không dùng ? # % \\ * trong đường dẫn.", $"'{segment}': ? # % \\ * do not stand in a path.");
            if (segment.IndexOfAny(['{', '}']) < 0) continue;
            if (segment is not ['{', .. var name, '}'] || name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                return Bad($"“{segment}”: tham số là cả một phần, dạng {{ten}}, không có kiểu, dấu ? hay *.", $"'{segment}': a parameter is a whole segment like {{name}}, without type, ? or *.");
            if (!names.Add(name)) return Bad($"Tham số “{name}” có hai lần.", $"The parameter '{name}' stands twice.");
        }

        if (Reserved.Contains(Folded(segments[0]))) return Bad($"“{segments[0]}/…” dành cho trang thiết kế.", $"'{segments[0]}/…' belongs to the designer's pages.");
        return (new EndpointPath(given, segments), new Bilingual("", ""));

        static (EndpointPath?, Bilingual) Bad(string vi, string en) => (null, new Bilingual(vi, en));
    }

    /// <summary>The segments of a request's path, or null when no endpoint can have it.</summary>
    public static string[]? Segments(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var text = path.Trim('/');
        if (text.Length is 0 or > Longest || !StorableText.Holds(text)) return null;
        var segments = text.Normalize(NormalizationForm.FormC).Split('/');
        return segments.Length <= MostSegments && Array.TrueForAll(segments, s => s.Length > 0 && s is not ("." or "..") && !s.Any(char.IsControl)) ? segments : null;
    }

    /// <summary>Every shape that matches these segments, the most exact first: of two, the one with a word where the other has a parameter, from the left.</summary>
    public static IEnumerable<string> ShapesOf(string[] segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        for (var mask = 0; mask < 1 << segments.Length; mask++)
            yield return string.Join('/', segments.Select((s, i) => (mask >> (segments.Length - 1 - i) & 1) == 1 ? Parameter : Folded(s)));
    }

    /// <summary>What stands in a request's path where this one has its parameters.</summary>
    public JsonObject Values(string[] segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var values = new JsonObject();
        for (var i = 0; i < _segments.Length && i < segments.Length; i++)
            if (_segments[i][0] == '{') values[_segments[i][1..^1]] = segments[i];
        return values;
    }

    private static string Folded(string text) => text.Normalize(NormalizationForm.FormC).ToLowerInvariant();
}
