using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Digest"/>: one mail for all that fell due for the reader at one time, with the denominator in the title.</summary>
internal static class DigestMail
{
    public static MailParts Write(DigestData data, MailWords w)
    {
        var groups = data.Groups;
        var single = groups.Count == 1 ? groups[0] : null;
        var units = groups.Sum(g => g.Units);
        var shown = groups.Sum(g => g.Rows.Count);
        var body = new List<MailBlock>();
        foreach (var group in groups)
        {
            if (single is null) body.Add(new Heading(Title(group, w)));
            body.Add(new Paragraph(Opening(group, data.At, w)));
            if (group.Rows.Count > 0) body.Add(Table(group, w));
            if (single is not null && units > shown) body.Add(More(units - shown, w));
            if (!group.Own && Rest(group, w) is { } rest) body.Add(new Paragraph(rest));
        }

        if (single is null && units > shown) body.Add(More(units - shown, w));
        var values = new Dictionary<string, string>
        {
            ["headline"] = Subject(groups, units, w),
            ["title"] = single is not null ? Title(single, w) : Title(groups, units, w),
            ["addressee"] = w.Greeted(w.Addressee(data.To)),
            ["request"] = !groups.Any(g => !g.Own && g.Deadline.DaysLate > 0) ? ""
                : w.In($"{MailDocument.Bold("Đề nghị:")} chỉ đạo đơn vị, hoặc gia hạn nếu có lý do chính đáng.", $"{MailDocument.Bold("Asked of you:")} direct the units, or extend where there is good reason."),
            ["button"] = ButtonLabel(groups, units, w),
            ["next"] = data.Next is not { } next ? "" : groups.All(g => g.Own)
                ? w.In($"Nếu chưa nộp, lần nhắc kế tiếp là {MailWords.Time(next)} {w.Limit(MailWords.Day(next))}.",
                    $"If nothing is handed in, the next reminder comes at {MailWords.Time(next)} on {w.Limit(MailWords.Day(next))}.")
                : w.In($"Nếu vẫn còn đơn vị chưa nộp, bản tổng hợp kế tiếp sẽ được gửi lúc {MailWords.Time(next)} {w.Limit(MailWords.Day(next))}.",
                    $"If units are still missing, the next digest comes at {MailWords.Time(next)} on {w.Limit(MailWords.Day(next))}."),
            ["why"] = Why(data, w),
            ["rule"] = groups.All(g => g.Own)
                ? w.In("Mỗi lượt chỉ gửi một thư cho tất cả việc đến hạn. Nộp xong, hệ thống ngừng nhắc.", "There is one mail for all that is due at one time. Reminders stop when the work is handed in.")
                : w.In("Mỗi lượt chỉ gửi một thư cho tất cả đơn vị quá hạn.", "There is one mail for all units at one time."),
        };
        return new MailParts("digest", data.Path, values,
            new Dictionary<string, IReadOnlyList<MailBlock>> { ["absences"] = [.. data.Absences.Select(a => new Paragraph(w.Absence(a)))], ["units"] = body });
    }

    private static string Title(DigestGroup group, MailWords w)
    {
        var (title, late) = (w.In(group.TaskTitle), group.Deadline.DaysLate > 0);
        if (group.Own) return late ? w.In($"{title}: quá hạn {w.Days(group.Deadline.DaysLate)}", $"{title}: {w.Days(group.Deadline.DaysLate)} overdue")
            : w.In($"{title} chậm nhất {w.Limit(group.Deadline.LastDay)}", $"{title} by {w.Limit(group.Deadline.LastDay)}");
        var missing = w.AsVerb(title) is { } verb ? w.In($"chưa {verb}", $"{(group.Units == 1 ? "has" : "have")} yet to {verb}") : w.In($"chưa xong “{title}”", $"{(group.Units == 1 ? "has" : "have")} not done “{title}”");
        var count = w.In($"{group.Units} trong {MailWords.Keep($"{group.Of} đơn vị")}", $"{group.Units} of {MailWords.Keep($"{group.Of} units")}");
        return late ? w.In($"{count} {missing}, quá hạn {w.Days(group.Deadline.DaysLate)}", $"{count} {missing}, {w.Days(group.Deadline.DaysLate)} overdue")
            : w.In($"{count} {missing}, hạn {w.Limit(group.Deadline.LastDay)}", $"{count} {missing}, due {w.Limit(group.Deadline.LastDay)}");
    }

