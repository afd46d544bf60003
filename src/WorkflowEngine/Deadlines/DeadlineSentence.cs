using System.Globalization;

namespace WorkflowEngine.Deadlines;

/// <summary>Who set the date that is explained.</summary>
public enum DeadlineOrigin
{
    /// <summary>The plan's own words (legalDue).</summary>
    Plan,

    /// <summary>The unit's staff, not the plan (targetDue): "do đơn vị đặt, không có trong kế hoạch".</summary>
    Internal,

    /// <summary>The reviewer, when returning a submission: the new round's date.</summary>
    Return,

    /// <summary>A recorded extension (gia hạn).</summary>
    Extension,
}

/// <summary>What a sentence about a deadline needs to know.</summary>
/// <param name="Deadline">The deadline in force.</param>
/// <param name="Spec">What the plan says; null when the date is a bare one.</param>
/// <param name="Calendar">The calendar of the people who have to keep it.</param>
public sealed record DeadlineFacts(Deadline Deadline, DeadlineSpec? Spec, WorkingCalendar Calendar)
{
    /// <summary>Today's local date, for the line on remaining days; null leaves the line out.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>Who set the date.</summary>
    public DeadlineOrigin Origin { get; init; }

    /// <summary>What kind of document sets the date, as it stands within a sentence.</summary>
    public Bilingual Kind { get; init; } = new("kế hoạch", "plan");

    /// <summary>Number of the plan, "23/KH-CĐYT", for mails; on a page of the plan itself leave it out.</summary>
    public string? Plan { get; init; }

    /// <summary>The event waited for or counted from, in words: "Hội nghị ngành Y tế".</summary>
    public Bilingual? Event { get; init; }

    /// <summary>For a return: the local day of the first submission, if it was on time.</summary>
    public DateOnly? FirstSubmitted { get; init; }

    /// <summary>For an extension: the document that grants it.</summary>
    public string? Document { get; init; }
}

/// <summary>
/// Explains one deadline: "say the date, then the arithmetic" (design §1). Quote, last day on time with its weekday, last working day when it
/// differs, what is left after today. Every text in Vietnamese and English; plain text, no markup.
/// </summary>
/// <param name="Sentence">One sentence that stands alone.</param>
/// <param name="OneLine">One line for lists and phones: "Hạn: trước ngày 15/03/2020 — ngày cuối cùng còn đúng hạn: Thứ Bảy 14/03/2020, ngày làm việc cuối cùng: Thứ Sáu 13/03/2020."</param>
/// <param name="Remaining">The line about today, or null.</param>
/// <param name="Lines">The arithmetic step by step, without the sentence itself.</param>
public sealed record DeadlineSentence(Bilingual Sentence, Bilingual OneLine, Bilingual? Remaining, IReadOnlyList<Bilingual> Lines)
{
    /// <summary>Builds the explanation.</summary>
    public static DeadlineSentence Explain(DeadlineFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var (deadline, calendar) = (facts.Deadline, facts.Calendar);
        if (deadline.LastDay is not { } last)
        {
            var undated = Undated(facts);
            return new DeadlineSentence(undated, undated, null, []);
        }
        var remaining = facts.Today is { } today ? RemainingDays.Line(deadline, today, calendar) : null;
        var lines = new List<Bilingual>();
        if (facts.Origin == DeadlineOrigin.Plan) lines.AddRange(DeadlinePhrase.Rule(facts, last));
        if (deadline.ShiftedFrom is { } moved)
            lines.Add(new($"{DayWords.Limit(moved).Vi} là ngày nghỉ{Named(calendar, moved).Vi}, nên hạn chuyển sang {DayWords.Limit(last).Vi}.",
                $"{DayWords.Limit(moved).En} is a day off{Named(calendar, moved).En}, so the limit moves to {DayWords.Limit(last).En}."));
        if (deadline.LastWorkingDay == last)
            lines.Add(new($"Ngày cuối cùng còn đúng hạn, cũng là ngày làm việc cuối cùng: {DayWords.Label(last).Vi}, đến 24:00.",
                $"Last day on time, which is also the last working day: {DayWords.Label(last).En}, until 24:00."));
        else lines.Add(new($"Ngày cuối cùng còn đúng hạn: {DayWords.Label(last).Vi}, đến 24:00.", $"Last day on time: {DayWords.Label(last).En}, until 24:00."));
        if (deadline.LastWorkingDay is { } worked && worked != last)
            lines.Add(new($"{DayWords.Label(last).Vi} là ngày nghỉ{Named(calendar, last).Vi}. Ngày làm việc cuối cùng: {DayWords.Label(worked).Vi}.",
                $"{DayWords.Label(last).En} is a day off{Named(calendar, last).En}. Last working day: {DayWords.Label(worked).En}."));
        if (facts.Today is { } from)
        {
            for (var year = Math.Min(from.Year, last.Year); year <= Math.Max(from.Year, last.Year); year++)
                if (calendar.WarningFor(year) is { } warning) lines.Add(warning);
        }
        else if (calendar.WarningFor(last.Year) is { } warning) lines.Add(warning);
        if (remaining is not null) lines.Add(remaining);
        return new DeadlineSentence(Full(facts, last), InBrief(facts, last), remaining, lines);
    }

