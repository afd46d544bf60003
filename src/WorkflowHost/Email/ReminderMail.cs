using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Reminder"/>: one task of the reader's own, before its date or after it.</summary>
internal static class ReminderMail
{
    public static MailParts Write(ReminderData data, MailWords w, bool takesAnswers)
    {
        var (title, due, addressee) = (w.In(data.TaskTitle), data.Deadline, w.Addressee(data.To));
        var late = due.DaysLate > 0;
        var issuer = data.Plan.Issuer is { } name ? MailWords.Clean(name) : w.In("người theo dõi", "the officer in charge");
        var values = new Dictionary<string, string>
        {
            ["plan-mark"] = MailWords.PlanMark(data.Plan.Number),
            ["plan"] = w.Plan(data.Plan) ?? "",
            ["task"] = title,
            ["unit"] = MailWords.Name(data.Unit),
            ["decision"] = w.In($"Duyệt “{title}” của {MailWords.Name(data.Unit)}", $"Decide on “{title}” of {MailWords.Name(data.Unit)}"),
            ["until"] = late ? w.In($": quá hạn {w.Days(due.DaysLate)}", $": {w.Days(due.DaysLate)} overdue") : w.In($" chậm nhất {w.Limit(due.LastDay)}", $" by {w.Limit(due.LastDay)}"),
            ["addressee"] = w.Greeted(addressee),
            ["last-day"] = w.Limit(due.LastDay),
            ["days-late"] = w.Days(due.DaysLate),
            ["deadline"] = DeadlineWords.LastDay(due, data.Plan, data.Review, w),
            ["timing"] = late ? DeadlineWords.Past(due, w) : DeadlineWords.Left(due, w),
            ["issuer"] = issuer,
            ["answer-to"] = takesAnswers ? issuer : "",
            ["why"] = Why(data, addressee, w),
            ["next"] = Next(data, w),
            ["escalates"] = late && data.Escalates is { } at
                ? w.In($"Nếu đến {MailWords.Keep($"{MailWords.Time(at)} ngày {MailWords.Full(MailWords.Day(at))}")} vẫn chưa nộp, hệ thống báo cáo cấp trên.",
                    $"If nothing is handed in by {MailWords.Keep($"{MailWords.Time(at)} on {MailWords.Full(MailWords.Day(at))}")}, the level above is told.") : "",
        };
        return new MailParts(data.Review ? "review" : late ? "reminder-late" : "reminder", data.Path, values, new Dictionary<string, IReadOnlyList<MailBlock>>
        {
            ["absences"] = [.. data.Absences.Select(a => new Paragraph(w.Absence(a)))],
            ["day-strip"] = [.. DeadlineWords.Strip(due, w)],
            ["instructions"] = [.. Instructions(data, w)],
        })
        { Dated = !data.Review && due.DaysLate == 0 ? data.TaskId : null };
    }

    /// <summary>Lines that begin with a dash are what to prepare; the others are said as they are.</summary>
    private static IEnumerable<MailBlock> Instructions(ReminderData data, MailWords w)
    {
        if (data.Instructions is not { } instructions) yield break;
        var lines = w.In(instructions).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var line in lines.Where(l => !IsItem(l))) yield return new Paragraph(line);
        var items = lines.Where(IsItem).Select(l => l[1..].Trim()).ToArray();
        if (items.Length == 0) yield break;
        yield return new DashList(lines.Length == items.Length ? w.In("Cần chuẩn bị:", "To prepare:") : null, items);

        static bool IsItem(string line) => line[0] is '-' or '–';
    }

    private static string Why(ReminderData data, string? addressee, MailWords w)
    {
        var role = data.To.Role is { } label ? w.In(label) : addressee;
        return role is null
            ? w.In("Đồng chí nhận thư này vì được giao việc.", "You get this mail because the work is yours.")
            : data.Review
                ? w.In($"Đồng chí nhận thư này vì là {role}, người duyệt việc này.", $"You get this mail as {role}, who decides on this.")
                : w.In($"Đồng chí nhận thư này vì là {role} được giao việc.", $"You get this mail as {role}, whose work it is.");
    }

    private static string Next(ReminderData data, MailWords w) => data.Next.Count switch
    {
        0 => "",
        1 => w.In($"Lần nhắc kế tiếp: {w.Instants(data.Next)}.", $"Next reminder: {w.Instants(data.Next)}."),
        _ => w.In($"Các lần nhắc kế tiếp: {w.Instants(data.Next)}.", $"Next reminders: {w.Instants(data.Next)}."),
    };
}
