using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Deadlines;

/// <summary>A deadline found in a sentence. It is a proposal: the reading is always shown to a person before it is used.</summary>
/// <param name="Spec">The specification, with <see cref="DeadlineSpec.Quote"/> set to the words found.</param>
/// <param name="Start">Where the words start in the NFC form of the text.</param>
public sealed record PhraseReading(DeadlineSpec Spec, int Start);

/// <summary>
/// Reads the regular Vietnamese phrases for deadlines (domain §0): trước (ngày) D; chậm nhất (vào) ngày D; đến (hết) ngày D; trong quý N năm Y;
/// vào quý N năm Y; trong tháng M/Y; cuối năm Y; từ … đến …; sau X … trước ngày D; trong n ngày (làm việc) kể từ X; hàng năm trước ngày D/M; thường xuyên, kịp thời, hàng năm; không có hạn.
/// Dates as 25/5/2020, 25-5-2020 or "25 tháng 5 năm 2020"; quý or quí, in Roman or Arabic figures.
/// A phrase without a year, unless it comes each year, is not regular and is left to a person.
/// </summary>
public static partial class VietnamesePhrase
{
    private const RegexOptions Flags = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const string Date = @"(?:ngày\s+)?(\d{1,2}(?:\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*|\s+tháng\s+\d{1,2}\s+năm\s+)\d{4})(?!\d)";
    private const string Month = @"(?:tháng\s+(\d{1,2}(?:\s*[/.\-]\s*|\s+năm\s+)\d{4})(?!\d))";
    private const string Quarter = @"(?:quý|quí)\s+(IV|III|II|I|[1-4])(?:\s+năm\s+|\s*[/\-]\s*)(\d{4})(?!\d)";
    private const string DayOfYear = @"(?:ngày\s+)?(\d{1,2}(?:\s*[/.\-]\s*|\s+tháng\s+)\d{1,2})(?!\d|\s*[/.\-]\s*\d|\s+năm\s+\d)";
    private const string Limit = @"(trước|(?:chậm|muộn) nhất(?:\s+là)?(?:\s+(?:vào|đến|trong))?(?:\s+hết)?|đến hết)\s+";
    private const string To = @"(?:đến|tới)(?:\s+hết)?\s+";

    /// <summary>
    /// The first deadline in the text, or null. With a <paramref name="campaignYear"/> its years become relative to it, so that next year's plan
    /// can reuse the specification.
    /// </summary>
    public static PhraseReading? Read(string text, int? campaignYear = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var nfc = text.Normalize(NormalizationForm.FormC);
        PhraseReading? best = null;
        foreach (var (pattern, build) in Patterns)
        {
            // On a tie the earlier pattern wins: the list goes from the longest phrase to the shortest.
            if (pattern.Match(nfc) is not { Success: true } match || (best is not null && match.Index >= best.Start)) continue;
            try
            {
                best = new PhraseReading(build(match, year => Year(year, campaignYear)) with { Quote = match.Value }, match.Index);
            }
            catch (ArgumentException)
            {
                // 31/04 or a year out of range: damaged text is a person's business, not a guess.
            }
        }
        return best;
    }

    /// <summary>All deadlines in the text, in its order; each begins behind the words of the one before.</summary>
    /// <param name="most">No further ones are looked for.</param>
    public static IReadOnlyList<PhraseReading> ReadAll(string text, int? campaignYear = null, int most = 20)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (nfc, at, found) = (text.Normalize(NormalizationForm.FormC), 0, new List<PhraseReading>());
        while (found.Count < most && Read(nfc[at..], campaignYear) is { } next)
        {
            found.Add(next with { Start = at + next.Start });
            at += next.Start + next.Spec.Quote!.Length;
        }

