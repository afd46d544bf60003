using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace WorkflowEngine.Deadlines;

/// <summary>Why a short text is no deadline, and where: <paramref name="Position"/> counts characters from 0.</summary>
public sealed record DeadlineSyntaxError(int Position, Bilingual Message);

/// <summary>
/// The short text form of a <see cref="DeadlineSpec"/> for string inputs of definitions. Words in lower case, separated by spaces:
/// <code>
/// none                          không có hạn
/// before 01-01(+1)              trước ngày 01/01 of the year after the campaign year (exclusive)
/// by 15-12                      chậm nhất ngày 15/12 of the campaign year (inclusive); by 15-12(2017) in a fixed year
/// in Q4        window Q2(+1)    trong quý IV (no lower bound); vào quý II (a window)
/// from 01-11 to 31-03(+1)       a period, both days inclusive
/// after sectorConference before 25-05(+1)      not before the event, and before D; "… by 24-05(+1)" is inclusive
/// yearly by 15-12               the same day each year; yearly before 31-01(+1) in the year after the case's
/// +15d after conference         15 calendar days from the day after the event; +10wd counts working days
/// </code>
/// In this order, each optional: `soft` in front; `shift none|next|previous` behind (left out when it is the kind's own: next for +n, else none);
/// the plan's words in double quotes at the end, a quote inside them doubled. <see cref="Print"/> and <see cref="TryParse"/> are inverse.
/// </summary>
public static class DeadlineSyntax
{
    /// <summary>Prints the canonical text.</summary>
    public static string Print(DeadlineSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var text = new StringBuilder(spec.Soft ? "soft " : "");
        text.Append(spec switch
        {
            DeadlineSpec.Before before => $"before {before.Date}",
            DeadlineSpec.By by => $"by {by.Date}",
            DeadlineSpec.InQuarter quarter => $"in Q{quarter.Quarter}{Year(quarter.Year)}",
            DeadlineSpec.QuarterWindow window => $"window Q{window.Quarter}{Year(window.Year)}",
            DeadlineSpec.Period period => $"from {period.From} to {period.To}",
            DeadlineSpec.AfterEvent after => $"after {after.Event} {(after.Inclusive ? "by" : "before")} {after.Date}",
            DeadlineSpec.Yearly yearly => $"yearly {(yearly.Inclusive ? "by" : "before")} {yearly.Date}",
            DeadlineSpec.Offset offset => string.Create(CultureInfo.InvariantCulture,
                $"+{offset.Amount}{(offset.Unit == PeriodUnit.WorkingDays ? "wd" : "d")} after {offset.Event}"),
            _ => "none",
        });
        if (spec.ShiftPolicy != DefaultShift(spec))
        {
            text.Append(spec.ShiftPolicy switch
            {
                ShiftPolicy.NextWorkingDay => " shift next",
                ShiftPolicy.PreviousWorkingDay => " shift previous",
                _ => " shift none",
            });
        }
        if (spec.Quote is not null) text.Append(" \"").Append(spec.Quote.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return text.ToString();
    }

    /// <summary>Parses a text; on failure <paramref name="error"/> says what was expected and where.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DeadlineSpec? spec, [NotNullWhen(false)] out DeadlineSyntaxError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (spec, error) = (null, null);
        try
        {
            spec = new Reading(text).Spec();
            return true;
        }
        catch (Mistake mistake)
        {
            error = mistake.Error;
            return false;
        }
    }

    /// <summary>Parses a text that is known to be right.</summary>
    /// <exception cref="FormatException">It is not; the message carries the position.</exception>
    public static DeadlineSpec Parse(string text) => TryParse(text, out var spec, out var error)
        ? spec
        : throw new FormatException($"{error.Message.En} (position {error.Position} of '{text}')");

    /// <summary>A letter or '_', then letters, digits, '_', '-' and '.'; at most 100 characters.</summary>
    public static bool IsEventName(string? name) => name is { Length: > 0 and <= 100 }
        && (char.IsLetter(name[0]) || name[0] == '_') && name.All(IsEventCharacter);

    private static bool IsEventCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    private static string Year(CampaignYear year) => year == CampaignYear.Plus(0) ? "" : $"({year})";

    private static ShiftPolicy DefaultShift(DeadlineSpec spec) => spec is DeadlineSpec.Offset ? ShiftPolicy.NextWorkingDay : ShiftPolicy.None;

    /// <summary>Carries an error out of the recursive descent; it never leaves this class.</summary>
    private sealed class Mistake(int position, string vi, string en) : Exception(en)
    {
        public DeadlineSyntaxError Error { get; } = new(position, new Bilingual(vi, en));
    }

    private sealed class Reading(string text)
    {
        private int at;

