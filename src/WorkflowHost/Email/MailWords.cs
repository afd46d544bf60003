using System.Globalization;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Email;

/// <summary>Dates, quantities and forms of address as mails write them, in one language; nothing here reads a clock (design §9).</summary>
internal sealed class MailWords(string language)
{
    private const char Nb = '\u00a0';
    private const int SubjectLength = 70;
    private static readonly TimeZoneInfo Zone = WorkingCalendar.VietnamPublic.Zone;
    private static readonly string[] SmallVi = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"];
    private static readonly string[] SmallEn = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    // Titles of duties begin with their verb ("Nộp kế hoạch CĐCS"), so they can stand inside a sentence; others are quoted as a whole.
    private static readonly string[] VerbsVi =
        ["nộp", "tổ chức", "gửi", "lập", "báo cáo", "chọn", "cử", "giới thiệu", "xin", "duyệt", "ghi", "xây dựng", "ban hành", "phân bổ", "tổng hợp", "thực hiện", "triển khai", "đăng ký"];

    private static readonly string[] VerbsEn =
        ["submit", "hold", "send", "draw up", "report", "choose", "nominate", "ask", "approve", "record", "write", "issue", "allocate", "sum up", "carry out", "register", "prepare"];

    public string Language { get; } = language == "en" ? "en" : "vi";

    public bool En => Language == "en";

    public string In(string vi, string en) => En ? en : vi;

    public string In(Text text) => Clean(text.In(Language));

    /// <summary>What people wrote, without the characters that the renderers use as marks.</summary>
    public static string Clean(string text) => text.Replace($"{MailDocument.BoldOn}", "", StringComparison.Ordinal)
        .Replace($"{MailDocument.BoldOff}", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    /// <summary>The name of a unit; its last letter or number ("huyện A", "đơn vị 2") stays with the word before it.</summary>
    public static string Name(string text)
    {
        var name = Clean(text);
        var space = name.LastIndexOf(' ');
        return space > 0 && name.Length - space <= 3 ? $"{name[..space]}{Nb}{name[(space + 1)..]}" : name;
    }

    /// <summary>"Thứ Ba 31/12/2019", not to be broken.</summary>
    public string Limit(DateOnly day) => Keep(In(DayWords.Label(day).Vi, DayWords.Label(day).En));

    /// <summary>Who is away until when, and what follows for the reader.</summary>
    public string Absence(AbsenceNote note)
    {
        var who = (note.Role, note.Unit) switch
        {
            ({ } role, { } unit) => $"{In(role)}, {Name(unit)}",
            ({ } role, null) => In(role),
            _ => In("người phụ trách", "the person in charge"),
        };
        var until = Full(note.LastDay);
        return note.StandsIn
            ? In($"Đồng chí nhận thư này thay mặt {who}, vắng mặt đến hết {until}.", $"You get this mail in place of {who}, who is away until the end of {until}.")
            : In($"{who}, vắng mặt đến hết {until} và không có người thay, nên việc này được báo cáo lên đồng chí.",
                $"{who}, is away until the end of {until} and nobody stands in, so this is reported to you.");
    }

    public static string Full(DateOnly day) => DayWords.Full(day);

    public static string Short(DateOnly day) => DayWords.DayMonth(day);

    /// <summary>"08:00".</summary>
    public static string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>"27, 30 và 31/12".</summary>
    public string List(IReadOnlyList<DateOnly> days)
    {
        var list = DayWords.List(days);
        var comma = list.LastIndexOf(", ", StringComparison.Ordinal);
        return comma < 0 ? list : $"{list[..comma]} {In("và", "and")} {list[(comma + 2)..]}";
    }

    /// <summary>"30/12 và 31/12 lúc 08:00" when all are at one time of day, else each with its own.</summary>
    public string Instants(IReadOnlyList<DateTimeOffset> instants)
    {
        var same = instants.Select(Time).Distinct().Count() == 1;
        var parts = instants.Select(i => same ? Short(Day(i)) : Keep($"{Short(Day(i))} {In("lúc", "at")} {Time(i)}")).ToList();
        var list = parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} {In("và", "and")} {parts[^1]}";
        return same ? $"{list} {Keep($"{In("lúc", "at")} {Time(instants[0])}")}" : list;
    }