    private static string Title(IReadOnlyList<DigestGroup> groups, int units, MailWords w)
    {
        var late = groups.Count(g => g.Deadline.DaysLate > 0);
        return late == 0 ? w.In($"{units} việc sắp đến hạn", $"{units} items are nearly due")
            : late == groups.Count ? w.In($"{units} việc quá hạn", $"{units} items are overdue")
            : w.In($"{units} việc quá hạn hoặc sắp đến hạn", $"{units} items are overdue or nearly due");
    }

    private static string Subject(IReadOnlyList<DigestGroup> groups, int units, MailWords w)
    {
        var numbers = groups.Select(g => g.Plan.Number).Distinct().ToArray();
        var number = numbers is [{ } one] ? one : null;
        if (groups is not [{ Own: false } group]) return MailWords.Subject(number, "", groups.Count == 1 ? Title(groups[0], w) : Title(groups, units, w), "");
        var (title, count) = (w.In(group.TaskTitle), $"{group.Units}/{group.Of}");
        if (group.Deadline.DaysLate == 0)
            return MailWords.Subject(number, w.In($"{count} đơn vị chưa xong: ", $"{count} units not done: "), title, w.In($", hạn {MailWords.Short(group.Deadline.LastDay)}", $", due {MailWords.Short(group.Deadline.LastDay)}"));
        return w.AsVerb(title) is { } verb
            ? MailWords.Subject(number, w.In($"{count} đơn vị quá hạn ", $"{count} units overdue to "), verb, w.In($" {w.Days(group.Deadline.DaysLate)}", $", {w.Days(group.Deadline.DaysLate)}"))
            : MailWords.Subject(number, w.In($"{count} đơn vị quá hạn {w.Days(group.Deadline.DaysLate)}: ", $"{count} units {w.Days(group.Deadline.DaysLate)} overdue: "), title, "");
    }

    private static string Opening(DigestGroup group, DateTimeOffset at, MailWords w)
    {
        var due = group.Deadline;
        if (group.Own) return $"{DeadlineWords.LastDay(due, group.Plan, group.Review, w)} {(due.DaysLate > 0 ? DeadlineWords.Past(due, w) : DeadlineWords.Left(due, w))}";
        var title = w.In(group.TaskTitle);
        var what = w.AsVerb(title) is { } verb ? w.In(verb, $"to {verb}") : w.In($"“{title}”", $"for “{title}”");
        var plan = w.Plan(group.Plan) is { } name ? w.In($" theo {name}", $" under {name}") : "";
        var limit = w.In($"Hạn {what}{plan} là hết ngày {MailDocument.Bold(MailWords.Full(due.LastDay))}.", $"The limit {what}{plan} was the end of {MailDocument.Bold(MailWords.Full(due.LastDay))}.");
        if (due.DaysLate == 0)
        {
            limit = w.In(limit, $"The limit {what}{plan} is the end of {MailDocument.Bold(MailWords.Full(due.LastDay))}.");
            return w.In($"{limit} {DeadlineWords.Left(due, w)} {Capital(Units(group.Units, w))} sau chưa nộp:", $"{limit} {DeadlineWords.Left(due, w)} {Capital(Units(group.Units, w))} still to come:");
        }

        var full = due.TodayIsWorked ? due.WorkingDaysLate - 1 : due.WorkingDaysLate;
        var counted = due.TodayIsWorked && due.WorkingDaysLate > 0
            ? w.In($"đã qua {w.WorkingDays(full)} trọn vẹn, hôm nay là {MailWords.Keep($"ngày thứ {due.WorkingDaysLate}")}", $"{w.WorkingDays(full)} have passed in full, today is {MailWords.Keep($"day {due.WorkingDaysLate}")}")
            : w.In($"đã qua {w.WorkingDays(full)} trọn vẹn", $"{w.WorkingDays(full)} have passed in full");
        var time = $"{MailWords.Time(at)} {MailWords.Keep($"{w.In("ngày", "on")} {MailWords.Full(MailWords.Day(at))}")}";
        return w.In($"{limit} Đến {time}, {Units(group.Units, w)} sau chưa nộp ({counted}):", $"{limit} At {time}, {Units(group.Units, w)} had handed in nothing ({counted}):");
    }

    private static MailTable Table(DigestGroup group, MailWords w) => group.Own
        ? new MailTable(w.In("Việc", "Work"), w.In("Đã làm gì", "Done so far"), w.In("Hạn", "Due"),
            [.. group.Rows.Select(r => new MailTableRow($"{w.In(group.TaskTitle)}, {MailWords.Name(r.Unit)}", $"/tasks/{r.TaskId}", Done(r, w), [MailWords.Full(r.LastDay)], w.In("Hạn", "Due")))])
        : new MailTable(w.In("Đơn vị", "Unit"), w.In("Đơn vị đã làm gì", "What it did"), w.In("Đã nhắc", "Sent"),
            [.. group.Rows.Select(r => new MailTableRow(MailWords.Name(r.Unit), $"/tasks/{r.TaskId}", Done(r, w) + OwnDate(r, group, w) + Bounced(r, w), Sent(r, w), w.In("Đã nhắc", "Sent")))]);

