using System.Globalization;
using System.Text;

namespace WorkflowEngine.Tasks.Attachments;

/// <summary>Makes a name from outside fit to be stored, shown and downloaded: no folders, nothing invisible, nothing a file system chokes on.</summary>
public static class FileName
{
    private const int Longest = 150;

    /// <summary>The clean name, or null when nothing is left or it cannot be stored.</summary>
    public static string? Clean(string? name)
    {
        if (name is null || !StorableText.Holds(name)) return null;
        var last = name.Normalize(NormalizationForm.FormC).Split('/', '\\')[^1];
        var kept = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            // Format characters can turn the reading direction, so that "gpj.exe" is read as "exe.jpg".
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) continue;
            kept.Append(rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? "_" : rune.ToString());
        }

        var clean = kept.ToString().Trim(' ', '.');
        if (clean.Length > Longest)
        {
            var ending = Path.GetExtension(clean) is { Length: <= 10 } e ? e : "";
            clean = StorableText.Beginning(clean, Longest - ending.Length) + ending;
        }

        return clean.Length == 0 ? null : clean;
    }
}
