using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Distribution"/>: an issued plan and what the reader is to do with it; the text of the plan stays behind the sign-in.</summary>
internal static class DistributionMail
{
    public static MailDocument Write(DistributionData data, MailWords w)
    {
        var subject = MailWords.Clean(data.Subject);
        var number = data.Number is { } n ? MailWords.Clean(n) : null;
        var issuer = data.Issuer is { } name ? MailWords.Clean(name) : null;
        var named = number is null ? w.In("Kế hoạch", "The plan") : w.In($"Kế hoạch {number}", $"Plan {number}");
        var day = data.IssuedOn is { } on ? w.In($" ngày {MailWords.Full(on)}", $" of {MailWords.Full(on)}") : "";
        var by = issuer is null ? "" : w.In($"{issuer} đã ban hành ", $"{issuer} has issued ");
        var sentence = issuer is null ? w.In($"{named}{day} đã được ban hành: {subject}.", $"{named}{day} has been issued: {subject}.") : $"{by}{(number is null && w.En ? "the plan" : named)}{day}: {subject}.";
        var addressee = data.UnitName ?? data.Recipient;
        var body = new List<MailBlock>
        {
            new Paragraph(w.Salutation(addressee is null ? null : MailWords.Name(addressee))),
            new Paragraph(sentence),
            new Paragraph(w.In("Gửi đồng chí ", "Sent to you ") + Action(data, w)),
            new Button(w.In("Mở kế hoạch", "Open the plan"), data.Path ?? (data.PlanId is { } id ? $"/plans/{id}" : "/")),
        };
        if (data.Action == "action")
            body.Add(new Paragraph(w.In("Việc của đơn vị nằm trong danh sách việc, mỗi việc có hạn và cách tính hạn. Hệ thống nhắc trước hạn.",
                "The unit's work stands in its list, each item with its date and how that was counted. Reminders come before the date."), Small: true));
        var recipient = data.Recipient is { } line ? w.In($" tại dòng “{MailWords.Clean(line)}”", $" on the line “{MailWords.Clean(line)}”") : "";
        return new MailDocument(w.Language, MailWords.Subject(number, "", subject, ""), w.In($"{named}: {subject}", $"{named}: {subject}"), body,
            w.In($"Đồng chí nhận thư này vì có tên trong Nơi nhận của kế hoạch{recipient}. Mỗi nơi nhận chỉ có một thư phát hành.",
                $"You get this mail because you are among the recipients of the plan{recipient}. There is one such mail for each recipient."));
    }

    private static string Action(DistributionData data, MailWords w)
    {
        var code = data.ActionCode is { } c && c is not "để biết" ? $" ({MailWords.Clean(c)})" : "";
        return (data.Action switch
        {
            "action" => w.In($"để thực hiện{code}.", $"to carry out{code}."),
            "report" => w.In($"để báo cáo{code}.", $"as a report{code}."),
            "direction" => w.In($"để chỉ đạo{code}.", $"to direct{code}."),
            _ => w.In($"để biết{code}.", $"for information{code}."),
        });
    }
}
