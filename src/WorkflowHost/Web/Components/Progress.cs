using System.Globalization;

namespace WorkflowHost.Web.Components;

/// <summary>A bar of accepted (solid green), under review (hatched) and overdue (solid red), always followed by the figures.</summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="Accepted">Accepted ones.</param>
/// <param name="Review">Submitted, waiting for the reviewer.</param>
/// <param name="Overdue">Not submitted and the limit has passed.</param>
public sealed record Progress(int Total, int Accepted, int Review = 0, int Overdue = 0)
{
    /// <summary>The width that the figures share, in the bar's own units.</summary>
    public const int Width = 96;

    /// <summary>"7/8 duyệt, 1 quá hạn".</summary>
    public string Figures(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var figures = $"{Accepted}/{Total}";
        var more = new List<string>();
        if (Review > 0)
        {
            more.Add($"{Review}{Nbsp.Space}{texts["progress.review"]}");
        }
        if (Overdue > 0)
        {
            more.Add($"{Overdue}{Nbsp.Space}{texts["progress.overdue"]}");
        }
        return more.Count == 0 ? figures : $"{figures}{Nbsp.Space}{texts["progress.accepted"]}, {string.Join(", ", more)}";
    }

    /// <summary>The parts as (class, path). What is under review is strokes two units wide, the rest is filled.</summary>
    public IEnumerable<(string Look, string Path)> Parts()
    {
        var x = 0m;
        foreach (var (look, count) in new[] { ("is-accepted", Accepted), ("is-review", Review), ("is-overdue", Overdue) })
        {
            if (count <= 0 || Total <= 0)
            {
                continue;
            }
            var width = Math.Round(Width * (decimal)count / Total, 2);
            var gap = x > 0 ? 2m : 0m;
            var (from, to) = (x + gap, Math.Max(x + gap + 1, x + width));
            yield return (look, look == "is-review"
                ? string.Concat(Strokes(from, to).Select(at => $"M{Say(at)} 0v10"))
                : $"M{Say(from)} 0H{Say(to)}v10H{Say(from)}z");
            x += width;
        }
    }

    private static IEnumerable<decimal> Strokes(decimal from, decimal to)
    {
        for (var at = from + 1; at <= Math.Max(to - 1, from + 1); at += 4)
        {
            yield return at;
        }
    }

    private static string Say(decimal units) => units.ToString(CultureInfo.InvariantCulture);
}
