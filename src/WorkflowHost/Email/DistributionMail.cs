using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Words of <see cref="MailKind.Distribution"/>: an issued plan and what the reader is to do with it; the text of the plan stays behind the sign-in.</summary>
internal static class DistributionMail
{
    public static MailParts Write(DistributionData data, MailWords w)
    {
        var subject = MailWords.Clean(data.Subject);
        var number = data.Number is { } n ? MailWords.Clean(n) : null;
        var issuer = data.Issuer is { } name ? MailWords.Clean(name) : null;
        var named = number is null ? w.In("Kế hoạch", "The plan") : w.Named(number);
        var day = data.IssuedOn is { } on ? w.In($" ngày {MailWords.Full(on)}", $" of {MailWords.Full(on)}") : "";
        var by = issuer is null ? "" : w.In($"{issuer} đã ban hành ", $"{issuer} has issued ");
        var addressee = data.UnitName ?? data.Recipient;
        var values = new Dictionary<string, string>
        {
            ["plan-mark"] = MailWords.PlanMark(number),
            ["plan"] = named,
            ["plan-subject"] = subject,
            ["addressee"] = w.Greeted(addressee is null ? null : MailWords.Name(addressee)),
            ["sentence"] = issuer is null ? w.In($"{named}{day} đã được ban hành: {subject}.", $"{named}{day} has been issued: {subject}.") : $"{by}{(number is null && w.En ? "the plan" : named)}{day}: {subject}.",
            ["action"] = Action(data, w),
            ["follow"] = data.Action != "action" ? "" : w.In("Việc của đơn vị nằm trong danh sách việc, mỗi việc có hạn và cách tính hạn. Hệ thống nhắc trước hạn.",
                "The unit's work stands in its list, each item with its date and how that was counted. Reminders come before the date."),
            ["line"] = data.Recipient is { } line ? w.In($" tại dòng “{MailWords.Clean(line)}”", $" on the line “{MailWords.Clean(line)}”") : "",
        };
        return new MailParts("distribution", data.Path ?? (data.PlanId is { } id ? $"/plans/{id}" : "/"), values, new Dictionary<string, IReadOnlyList<MailBlock>>());
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
