using System.Globalization;
using System.Text;
using WorkflowEngine.Storage;

namespace WorkflowHost.Inbox;

/// <summary>
/// Text without marks and in small letters, so that "benh vien" finds "Bệnh viện". <see cref="Sql"/> does the same in a statement; both must
/// stay in step.
/// </summary>
public static class FoldedText
{
    /// <summary>Most letters of a search that are looked at.</summary>
    public const int Longest = 100;

    /// <summary>Folds what a person typed; null for nothing to look for.</summary>
    public static string? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.Trim().Normalize(NormalizationForm.FormD))
        {
            if (letter is >= '\u0300' and <= '\u036f' || char.IsControl(letter)) continue;
            folded.Append(letter is 'đ' or 'Đ' ? 'd' : char.ToLower(letter, CultureInfo.InvariantCulture));
            if (folded.Length == Longest) break;
        }

        return folded.Length == 0 ? null : folded.ToString();
    }

    /// <summary>The pattern of a <c>like</c> for what was typed, its wildcards taken literally; null for nothing to look for.</summary>
    public static string? Pattern(string? text) => Of(text) is { } folded ? $"%{Db.Literally(folded)}%" : null;
}