    private static string Done(DigestRow row, MailWords w) => row switch
    {
        { DraftSaved: { } saved } => w.In($"Đã lưu nháp {MailWords.Short(saved)}, chưa nộp", $"Draft saved {MailWords.Short(saved)}, not handed in"),
        { Opened: { } opened } => w.In($"Đã mở biểu mẫu {MailWords.Short(opened)}, chưa nộp", $"Form opened {MailWords.Short(opened)}, not handed in"),
        _ => w.In("Chưa mở biểu mẫu", "Form not opened"),
    };

    /// <summary>A unit whose date is not that of the group (extended, returned) has its own named.</summary>
    private static string OwnDate(DigestRow row, DigestGroup group, MailWords w) => row.LastDay == group.Deadline.LastDay ? ""
        : w.In($". Hạn riêng: {MailWords.Full(row.LastDay)}", $". Its own date: {MailWords.Full(row.LastDay)}");

    /// <summary>A mail that came back: somebody has to reach the unit another way.</summary>
    private static string Bounced(DigestRow row, MailWords w) => row.Bounced is { } day
        ? w.In($". Thư nhắc không tới nơi ({MailWords.Short(day)}): cần liên hệ cách khác", $". A reminder came back ({MailWords.Short(day)}): reach it another way") : "";

    private static List<string> Sent(DigestRow row, MailWords w)
    {
        var sent = new List<string>();
        if (row.Mails > 0 || row.FollowUps == 0) sent.Add(MailWords.Keep(w.In($"{row.Mails} thư", $"{row.Mails} mail{(row.Mails == 1 ? "" : "s")}")));
        if (row.FollowUps > 0) sent.Add(MailWords.Keep(w.In($"{row.FollowUps} lần đôn đốc", $"{row.FollowUps} follow-up{(row.FollowUps == 1 ? "" : "s")}")));
        return sent;
    }

    private static Paragraph More(int count, MailWords w) => new(w.In($"Và {MailWords.Keep($"{count} đơn vị")} nữa, xem ở trang dưới đây.", $"And {count} more, on the page below."));

    private static string? Rest(DigestGroup group, MailWords w)
    {
        var others = group.Of - group.Units;
        if (others <= 0) return null;
        var parts = new List<string>();
        if (group.Accepted > 0) parts.Add(w.In($"{group.Accepted} đã được duyệt", $"{group.Accepted} accepted"));
        if (group.Submitted > 0) parts.Add(w.In($"{group.Submitted} chờ duyệt", $"{group.Submitted} under review"));
        var open = others - group.Accepted - group.Submitted;
        if (open > 0) parts.Add(w.In($"{open} đang làm", $"{open} in hand"));
        return w.In($"{MailWords.Keep($"{others} đơn vị")} còn lại: {string.Join(", ", parts)}.", $"The other {MailWords.Keep($"{others} units")}: {string.Join(", ", parts)}.");
    }

    private static string ButtonLabel(IReadOnlyList<DigestGroup> groups, int units, MailWords w) =>
        groups.All(g => g.Own) ? w.In("Mở danh sách việc", "Open my work")
        : groups is [{ Deadline.DaysLate: > 0 }] ? w.In($"Xem {units} đơn vị quá hạn", $"See {units} overdue unit{(units == 1 ? "" : "s")}")
        : w.In("Xem các đơn vị", "See the units");

    private static string Why(DigestData data, MailWords w)
    {
        var plans = data.Groups.Select(g => w.Plan(g.Plan)).OfType<string>().Distinct().ToArray();
        var matter = plans is [{ } one] ? w.In($" theo dõi {one}", $" for {one}") : "";
        return w.Addressee(data.To) is not { } who
            ? w.In("Đồng chí nhận thư này vì là người theo dõi.", "You get this mail because you follow this work.")
            : data.Groups.All(g => g.Own) ? w.In($"Đồng chí nhận thư này vì là {who} được giao việc.", $"You get this mail as {who}, whose work it is.")
            : w.In($"Đồng chí nhận thư này vì là {who}{(matter.Length > 0 ? "," : "")}{matter}.", $"You get this mail as {who}{matter}.");
    }

    private static string Units(int count, MailWords w) => MailWords.Keep(w.In($"{w.Number(count)} đơn vị", $"{w.Number(count)} unit{(count == 1 ? "" : "s")}"));

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