        public DeadlineSpec Spec()
        {
            var soft = TryWord("soft");
            var spec = Body();
            if (TryWord("shift"))
            {
                spec = spec with
                {
                    ShiftPolicy = OneOf("none", "next", "previous") switch
                    {
                        "next" => ShiftPolicy.NextWorkingDay,
                        "previous" => ShiftPolicy.PreviousWorkingDay,
                        _ => ShiftPolicy.None,
                    },
                };
            }
            spec = spec with { Soft = soft, Quote = Quoted() };
            Skip();
            return at == text.Length ? spec : throw Expected("hết dòng", "the end of the text");
        }

        private DeadlineSpec Body()
        {
            Skip();
            if (at < text.Length && text[at] == '+') return Offset();
            switch (OneOf("none", "before", "by", "in", "window", "from", "after", "yearly", "+n"))
            {
                case "none": return new DeadlineSpec.Nothing();
                case "before": return new DeadlineSpec.Before(Date());
                case "by": return new DeadlineSpec.By(Date());
                case "in": return new DeadlineSpec.InQuarter(Quarter(), OptionalYear());
                case "window": return new DeadlineSpec.QuarterWindow(Quarter(), OptionalYear());
                case "from":
                    var from = Date();
                    OneOf("to");
                    return new DeadlineSpec.Period(from, Date());
                case "yearly":
                    var through = OneOf("before", "by") == "by";
                    Skip();
                    var start = at;
                    return Date() is { Year.IsRelative: true } date
                        ? new DeadlineSpec.Yearly(date, through)
                        : throw new Mistake(start, "Hạn hằng năm không ghi một năm cố định.", "A date that comes each year names no fixed year.");
                default:
                    var name = Event();
                    var inclusive = OneOf("before", "by") == "by";
                    return new DeadlineSpec.AfterEvent(name, Date(), inclusive);
            }
        }

        private DeadlineSpec.Offset Offset()
        {
            var start = at++;
            var amount = Number(4);
            if (amount is < 1 or > 3660) throw new Mistake(start, "Số ngày từ 1 đến 3660.", "A period has 1 to 3660 days.");
            var unit = OneOf("d", "wd") == "wd" ? PeriodUnit.WorkingDays : PeriodUnit.CalendarDays;
            OneOf("after");
            return new DeadlineSpec.Offset(amount, unit, Event());
        }

        private CampaignDate Date()
        {
            Skip();
            var start = at;
            var day = Number(2);
            if (at >= text.Length || text[at++] != '-') throw new Mistake(start, "Ngày viết dd-MM, ví dụ 01-01(+1).", "A date is written dd-MM, for example 01-01(+1).");
            var month = Number(2);
            var year = OptionalYear();
            try
            {
                return new CampaignDate(day, month, year);
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new Mistake(start, $"Không có ngày {day:00}/{month:00}.", $"There is no day {day:00}/{month:00}.");
            }
        }

        private CampaignYear OptionalYear()
        {
            if (at >= text.Length || text[at] != '(') return CampaignYear.Plus(0);
            var close = text.IndexOf(')', at);
            if (close < 0 || !CampaignYear.TryParse(text.AsSpan(at + 1, close - at - 1), out var year))
                throw new Mistake(at, "Năm viết (+1) hoặc (2020).", "A year is written (+1) or (2020).");
            at = close + 1;
            return year;
        }

        private int Quarter()
        {
            Skip();
            if (at + 1 >= text.Length || text[at] != 'Q' || text[at + 1] is < '1' or > '4') throw Expected("Q1 đến Q4", "Q1 to Q4");
            at += 2;
            return text[at - 1] - '0';
        }

        private string Event()
        {
            Skip();
            var start = at;
            while (at < text.Length && IsEventCharacter(text[at])) at++;
            var name = text[start..at];
            at = start;
            if (!IsEventName(name)) throw Expected("tên sự kiện", "the name of an event");
            at = start + name.Length;
            return name;
        }

        private string? Quoted()
        {
            Skip();
            if (at >= text.Length || text[at] != '"') return null;
            var quote = new StringBuilder();
            for (var i = at + 1; i < text.Length; i++)
            {
                if (text[i] != '"') quote.Append(text[i]);
                else if (i + 1 < text.Length && text[i + 1] == '"') quote.Append(text[i++]);
                else
                {
                    at = i + 1;
                    return quote.ToString();
                }
            }
            throw new Mistake(at, "Thiếu dấu ngoặc kép đóng.", "The quotation is not closed.");
        }

        private int Number(int digits)
        {
            var start = at;
            while (at < text.Length && at - start < digits && char.IsAsciiDigit(text[at])) at++;
            return at > start ? int.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture) : throw Expected("một số", "a number");
        }

        private string OneOf(params string[] words) =>
            Array.Find(words, TryWord) ?? throw Expected(string.Join(", ", words), string.Join(", ", words));

        private bool TryWord(string word)
        {
            Skip();
            var end = at + word.Length;
            if (end > text.Length || string.CompareOrdinal(text, at, word, 0, word.Length) != 0) return false;
            if (end < text.Length && IsEventCharacter(text[end])) return false;
            at = end;
            return true;
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }

        private Mistake Expected(string vi, string en) => new(at, $"Cần: {vi}.", $"Expected: {en}.");
    }
}
