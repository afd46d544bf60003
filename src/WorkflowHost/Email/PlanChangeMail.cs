using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.PlanChange"/>: what became of a plan that the reader was sent, and what that means for the reader's work.</summary>
internal static class PlanChangeMail
{
    public static MailParts Write(PlanChangeData data, MailWords w)
    {
        var subject = MailWords.Clean(data.Subject);
        var number = data.Number is { } n ? MailWords.Clean(n) : null;
        var document = MailWords.Clean(data.Document);
        var named = number is null ? w.In("Kế hoạch", "The plan") : w.Named(number);
        var (fact, effect, head) = data.Change switch
        {
            "correct" => (w.In($"{named} được đính chính bằng {document}.", $"{named} is corrected by {document}."),
                w.In("Các việc và thời hạn của đơn vị không thay đổi.", "The unit's work and dates stay as they are."), w.In("Đính chính: ", "Corrected: ")),
            "amend" => (w.In($"{named} được sửa đổi bằng {document}.", $"{named} is amended by {document}."),
                w.In("Việc chưa nộp làm theo quy định mới; bài đã nộp hoặc đã duyệt vẫn theo quy định cũ.", "Work not handed in goes by the new rules; what was handed in or accepted keeps the old ones."), w.In("Sửa đổi: ", "Amended: ")),
            "withdraw" => (w.In($"Một phần của {named} được thu hồi bằng {document}.", $"Part of {named} is withdrawn by {document}."),
                w.In("Việc chưa xong của phần này không phải làm nữa; kết quả đã có được giữ.", "What is unfinished of that part is no longer to be done; what was done is kept."), w.In("Thu hồi một phần: ", "Withdrawn in part: ")),
            _ => (w.In($"{named} bị thu hồi bằng {document}.", $"{named} is recalled by {document}."),
                w.In("Mọi việc đang mở đã dừng. Đề nghị đồng chí hủy bản điện tử đã nhận và xác nhận với đơn vị ban hành.", "All open work has stopped. Please destroy the copy you received and confirm it to the issuer."), w.In("Thu hồi: ", "Recalled: ")),
        };
        var addressee = data.UnitName ?? data.Recipient;
        var values = new Dictionary<string, string>
        {
            ["plan-mark"] = MailWords.PlanMark(number),
            ["plan"] = named,
            ["plan-subject"] = subject,
            ["addressee"] = w.Greeted(addressee is null ? null : MailWords.Name(addressee)),
            ["change"] = head,
            ["document"] = document,
            ["fact"] = fact,
            ["effect"] = effect,
        };
        return new MailParts("plan-change", data.PlanId is { } id ? $"/plans/{id}" : "/", values,
            new Dictionary<string, IReadOnlyList<MailBlock>> { ["reason"] = [new Quotation(MailWords.Clean(data.Reason))] });
    }
}
