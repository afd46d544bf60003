using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Reminder"/>: one task of the reader's own, before its date or after it.</summary>
internal static class ReminderMail
{
    public static MailDocument Write(ReminderData data, MailWords w)
    {
        var (title, due) = (w.In(data.TaskTitle), data.Deadline);
        var late = due.DaysLate > 0;
        var addressee = w.Addressee(data.To);
        if (data.Review) title = w.In($"Duyệt “{title}” của {MailWords.Name(data.Unit)}", $"Decide on “{title}” of {MailWords.Name(data.Unit)}");
        var (before, after) = late
            ? ("", w.In($": quá hạn {w.Days(due.DaysLate)}", $": {w.Days(due.DaysLate)} overdue"))
            : ("", w.In($" chậm nhất {w.Limit(due.LastDay)}", $" by {w.Limit(due.LastDay)}"));

        var body = new List<MailBlock> { new Paragraph(w.Salutation(addressee)) };
        body.AddRange(data.Absences.Select(a => new Paragraph(w.Absence(a))));
        body.Add(new Paragraph($"{DeadlineWords.LastDay(due, data.Plan, data.Review, w)} {(late ? DeadlineWords.Past(due, w) : DeadlineWords.Left(due, w))}"));
        body.AddRange(DeadlineWords.Strip(due, w));
        if (late && !data.Review)
            body.Add(new Paragraph(w.In("Hệ thống chưa nhận được bài nộp. Đơn vị vẫn nộp được; ngày nộp và số ngày quá hạn được ghi lại.",
                "Nothing has been handed in yet. It can still be handed in; the day and the days overdue are recorded.")));
        if (!late || data.Review) body.AddRange(Instructions(data, w));
        body.Add(new Button(data.Review ? w.In("Mở bài nộp", "Open what was handed in") : w.In("Mở biểu mẫu", "Open the form"), data.Path));
        if (!data.Review) body.Add(new Paragraph(Reply(data, late, w), Small: true));
        return new MailDocument(w.Language, MailWords.Subject(data.Plan.Number, before, title, after), $"{title}{after}", body, Footer(data, addressee, late, w));
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

    private static string Reply(ReminderData data, bool late, MailWords w)
    {
        var who = data.Plan.Issuer is { } issuer ? MailWords.Clean(issuer) : w.In("người theo dõi", "the officer in charge");
        return late
            ? w.In($"Có khó khăn khi nộp? Trả lời thư này để {who} biết lý do.", $"Is there a difficulty? Answer this mail to tell {who} the reason.")
            : w.In($"Chưa nộp được đúng hạn? Trả lời thư này để {who} biết lý do.", $"Will it be late? Answer this mail to tell {who} the reason.");
    }

    private static string Footer(ReminderData data, string? addressee, bool late, MailWords w)
    {
        var role = data.To.Role is { } label ? w.In(label) : addressee;
        var text = role is null
            ? w.In("Đồng chí nhận thư này vì được giao việc.", "You get this mail because the work is yours.")
            : data.Review
                ? w.In($"Đồng chí nhận thư này vì là {role}, người duyệt việc này.", $"You get this mail as {role}, who decides on this.")
                : w.In($"Đồng chí nhận thư này vì là {role} được giao việc.", $"You get this mail as {role}, whose work it is.");
        if (data.Next.Count == 1) text += w.In($" Lần nhắc kế tiếp: {w.Instants(data.Next)}.", $" Next reminder: {w.Instants(data.Next)}.");
        if (data.Next.Count > 1) text += w.In($" Các lần nhắc kế tiếp: {w.Instants(data.Next)}.", $" Next reminders: {w.Instants(data.Next)}.");
        if (late && data.Escalates is { } at)
            text += w.In($" Nếu đến {MailWords.Keep($"{MailWords.Time(at)} ngày {MailWords.Full(MailWords.Day(at))}")} vẫn chưa nộp, hệ thống báo cáo cấp trên.",
                $" If nothing is handed in by {MailWords.Keep($"{MailWords.Time(at)} on {MailWords.Full(MailWords.Day(at))}")}, the level above is told.");
        return text + (data.Review
            ? w.In(" Duyệt hoặc trả lại xong, hệ thống ngừng nhắc.", " Reminders stop when it is accepted or returned.")
            : w.In(" Nộp xong, hệ thống ngừng nhắc.", " Reminders stop when it is handed in."));
    }
}
