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
        var reviews = groups.All(g => g.Review);
        var body = new List<MailBlock>();
        foreach (var group in groups)
        {
            if (single is null) body.Add(new Heading(Title(group, w)));
            body.Add(new Paragraph(Opening(group, data.At, w)));
            if (group.Rows.Count > 0) body.Add(Table(group, w));
            if (group.Units > group.Rows.Count) body.Add(More(group, w));
            if (group is { Own: false, Review: false, Returned: false } && Rest(group, w) is { } rest) body.Add(new Paragraph(rest));
        }

        var values = new Dictionary<string, string>
        {
            ["headline"] = Subject(groups, units, w),
            ["title"] = single is not null ? Title(single, w) : Title(groups, units, w),
            ["addressee"] = w.Greeted(w.Addressee(data.To)),
            ["request"] = groups.Where(g => !g.Own && g.DaysLate > 0).ToList() is not { Count: > 0 } late ? ""
                : late.All(g => g.Review)
                ? w.In($"{MailDocument.Bold("Đề nghị:")} chỉ đạo người theo dõi duyệt các bài này.", $"{MailDocument.Bold("Asked of you:")} have these submissions reviewed.")
                : w.In($"{MailDocument.Bold("Đề nghị:")} chỉ đạo đơn vị, hoặc gia hạn nếu có lý do chính đáng.", $"{MailDocument.Bold("Asked of you:")} direct the units, or extend where there is good reason."),
            ["button"] = ButtonLabel(groups, units, w),
            ["next"] = data.Next is not { } next ? "" : groups.All(g => g.Own)
                ? w.In($"Nếu chưa {(reviews ? "duyệt" : "nộp")}, lần nhắc kế tiếp là {MailWords.Time(next)} {w.Limit(MailWords.Day(next))}.",
                    $"If nothing is {(reviews ? "decided" : "handed in")}, the next reminder comes at {MailWords.Time(next)} on {w.Limit(MailWords.Day(next))}.")
                : w.In($"Nếu vẫn còn {(reviews ? "bài chưa duyệt" : "đơn vị chưa nộp")}, bản tổng hợp kế tiếp sẽ được gửi lúc {MailWords.Time(next)} {w.Limit(MailWords.Day(next))}.",
                    $"If {(reviews ? "reviews" : "units")} are still missing, the next digest comes at {MailWords.Time(next)} on {w.Limit(MailWords.Day(next))}."),
            ["why"] = Why(data, w),
            ["rule"] = groups.All(g => g.Own)
                ? w.In("Mỗi lượt chỉ gửi một thư cho tất cả việc đến hạn. Làm xong việc nào, hệ thống ngừng nhắc việc đó.", "There is one mail for all that is due at one time. Reminders of a piece of work stop when it is done.")
                : reviews ? w.In("Mỗi lượt chỉ gửi một thư cho tất cả bài chờ duyệt.", "There is one mail for all submissions at one time.")
                : groups.All(g => g is { Own: false, Review: false, DaysLate: > 0 }) ? w.In("Mỗi lượt chỉ gửi một thư cho tất cả đơn vị quá hạn.", "There is one mail for all units at one time.")
                : w.In("Mỗi lượt chỉ gửi một thư cho tất cả việc cần theo dõi.", "There is one mail for all that is to be followed at one time."),
        };
        return new MailParts("digest", data.Path, values,
            new Dictionary<string, IReadOnlyList<MailBlock>> { ["absences"] = [.. data.Absences.Select(a => new Paragraph(w.Absence(a)))], ["units"] = body });
    }

    private static string Title(DigestGroup group, MailWords w)
    {
        var (title, late) = (w.In(group.TaskTitle), group.DaysLate > 0);
        if (group.Review)
        {
            var what = group.Own ? w.In($"Duyệt “{title}”", $"Review “{title}”") : w.In($"{group.Units} bài “{title}” chưa duyệt", $"{group.Units} of “{title}” not reviewed");
            return group.Deadline is not { } limit ? what : late ? w.In($"{what}, quá hạn {w.Days(limit.DaysLate)}", $"{what}, {w.Days(limit.DaysLate)} overdue")
                : w.In($"{what}, hạn {w.Limit(limit.LastDay)}", $"{what}, due {w.Limit(limit.LastDay)}");
        }

        if (group is { Returned: true, Own: false })
        {
            var again = w.In($"{MailWords.Keep($"{group.Units} đơn vị")} chưa nộp lại “{title}”", $"{MailWords.Keep($"{group.Units} unit{(group.Units == 1 ? "" : "s")}")} yet to hand in “{title}” again");
            return group.Deadline is not { } limit ? again : late ? w.In($"{again}, đã qua ngày nộp lại {w.Days(limit.DaysLate)}", $"{again}, {w.Days(limit.DaysLate)} past the date")
                : w.In($"{again}, chậm nhất {w.Limit(limit.LastDay)}", $"{again}, by {w.Limit(limit.LastDay)}");
        }

        if (group is { Own: true, Deadline: { } own }) return late ? w.In($"{title}: quá hạn {w.Days(own.DaysLate)}", $"{title}: {w.Days(own.DaysLate)} overdue")
            : w.In($"{title} chậm nhất {w.Limit(own.LastDay)}", $"{title} by {w.Limit(own.LastDay)}");
        var missing = w.AsVerb(title) is { } verb ? w.In($"chưa {verb}", $"{(group.Units == 1 ? "has" : "have")} yet to {verb}") : w.In($"chưa xong “{title}”", $"{(group.Units == 1 ? "has" : "have")} not done “{title}”");
        var count = w.In($"{group.Units} trong {MailWords.Keep($"{group.Of} đơn vị")}", $"{group.Units} of {MailWords.Keep($"{group.Of} units")}");
        return group.Deadline is not { } due ? $"{count} {missing}" : late ? w.In($"{count} {missing}, quá hạn {w.Days(due.DaysLate)}", $"{count} {missing}, {w.Days(due.DaysLate)} overdue")
            : w.In($"{count} {missing}, hạn {w.Limit(due.LastDay)}", $"{count} {missing}, due {w.Limit(due.LastDay)}");
    }

    private static string Title(IReadOnlyList<DigestGroup> groups, int units, MailWords w)
    {
        var late = groups.Count(g => g.DaysLate > 0);
        return groups.Any(g => g.Deadline is null) ? w.In($"{units} việc cần theo dõi", $"{units} items to follow")
            : late == 0 ? w.In($"{units} việc sắp đến hạn", $"{units} items are nearly due")
            : late == groups.Count ? w.In($"{units} việc quá hạn", $"{units} items are overdue")
            : w.In($"{units} việc quá hạn hoặc sắp đến hạn", $"{units} items are overdue or nearly due");
    }

    private static string Subject(IReadOnlyList<DigestGroup> groups, int units, MailWords w)
    {
        var numbers = groups.Select(g => g.Plan.Number).Distinct().ToArray();
        var number = numbers is [{ } one] ? one : null;
        if (groups is not [var group] || group is { Own: true, Review: false }) return MailWords.Subject(number, "", groups.Count == 1 ? Title(groups[0], w) : Title(groups, units, w), "");
        if (group.Review || group.Returned)
        {
            var what = group.Review ? w.In($"{group.Units} bài chưa duyệt", $"{group.Units} not reviewed") : w.In($"{group.Units} đơn vị chưa nộp lại", $"{group.Units} not handed in again");
            var past = group.Deadline is not { } limit ? ": " : limit.DaysLate > 0 ? w.In($", quá {w.Days(limit.DaysLate)}: ", $", {w.Days(limit.DaysLate)} late: ")
                : w.In($", hạn {MailWords.Short(limit.LastDay)}: ", $", due {MailWords.Short(limit.LastDay)}: ");
            return MailWords.Subject(number, what + past, w.In(group.TaskTitle), "");
        }

        var (title, count) = (w.In(group.TaskTitle), $"{group.Units}/{group.Of}");
        if (group.DaysLate == 0)
            return MailWords.Subject(number, w.In($"{count} đơn vị chưa xong: ", $"{count} units not done: "), title,
                group.Deadline is { } due ? w.In($", hạn {MailWords.Short(due.LastDay)}", $", due {MailWords.Short(due.LastDay)}") : "");
        return w.AsVerb(title) is { } verb
            ? MailWords.Subject(number, w.In($"{count} đơn vị quá hạn ", $"{count} units overdue to "), verb, w.In($" {w.Days(group.DaysLate)}", $", {w.Days(group.DaysLate)}"))
            : MailWords.Subject(number, w.In($"{count} đơn vị quá hạn {w.Days(group.DaysLate)}: ", $"{count} units {w.Days(group.DaysLate)} overdue: "), title, "");
    }

    private static string Opening(DigestGroup group, DateTimeOffset at, MailWords w)
    {
        var (limit, who, open) = Missing(group, w);
        if (group.Deadline is not { } due) return $"{limit} {Capital(who)} {open}:";
        if (group.Own) return $"{DeadlineWords.LastDay(due, group.Plan, group.Review, w)} {(due.DaysLate > 0 ? DeadlineWords.Past(due, w) : DeadlineWords.Left(due, w))}";
        if (due.DaysLate == 0) return $"{limit} {DeadlineWords.Left(due, w)} {Capital(who)} {open}:";

        var full = due.TodayIsWorked ? due.WorkingDaysLate - 1 : due.WorkingDaysLate;
        var counted = due.TodayIsWorked && due.WorkingDaysLate > 0
            ? w.In($"đã qua {w.WorkingDays(full)} trọn vẹn, hôm nay là {MailWords.Keep($"ngày thứ {due.WorkingDaysLate}")}", $"{w.WorkingDays(full)} have passed in full, today is {MailWords.Keep($"day {due.WorkingDaysLate}")}")
            : w.In($"đã qua {w.WorkingDays(full)} trọn vẹn", $"{w.WorkingDays(full)} have passed in full");
        var time = $"{MailWords.Time(at)} {MailWords.Keep($"{w.In("ngày", "on")} {MailWords.Full(MailWords.Day(at))}")}";
        return w.In($"{limit} Đến {time}, {who} {open} ({counted}):", $"{limit} At {time}, {who} {open} ({counted}):");
    }

    /// <summary>Until when, how many, and what they have not done.</summary>
    private static (string Limit, string Who, string Open) Missing(DigestGroup group, MailWords w)
    {
        if (group.Deadline is not { } due)
            return (w.In("Việc này không có thời hạn; thư gửi đơn vị không tới nơi.", "This work has no date; a mail to the unit came back."),
                Units(group.Units, w), group.Returned ? w.In("sau chưa nộp lại", "still to come again") : w.In("sau chưa nộp", "still to come"));
        var (day, late) = (MailDocument.Bold(MailWords.Full(due.LastDay)), due.DaysLate > 0);
        if (group.Review)
            return (w.In($"Hạn duyệt là hết ngày {day}.", $"The limit of the review {(late ? "was" : "is")} the end of {day}."),
                MailWords.Keep(w.In($"{w.Number(group.Units)} bài", $"{w.Number(group.Units)} submission{(group.Units == 1 ? "" : "s")}")), w.In("sau chưa duyệt", late ? "had not been reviewed" : "still to be reviewed"));
        if (group.Returned)
            return (w.In($"Ngày cuối cùng để nộp lại là {day}; lần nộp đầu vẫn được tính.", $"The last day to hand in again {(late ? "was" : "is")} {day}; the first submission still counts."),
                Units(group.Units, w), w.In("sau chưa nộp lại", late ? "had not handed in again" : "still to come again"));
        var title = w.In(group.TaskTitle);
        var what = w.AsVerb(title) is { } verb ? w.In(verb, $"to {verb}") : w.In($"“{title}”", $"for “{title}”");
        var plan = w.Plan(group.Plan) is { } name ? w.In($" theo {name}", $" under {name}") : "";
        return (w.In($"Hạn {what}{plan} là hết ngày {day}.", $"The limit {what}{plan} {(late ? "was" : "is")} the end of {day}."),
            Units(group.Units, w), w.In("sau chưa nộp", late ? "had handed in nothing" : "still to come"));
    }

    private static MailTable Table(DigestGroup group, MailWords w) => group.Own
        ? new MailTable(w.In("Việc", "Work"), w.In("Đã làm gì", "Done so far"), w.In("Hạn", "Due"),
            [.. group.Rows.Select(r => new MailTableRow($"{w.In(group.TaskTitle)}, {MailWords.Name(r.Unit)}", $"/tasks/{r.TaskId}", Done(r, w), Limit(r), w.In("Hạn", "Due")))])
        : group.Review
        ? new MailTable(w.In("Đơn vị", "Unit"), w.In("Bài nộp", "Submission"), w.In("Hạn duyệt", "Review due"),
            [.. group.Rows.Select(r => new MailTableRow(MailWords.Name(r.Unit), $"/tasks/{r.TaskId}", Done(r, w), Limit(r), w.In("Hạn duyệt", "Review due")))])
        : new MailTable(w.In("Đơn vị", "Unit"), w.In("Đơn vị đã làm gì", "What it did"), w.In("Đã nhắc", "Sent"),
            [.. group.Rows.Select(r => new MailTableRow(MailWords.Name(r.Unit), $"/tasks/{r.TaskId}", Done(r, w) + OwnDate(r, group, w) + Bounced(r, w), Sent(r, w), w.In("Đã nhắc", "Sent")))]);

    private static string Done(DigestRow row, MailWords w) => row switch
    {
        { Submitted: { } submitted } => w.In($"Nộp {MailWords.Short(submitted)}, chờ duyệt", $"Handed in {MailWords.Short(submitted)}, waiting for its review"),
        { Returned: { } returned } => w.In($"Trả lại {MailWords.Short(returned)}, chưa nộp lại", $"Returned {MailWords.Short(returned)}, not handed in again"),
        { DraftSaved: { } saved } => w.In($"Đã lưu nháp {MailWords.Short(saved)}, chưa nộp", $"Draft saved {MailWords.Short(saved)}, not handed in"),
        { Opened: { } opened } => w.In($"Đã mở biểu mẫu {MailWords.Short(opened)}, chưa nộp", $"Form opened {MailWords.Short(opened)}, not handed in"),
        _ => w.In("Chưa mở biểu mẫu", "Form not opened"),
    };

    private static string[] Limit(DigestRow row) => row.LastDay is { } last ? [MailWords.Full(last)] : [];

    /// <summary>A unit whose date is not that of the group (extended, returned) has its own named.</summary>
    private static string OwnDate(DigestRow row, DigestGroup group, MailWords w) => row.LastDay is not { } last || last == group.Deadline?.LastDay ? ""
        : w.In($". Hạn riêng: {MailWords.Full(last)}", $". Its own date: {MailWords.Full(last)}");

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

    /// <summary>How many of the group no row shows; a group behind the worst ten may have none at all.</summary>
    private static Paragraph More(DigestGroup group, MailWords w)
    {
        var (count, some) = (group.Units - group.Rows.Count, group.Rows.Count > 0);
        var what = MailWords.Keep(w.In($"{count} {(group.Review ? "bài" : "đơn vị")}", some ? $"{count} more" : $"{count} of them"));
        return new(some ? w.In($"Và {what} nữa, xem ở trang dưới đây.", $"And {what}, on the page below.") : w.In($"Xem {what} ở trang dưới đây.", $"See {what} on the page below."));
    }

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
        : groups is [{ Deadline.DaysLate: > 0, Review: false, Returned: false }] ? w.In($"Xem {units} đơn vị quá hạn", $"See {units} overdue unit{(units == 1 ? "" : "s")}")
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

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