    /// <summary>
    /// The answer to a late submission: "Đã nhận lúc 00:00:12 ngày 01/01/2020. Hạn là hết 31/12/2019, nên bài nộp được ghi Quá hạn 1 ngày.";
    /// on time, the same with "Đúng hạn".
    /// </summary>
    /// <param name="countsAt">What it is measured on, where that is not the moment it came in: the day of the event.</param>
    public static Bilingual Received(Deadline deadline, DateTimeOffset submittedAt, WorkingCalendar calendar, DateTimeOffset? countsAt = null)
    {
        var status = DeadlineStatus.Of(deadline, countsAt ?? submittedAt, countsAt ?? submittedAt, calendar);
        var local = TimeZoneInfo.ConvertTime(submittedAt, calendar.Zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var day = DayWords.Full(calendar.DayOf(submittedAt));
        var received = new Bilingual($"Đã nhận lúc {local} ngày {day}.", $"Received at {local} on {day}.");
        if (countsAt is { } counts && calendar.DayOf(counts) != calendar.DayOf(submittedAt))
            received += new Bilingual($"Tính theo ngày đã khai: {DayWords.Full(calendar.DayOf(counts))}.", $"What counts is the day you gave: {DayWords.Full(calendar.DayOf(counts))}.");
        return deadline.LastDay is not { } last
            ? received
            : received + new Bilingual($"Hạn là hết {DayWords.Full(last)}, nên bài nộp được ghi {status.Words.Vi}.",
                $"The limit is the end of {DayWords.Full(last)}, so it is recorded as: {status.Words.En}.");
    }

    private static Bilingual Undated(DeadlineFacts facts)
    {
        var waits = facts.Event ?? (facts.Deadline.WaitsFor is { } name ? new Bilingual(name, name) : null);
        if (facts.Deadline.WaitsFor is not null && waits is not null)
        {
            var phrase = DeadlinePhrase.Of(facts, default);
            return new($"Chưa có ngày: {phrase.Vi}. Ngày được tính khi việc đó xảy ra.", $"No date yet: {phrase.En}. The date is counted once that has happened.");
        }
        return facts.Spec?.Quote is { Length: > 0 } quote
            ? new($"Không có hạn: {facts.Kind.Vi} ghi “{quote}”, không ghi ngày.", $"No deadline: the {facts.Kind.En} says “{quote}” and gives no date.")
            : new($"Không có hạn: {facts.Kind.Vi} không ghi ngày.", $"No deadline: the {facts.Kind.En} gives no date.");
    }

    private static Bilingual Full(DeadlineFacts facts, DateOnly last)
    {
        var limit = DayWords.Limit(last);
        switch (facts.Origin)
        {
            case DeadlineOrigin.Internal:
                return new($"Hạn nội bộ {limit.Vi}, đến 24:00, do đơn vị đặt, không có trong {facts.Kind.Vi}.",
                    $"Internal date {limit.En}, until 24:00, set by the unit, not in the {facts.Kind.En}.");
            case DeadlineOrigin.Return:
                var again = new Bilingual($"Nộp lại chậm nhất {limit.Vi}, đến 24:00.", $"Submit again by {limit.En}, until 24:00.");
                return facts.FirstSubmitted is { } first
                    ? again + new Bilingual($"Lần nộp {DayWords.DayMonth(first)} vẫn được tính đúng hạn.", $"The submission of {DayWords.DayMonth(first)} still counts as on time.")
                    : again;
            case DeadlineOrigin.Extension:
                var by = facts.Document is { } document ? (Vi: $" theo {document}", En: $" by {document}") : (Vi: "", En: "");
                return new($"Đã gia hạn{by.Vi}: ngày cuối cùng còn đúng hạn là {limit.Vi}, đến 24:00.",
                    $"Extended{by.En}: the last day on time is {limit.En}, until 24:00.");
        }
        var start = facts.Spec is not DeadlineSpec.Offset && facts.Deadline.NotBefore is { } from ? DayWords.Limit(facts.Calendar.DayOf(from)) : null;
        var opens = facts.Deadline.WaitsFor is null
            ? start is null ? new("", "") : new Bilingual($"làm từ {start.Vi}; ", $"it may be done from {start.En}; ")
            : new Bilingual($"làm sau {EventWords(facts).Vi}; ", $"it may be done after {EventWords(facts).En}; ");
        var day = facts.Deadline.Soft ? new Bilingual("mốc cần đạt", "the day to aim at") : new Bilingual("ngày cuối cùng còn đúng hạn", "the last day on time");
        var says = DeadlinePhrase.Opening(facts, last);
        return new($"{says.Vi}, nên {opens.Vi}{day.Vi} là {limit.Vi}, đến 24:00.", $"{says.En}, so {opens.En}{day.En} is {limit.En}, until 24:00.");
    }

    private static Bilingual InBrief(DeadlineFacts facts, DateOnly last)
    {
        var worked = facts.Deadline.LastWorkingDay is { } day && day != last
            ? new Bilingual($", ngày làm việc cuối cùng: {DayWords.Label(day).Vi}", $", last working day: {DayWords.Label(day).En}")
            : new Bilingual("", "");
        if (facts.Origin == DeadlineOrigin.Internal)
            return new($"Hạn nội bộ: {DayWords.Label(last).Vi}, do đơn vị đặt, không có trong {facts.Kind.Vi}.", $"Internal date: {DayWords.Label(last).En}, set by the unit, not in the {facts.Kind.En}.");
        var phrase = facts.Origin == DeadlineOrigin.Plan && facts.Spec is not null ? DeadlinePhrase.Of(facts, last) : DeadlinePhrase.Until(last);
        var end = DayWords.Label(last);
        return new($"Hạn: {phrase.Vi} — ngày cuối cùng còn đúng hạn: {end.Vi}{worked.Vi}.", $"Limit: {phrase.En} — last day on time: {end.En}{worked.En}.");
    }

    private static Bilingual EventWords(DeadlineFacts facts) => facts.Event ?? new Bilingual(facts.Deadline.WaitsFor!, facts.Deadline.WaitsFor!);

    private static Bilingual Named(WorkingCalendar calendar, DateOnly day) =>
        calendar.NameOf(day) is { } name ? new($" ({name.Vi})", $" ({name.En})") : new("", "");
}
