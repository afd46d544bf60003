using System.Collections.Frozen;

namespace WorkflowHost.Web.Components;

/// <summary>The strokes of the icons, drawn on a 24-unit square with a 1.75 stroke. An icon always stands beside a word.</summary>
public static class Icons
{
    private static readonly FrozenDictionary<string, string> Strokes = new Dictionary<string, string>
    {
        ["check"] = "<path d='M5 12.5l4.5 4.5L19 7.5'/>",
        ["alert"] = "<path d='M12 4 3 19.5h18z'/><path d='M12 10v4.5M12 17v.01'/>",
        ["clock"] = "<circle cx='12' cy='12' r='8.5'/><path d='M12 7v5l3.2 2'/>",
        ["test-clock"] = "<path d='M20.5 11.2A8.5 8.5 0 1 0 12 20.5'/><path d='M12 7v5l2.5 1.6'/><path d='M16 15.5v6l5-3z'/>",
        ["hourglass"] = "<path d='M7 4h10M7 20h10M8 4v3.5l4 4.5 4-4.5V4M8 20v-3.5l4-4.5 4 4.5V20'/>",
        ["dash"] = "<path d='M6 12h12'/>",
        ["arrow"] = "<path d='M5 12h14M13 6l6 6-6 6'/>",
        ["chevron"] = "<path d='M9 6l6 6-6 6'/>",
        ["menu"] = "<path d='M4 7h16M4 12h16M4 17h16'/>",
        ["file"] = "<path d='M14 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8z'/><path d='M14 3.5V8h4.5M9 12.5h6M9 16h6'/>",
        ["info"] = "<circle cx='12' cy='12' r='8.5'/><path d='M12 11v5M12 8v.01'/>",
        ["error"] = "<circle cx='12' cy='12' r='8.5'/><path d='M12 7.5v5.5M12 16v.01'/>",
        ["offline"] = "<path d='M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 5-2.7M19 12a10 10 0 0 0-4-2.4M12 19v.01'/>",
        ["return"] = "<path d='M9 14 4 9l5-5'/><path d='M4 9h10a6 6 0 0 1 0 12h-3'/>",
        ["search"] = "<circle cx='10.5' cy='10.5' r='6'/><path d='M15 15l5 5'/>",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every name.</summary>
    public static IEnumerable<string> Names => Strokes.Keys;

    /// <summary>The inline picture, hidden from screen readers. An unknown name is a bug and throws.</summary>
    public static string Svg(string name) =>
        $"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">{Strokes[name].Replace('\'', '"')}</svg>";
}