        return found;
    }

    private delegate DeadlineSpec Build(Match match, Func<int, CampaignYear> year);

    private static readonly (Regex Pattern, Build Build)[] Patterns =
    [
        (AfterThenDate(), (m, y) => new DeadlineSpec.AfterEvent(Slug(m.Groups[1].Value), Day(m.Groups[3], y), !IsBefore(m.Groups[2].Value))),
        (Counted(), (m, y) => new DeadlineSpec.Offset(int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture),
            m.Groups[2].Success ? PeriodUnit.WorkingDays : PeriodUnit.CalendarDays, Slug(m.Groups[3].Value))),
        (FromTo(), (m, y) => new DeadlineSpec.Period(
            m.Groups[1].Success ? Day(m.Groups[1], y) : FirstOf(m.Groups[2], y), m.Groups[3].Success ? Day(m.Groups[3], y) : LastOf(m.Groups[4], y))),
        (Exclusive(), (m, y) => new DeadlineSpec.Before(Day(m.Groups[1], y))),
        (Inclusive(), (m, y) => new DeadlineSpec.By(Day(m.Groups[1], y))),
        (WithinQuarter(), (m, y) => new DeadlineSpec.InQuarter(QuarterOf(m.Groups[1].Value), y(Numbers(m.Groups[2])[0]))),
        (IntoQuarter(), (m, y) => new DeadlineSpec.QuarterWindow(QuarterOf(m.Groups[1].Value), y(Numbers(m.Groups[2])[0]))),
        (WithinMonth(), (m, y) => new DeadlineSpec.By(LastOf(m.Groups[1], y))),
        (EndOfYear(), (m, y) => new DeadlineSpec.By(new CampaignDate(31, 12, y(Numbers(m.Groups[1])[0]))) { Soft = true }),
        (Yearly(), (m, y) => new DeadlineSpec.Yearly(DayEachYear(m.Groups[2]), !IsBefore(m.Groups[1].Value))),
        (ThatDayYearly(), (m, y) => new DeadlineSpec.Yearly(DayEachYear(m.Groups[2]), !IsBefore(m.Groups[1].Value))),
        (Undated(), (m, y) => new DeadlineSpec.Nothing()),
    ];

    [GeneratedRegex(@"\bsau\s+(?:khi\s+)?([^.;:\n]{2,90}?)[\s,]+(trước|chậm nhất(?:\s+là)?(?:\s+vào)?)\s+" + Date, Flags)]
    private static partial Regex AfterThenDate();

    [GeneratedRegex(@"\btrong\s+(?:vòng\s+|thời hạn\s+)?(\d{1,4})\s+ngày(\s+làm việc)?\s*,?\s+(?:kể\s+)?(?:từ|sau)\s+(?:ngày\s+|khi\s+)?([^\d.,;:\n]{2,60})", Flags)]
    private static partial Regex Counted();

    [GeneratedRegex(@"\btừ\s+(?:" + Date + "|" + Month + @")\s+" + To + "(?:" + Date + "|" + Month + ")", Flags)]
    private static partial Regex FromTo();

    [GeneratedRegex(@"\btrước\s+" + Date, Flags)]
    private static partial Regex Exclusive();

    [GeneratedRegex(@"\b(?:(?:chậm|muộn) nhất(?:\s+là)?(?:\s+(?:vào|đến|trong))?(?:\s+hết)?\s+|(?:đến|tới)(?:\s+hết)?\s+|hết\s+(?=ngày))" + Date, Flags)]
    private static partial Regex Inclusive();

    [GeneratedRegex(@"\b(?:xong\s+)?trong\s+" + Quarter, Flags)]
    private static partial Regex WithinQuarter();

    [GeneratedRegex(@"\bvào\s+" + Quarter, Flags)]
    private static partial Regex IntoQuarter();

    [GeneratedRegex(@"\b(?:xong\s+)?trong\s+" + Month, Flags)]
    private static partial Regex WithinMonth();

    [GeneratedRegex(@"\b(?:vào\s+)?(?:dịp\s+)?cuối\s+năm\s+(\d{4})(?!\d)", Flags)]
    private static partial Regex EndOfYear();

    [GeneratedRegex(@"\bh[àằ]ng\s+năm\s*[,:]?\s+" + Limit + DayOfYear, Flags)]
    private static partial Regex Yearly();

    [GeneratedRegex(@"\b" + Limit + DayOfYear + @"\s+h[àằ]ng\s+năm\b", Flags)]
    private static partial Regex ThatDayYearly();

    [GeneratedRegex(@"\b(?:không\s+(?:có|ghi)\s+(?:thời\s+)?hạn|thường\s+xuyên|kịp\s+thời|h[àằ]ng\s+năm)\b", Flags)]
    private static partial Regex Undated();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Figures();

    private static int[] Numbers(Group group) =>
        [.. Figures().Matches(group.Value).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];

    private static CampaignYear Year(int year, int? campaignYear) =>
        campaignYear is { } campaign ? CampaignYear.Plus(year - campaign) : CampaignYear.Fixed(year);

    private static bool IsBefore(string word) => word.StartsWith('t') || word.StartsWith('T');

    private static CampaignDate Day(Group group, Func<int, CampaignYear> year) => Numbers(group) is var n && n[0] <= DateTime.DaysInMonth(n[2], Math.Clamp(n[1], 1, 12))
        ? new CampaignDate(n[0], n[1], year(n[2]))
        : throw new ArgumentException("There is no such day.");

    private static CampaignDate DayEachYear(Group group) => Numbers(group) is var n ? new CampaignDate(n[0], n[1], CampaignYear.Plus(0)) : null!;

    private static CampaignDate FirstOf(Group group, Func<int, CampaignYear> year) => Numbers(group) is var n ? new CampaignDate(1, n[0], year(n[1])) : null!;

    private static CampaignDate LastOf(Group group, Func<int, CampaignYear> year)
    {
        var n = Numbers(group);
        if (n[0] is < 1 or > 12) throw new ArgumentException("There is no such month.");
        var fixedOrRelative = year(n[1]);

        // Relative to a campaign, the end of February is its last day in whatever year: written 29, it falls on 28 where there is none.
        return new CampaignDate(DateTime.DaysInMonth(fixedOrRelative.IsRelative ? 2000 : n[1], n[0]), n[0], fixedOrRelative);
    }

    private static int QuarterOf(string figure) => figure.ToUpperInvariant() switch { "I" or "1" => 1, "II" or "2" => 2, "III" or "3" => 3, _ => 4 };

    /// <summary>"Hội nghị ngành Y tế" becomes "hoi-nghi-nganh-y-te": a name to map to the definition's own event.</summary>
    private static string Slug(string words)
    {
        var slug = new StringBuilder();
        foreach (var c in words.Trim().ToLowerInvariant().Replace('đ', 'd').Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(c);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        return slug.ToString(0, Math.Min(slug.Length, 60)).Trim('-');
    }
}
