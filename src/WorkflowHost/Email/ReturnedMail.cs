using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Returned"/>: what has to be mended, by when, and that the first submission still counts as it did.</summary>
internal static class ReturnedMail
{
    private const int LongestReason = 1200;

    public static MailParts Write(ReturnedData data, MailWords w)
    {
        var (title, addressee) = (w.In(data.TaskTitle), w.Addressee(data.To));
        var last = data.Deadline?.LastDay ?? (data.Due is { } due ? WorkingCalendar.VietnamPublic.LastDayOf(due) : (DateOnly?)null);
        var role = data.To.Role is { } label ? w.In(label) : addressee;
        var values = new Dictionary<string, string>
        {
            ["plan-mark"] = MailWords.PlanMark(data.Plan.Number),
            ["plan"] = w.Plan(data.Plan) ?? "",
            ["task"] = title,
            ["unit"] = MailWords.Name(data.Unit),
            ["addressee"] = w.Greeted(addressee),
            ["handed"] = data.SubmittedAt is { } at
                ? w.In($" nộp lúc {MailWords.Time(at)} ngày {MailWords.Full(MailWords.Day(at))}", $" handed in at {MailWords.Time(at)} on {MailWords.Full(MailWords.Day(at))}") : "",
            ["until"] = last is { } day ? w.In($", nộp lại chậm nhất {w.Limit(day)}", $", hand in again by {w.Limit(day)}") : "",
            ["again"] = last is { } d ? w.In($", nộp lại {MailWords.Full(d)}", $", again by {MailWords.Full(d)}") : "",
            ["deadline"] = data.Deadline is { } deadline ? $"{DeadlineWords.Again(deadline, w)}{DeadlineWords.LastWorked(deadline, w)}"
                : last is { } end ? w.In($"Ngày cuối cùng để nộp lại là {MailDocument.Bold(w.Limit(end))}, đến 24:00.", $"The last day to hand it in again is {MailDocument.Bold(w.Limit(end))}, until 24:00.") : "",
            ["timing"] = data.Deadline is { } counted ? DeadlineWords.Left(counted, w) : "",
            ["first"] = data.OnTime switch
            {
                true => w.In("Lần nộp đầu vẫn được tính là đúng hạn.", "The first submission still counts as on time."),
                false => w.In("Lần nộp đầu được ghi là quá hạn; việc trả lại không làm tăng số ngày.", "The first submission counts as late; the return adds no days."),
                null => "",
            },
            ["why"] = role is null ? w.In("Đồng chí nhận thư này vì đơn vị đã nộp việc này.", "You get this mail because your unit handed this in.")
                : w.In($"Đồng chí nhận thư này vì là {role} được giao việc.", $"You get this mail as {role}, whose work it is."),
        };
        return new MailParts("returned", data.Path ?? $"/tasks/{data.TaskId}", values, new Dictionary<string, IReadOnlyList<MailBlock>>
        {
            ["reason"] = [new Quotation(Shorten(MailWords.Clean(data.Reason).Trim()))],
            ["day-strip"] = data.Deadline is { } strip ? [.. DeadlineWords.Strip(strip, w)] : [],
        })
        { Dated = data.Due is null ? null : data.TaskId };
    }

    private static string Shorten(string reason) => reason.Length <= LongestReason ? reason : StorableText.Beginning(reason, LongestReason - 1) + "…";
}