    /// <summary>"8 ngày", "3 ngày làm việc"; "1 day", "3 working days".</summary>
    public string Days(int count) => Keep(En ? $"{count} day{(count == 1 ? "" : "s")}" : $"{count} ngày");

    public string WorkingDays(int count) => Keep(En ? $"{count} working day{(count == 1 ? "" : "s")}" : $"{count} ngày làm việc");

    /// <summary>Numbers up to ten in words.</summary>
    public string Number(int count) => count is >= 0 and <= 10 ? (En ? SmallEn : SmallVi)[count] : count.ToString(CultureInfo.InvariantCulture);

    /// <summary>The title so that it can follow "chưa" or "hạn", or null when it does not begin with a verb.</summary>
    public string? AsVerb(string title)
    {
        var verbs = En ? VerbsEn : VerbsVi;
        return Array.Exists(verbs, v => title.StartsWith(v + " ", StringComparison.OrdinalIgnoreCase)) ? char.ToLowerInvariant(title[0]) + title[1..] : null;
    }

    /// <summary>"Chủ tịch CĐCS Bệnh viện đa khoa huyện A": role and unit, without naming the kind of unit twice. Null when neither is known.</summary>
    public string? Addressee(Addressee to)
    {
        var (role, unit) = (to.Role is { } label ? In(label) : null, to.Unit is { } name ? Name(name) : null);
        if (role is null) return unit;
        if (unit is null) return role;
        foreach (var kind in new[] { " Công đoàn cơ sở", " CĐCS", " Công đoàn ngành", " CĐ ngành" })
            if (role.EndsWith(kind, StringComparison.Ordinal) && (unit.StartsWith("CĐCS", StringComparison.Ordinal) || unit.StartsWith("Công đoàn", StringComparison.Ordinal)))
                role = role[..^kind.Length];
        return role.EndsWith(unit, StringComparison.Ordinal) ? role : En ? $"{role}, {unit}" : $"{role} {unit}";
    }

    /// <summary>Whom a mail greets when nothing is known of the reader.</summary>
    public string Greeted(string? addressee) => addressee ?? In("đồng chí", "colleague");

    /// <summary>"[23/KH-CĐYT] ", or nothing without a number.</summary>
    public static string PlanMark(string? number) => number is null ? "" : $"[{Clean(number)}] ";

    /// <summary>"Kế hoạch 23/KH-CĐYT", or null without a number.</summary>
    public string? Plan(PlanFacts plan) => plan.Number is { } number ? Named(number) : null;

    /// <summary>A document by its kind and number: "Hướng dẫn 12/HD-LĐLĐ".</summary>
    public string Named(string number) => In(DocumentNumber.Named(number));

    /// <summary>"[23/KH-CĐYT] Nộp kế hoạch CĐCS chậm nhất …": at most 70 characters; the title gives way, the date never.</summary>
    public static string Subject(string? number, string before, string title, string after)
    {
        var prefix = number is null ? "" : $"[{number}] ";
        var room = SubjectLength - prefix.Length - before.Length - after.Length;
        var shown = title;
        if (title.Length > room)
        {
            var cut = StorableText.Beginning(title, Math.Max(0, room - 1));
            var space = cut.LastIndexOf(' ');
            shown = (space > 0 ? cut[..space] : cut) + "…";
        }

        return $"{prefix}{before}{shown}{after}".Replace(Nb, ' ').Replace('\n', ' ');
    }

    /// <summary>Joins the words of a date or quantity so that no line breaks inside.</summary>
    public static string Keep(string text) => text.Replace(' ', Nb);
}
