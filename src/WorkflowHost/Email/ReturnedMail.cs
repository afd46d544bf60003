using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Returned"/>: what has to be mended, by when, and that the first submission still counts as it did.</summary>
internal static class ReturnedMail
{
    private const int LongestReason = 1200;

    public static MailDocument Write(ReturnedData data, MailWords w)
    {
        var (title, addressee) = (w.In(data.TaskTitle), w.Addressee(data.To));
        var last = data.Deadline?.LastDay ?? (data.Due is { } due ? MailWords.Day(due.AddMicroseconds(-1)) : (DateOnly?)null);
        var until = last is { } day ? w.In($", nộp lại chậm nhất {w.Limit(day)}", $", hand in again by {w.Limit(day)}") : "";
        var handed = data.SubmittedAt is { } at ? w.In($" nộp lúc {MailWords.Time(at)} ngày {MailWords.Full(MailWords.Day(at))}", $" handed in at {MailWords.Time(at)} on {MailWords.Full(MailWords.Day(at))}") : "";
        var body = new List<MailBlock>
        {
            new Paragraph(w.Salutation(addressee)),
            new Paragraph(w.In($"Bài nộp “{title}” của {MailWords.Name(data.Unit)}{handed} được trả lại để bổ sung. Lý do của người duyệt:",
                $"“{title}” of {MailWords.Name(data.Unit)}{handed} has been returned. The reviewer's reason:")),
            new Quotation(Shorten(MailWords.Clean(data.Reason).Trim())),
        };
        if (data.Deadline is { } deadline)
        {
            body.Add(new Paragraph($"{DeadlineWords.Again(deadline, w)}{DeadlineWords.LastWorked(deadline, w)} {DeadlineWords.Left(deadline, w)}"));
            body.AddRange(DeadlineWords.Strip(deadline, w));
        }
        else if (last is { } end)
        {
            body.Add(new Paragraph(w.In($"Ngày cuối cùng để nộp lại là {MailDocument.Bold(w.Limit(end))}, đến 24:00.", $"The last day to hand it in again is {MailDocument.Bold(w.Limit(end))}, until 24:00.")));
        }

        if (data.OnTime is { } onTime)
            body.Add(new Paragraph(onTime ? w.In("Lần nộp đầu vẫn được tính là đúng hạn.", "The first submission still counts as on time.")
                : w.In("Lần nộp đầu được ghi là quá hạn; việc trả lại không làm tăng số ngày.", "The first submission counts as late; the return adds no days.")));
        body.Add(new Button(w.In("Mở bài nộp", "Open what was handed in"), data.Path ?? $"/tasks/{data.TaskId}"));
        var role = data.To.Role is { } label ? w.In(label) : addressee;
        return new MailDocument(w.Language, MailWords.Subject(data.Plan.Number, w.In("Trả lại: ", "Returned: "), title, last is { } d ? w.In($", nộp lại {MailWords.Full(d)}", $", again by {MailWords.Full(d)}") : ""),
            w.In($"Trả lại: {title}{until}", $"Returned: {title}{until}"), body,
            (role is null ? w.In("Đồng chí nhận thư này vì đơn vị đã nộp việc này.", "You get this mail because your unit handed this in.")
                : w.In($"Đồng chí nhận thư này vì là {role} được giao việc.", $"You get this mail as {role}, whose work it is."))
            + w.In(" Nộp lại xong, hệ thống ngừng nhắc.", " Reminders stop when it is handed in again."));
    }

    private static string Shorten(string reason) => reason.Length <= LongestReason ? reason : reason[..(LongestReason - 1)] + "…";
}
