using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using Workflows.Tests.Deadlines;

namespace Workflows.Tests.Email;

/// <summary>The data of one mail of each kind and situation, on the dates of plan 23/KH-CĐYT.</summary>
internal static class Samples
{
    private static readonly PlanFacts Plan = new("23/KH-CĐYT", "Tổ chức Hội nghị điển hình tiên tiến trong các cấp công đoàn ngành Y tế", "Công đoàn ngành Y tế Thái Bình");
    private static readonly Guid Task = new("018f0000-0000-7000-8000-000000000001");
    private static readonly WorkflowEngine.Tasks.Text Title = new("Nộp kế hoạch CĐCS", "Submit the unit's plan");

    public static IReadOnlyDictionary<string, (string Kind, string Data)> All { get; } = new Dictionary<string, (string, string)>
    {
        ["reminder"] = (MailKind.Reminder, MailData.Write(Reminder("26/12/2019"))),
        ["reminder-last-day"] = (MailKind.Reminder, MailData.Write(Reminder("31/12/2019") with { Next = [Vn.At("02/01/2020 08:00:00")] })),
        ["reminder-overdue"] = (MailKind.Reminder, MailData.Write(Reminder("02/01/2020") with { Next = [], Escalates = Vn.At("06/01/2020 08:00:00") })),
        ["reminder-far"] = (MailKind.Reminder, MailData.Write(Reminder("02/03/2020", "14/03/2020") with
        {
            TaskTitle = new("Tổ chức hội nghị CĐCS", "Hold the unit's conference"),
            Instructions = null,
            Next = [Vn.At("09/03/2020 08:00:00"), Vn.At("11/03/2020 08:00:00"), Vn.At("13/03/2020 08:00:00")],
        })),
        ["reminder-review"] = (MailKind.Reminder, MailData.Write(Reminder("03/01/2020", "06/01/2020") with
        {
            Review = true,
            To = new(new("Chuyên viên", "Officer"), "Công đoàn ngành Y tế"),
            Instructions = null,
            Next = [],
            Deadline = Deadline("03/01/2020", "06/01/2020", null),
        })),
        ["digest"] = (MailKind.Digest, MailData.Write(Digest())),
        ["digest-two-duties"] = (MailKind.Digest, MailData.Write(TwoDuties())),
        ["digest-review"] = (MailKind.Digest, MailData.Write(Reviews())),
        ["digest-own-review"] = (MailKind.Digest, MailData.Write(Reviews() with { Groups = [Reviews().Groups[0] with { Own = true, TaskTitle = new("Nộp kế hoạch tổ chức hội nghị điển hình tiên tiến của đơn vị", "Hand in the unit's own plan of its conference of exemplars") }] })),
        ["digest-returned"] = (MailKind.Digest, MailData.Write(Again())),
        ["digest-undated"] = (MailKind.Digest, MailData.Write(Undated())),
        ["digest-undated-one"] = (MailKind.Digest, MailData.Write(Undated() with { Groups = [Undated().Groups[0]] })),
        ["digest-own"] = (MailKind.Digest, MailData.Write(Own())),
        ["returned"] = (MailKind.Returned, MailData.Write(Returned())),
        ["plan-change"] = (MailKind.PlanChange, MailData.Write(new PlanChangeData
        {
            Number = "23/KH-CĐYT",
            Subject = "Tổ chức Hội nghị điển hình tiên tiến trong các cấp công đoàn ngành Y tế Thái Bình",
            UnitName = "Công đoàn cơ sở Bệnh viện đa khoa huyện A",
            Change = "amend",
            Document = "03/KH-CĐYT",
            Reason = "Tỷ lệ đại biểu điển hình tiên tiến khoảng 60%.",
        })),
        ["distribution"] = (MailKind.Distribution, MailData.Write(new DistributionData
        {
            PlanId = Task,
            Number = Plan.Number,
            Subject = Plan.Subject!,
            IssuedOn = Vn.Day("17/12/2019"),
            Issuer = Plan.Issuer,
            Recipient = "CĐCS trực thuộc",
            Action = "action",
            ActionCode = "t/h",
            UnitName = "CĐCS Bệnh viện đa khoa huyện A",
        })),
    };

    private static ReminderData Reminder(string today, string lastDay = "31/12/2019") => new()
    {
        Plan = Plan,
        To = new(new("Chủ tịch Công đoàn cơ sở", "Chair of the grassroots union"), "CĐCS Bệnh viện đa khoa huyện A"),
        TaskId = Task,
        TaskTitle = Title,
        Unit = "CĐCS Bệnh viện đa khoa huyện A",
        Instructions = new("- Văn bản kế hoạch (PDF hoặc Word)\n- Tổng số cán bộ, công chức, viên chức, người lao động\n- Ngày, địa điểm, số đại biểu dự kiến",
            "- The plan as a document (PDF or Word)\n- Number of staff of all kinds\n- Date, place and number of delegates"),
        Deadline = Deadline(today, lastDay, lastDay == "14/03/2020" ? "trước ngày 15/3/2020" : "trước ngày 01/01/2020"),
        Next = [Vn.At("30/12/2019 08:00:00"), Vn.At("31/12/2019 08:00:00")],
        Escalates = Vn.At("06/01/2020 08:00:00"),
        Path = $"/tasks/{Task}",
    };

    private static DigestData Digest() => new()
    {
        To = new(new("Phó Chủ tịch", "Vice-chair"), "Công đoàn ngành Y tế"),
        At = Vn.At("08/01/2020 08:00:00"),
        Next = Vn.At("15/01/2020 08:00:00"),
        Path = "/overdue",
        Groups = [Late(3)],
    };

    private static DigestGroup Late(int units) => new()
    {
        Plan = Plan,
        TaskTitle = Title,
        Deadline = Deadline("08/01/2020", "31/12/2019", "trước ngày 01/01/2020"),
        Units = units,
        Of = 34,
        Accepted = 30,
        Submitted = 34 - 30 - units,
        Open = units,
        Rows =
        [
            new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Y tế dự phòng", LastDay = Vn.Day("31/12/2019"), DaysLate = 8, Mails = 5 },
            new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Y tế huyện C", LastDay = Vn.Day("31/12/2019"), DaysLate = 8, Opened = Vn.Day("03/01/2020"), Mails = 5, FollowUps = 1 },
            new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Pháp y", LastDay = Vn.Day("31/12/2019"), DaysLate = 8, DraftSaved = Vn.Day("30/12/2019"), Mails = 5 },
        ],
    };

    private static DigestData TwoDuties() => Digest() with
    {
        To = new(new("Chuyên viên", "Officer"), "Công đoàn ngành Y tế"),
        Next = null,
        Groups =
        [
            Late(3) with { Units = 12, Accepted = 20, Submitted = 2, Open = 12 },
            Late(3) with
            {
                TaskTitle = new("Danh sách giới thiệu dự hội nghị ngành", "Nominations for the sector conference"), Units = 1, Of = 34, Accepted = 33, Submitted = 0, Open = 1,
                Rows = [new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Pháp y", LastDay = Vn.Day("31/12/2019"), DaysLate = 8 }],
            },
        ],
    };

    private static DigestData Own() => Digest() with
    {
        To = new(new("Chủ tịch", "Chair"), "CĐCS Trung tâm Pháp y"),
        At = Vn.At("26/12/2019 08:00:00"),
        Next = Vn.At("30/12/2019 08:00:00"),
        Path = "/",
        Groups =
        [
            Late(2) with
            {
                Own = true, Of = 2, Units = 2, Deadline = Deadline("26/12/2019", "31/12/2019", "trước ngày 01/01/2020"),
                Rows =
                [
                    new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Pháp y", LastDay = Vn.Day("31/12/2019") },
                    new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Giám định", LastDay = Vn.Day("31/12/2019"), Opened = Vn.Day("20/12/2019") },
                ],
            },
        ],
    };

    /// <summary>What the vice-chair gets when the officer has not reviewed; nobody says that the units were late.</summary>
    private static DigestData Reviews() => Digest() with
    {
        Groups =
        [
            Late(2) with
            {
                Review = true, Units = 2, Of = 34, Accepted = 20, Submitted = 2, Open = 12, Deadline = Deadline("08/01/2020", "31/12/2019", null),
                Rows =
                [
                    new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Pháp y", LastDay = Vn.Day("31/12/2019"), DaysLate = 8, Opened = Vn.Day("17/12/2019"), Submitted = Vn.Day("24/12/2019") },
                    new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Giám định", LastDay = Vn.Day("03/01/2020"), DaysLate = 5, Submitted = Vn.Day("27/12/2019") },
                ],
            },
        ],
    };

    /// <summary>The officer's own reviews, and a unit that was asked to hand in again.</summary>
    private static DigestData Again() => Digest() with
    {
        To = new(new("Chuyên viên", "Officer"), "Công đoàn ngành Y tế"),
        Next = null,
        Groups =
        [
            Reviews().Groups[0] with { Own = true },
            Late(1) with
            {
                Returned = true, Units = 1, Of = 34, Accepted = 20, Submitted = 2, Open = 12,
                Deadline = Deadline("08/01/2020", "03/01/2020", null) with { Origin = DeadlineOrigin.Return },
                Rows = [new DigestRow { TaskId = Task, Unit = "CĐCS Bệnh viện Nhi tỉnh", LastDay = Vn.Day("03/01/2020"), DaysLate = 5, Opened = Vn.Day("17/12/2019"), Returned = Vn.Day("27/12/2019"), Mails = 3 }],
            },
        ],
    };

    /// <summary>Mails to units came back about work that has no date: returned, and never handed in.</summary>
    private static DigestData Undated() => Again() with
    {
        Groups =
        [
            Again().Groups[1] with
            {
                Deadline = null,
                Rows = [new DigestRow { TaskId = Task, Unit = "CĐCS Bệnh viện Nhi tỉnh", Opened = Vn.Day("17/12/2019"), Returned = Vn.Day("27/12/2019"), Mails = 1, Bounced = Vn.Day("27/12/2019") }],
            },
            Late(1) with { Units = 1, Deadline = null, Rows = [new DigestRow { TaskId = Task, Unit = "CĐCS Trung tâm Pháp y", Mails = 1, Bounced = Vn.Day("30/12/2019") }] },
        ],
    };

    private static ReturnedData Returned() => new()
    {
        Plan = Plan,
        To = new(new("Chủ tịch Công đoàn cơ sở", "Chair of the grassroots union"), "CĐCS Bệnh viện đa khoa tỉnh"),
        TaskId = Task,
        TaskTitle = Title,
        Unit = "CĐCS Bệnh viện đa khoa tỉnh",
        Reason = "Chương trình thiếu mục 7 \"Thông qua danh sách đại biểu\".\nĐề nghị bổ sung & nộp lại.",
        SubmittedAt = Vn.At("27/12/2019 15:20:00"),
        OnTime = true,
        Due = Vn.At("04/01/2020 00:00:00"),
        Deadline = Deadline("30/12/2019", "03/01/2020", null),
    };

    private static MailDeadline Deadline(string todayText, string lastText, string? quote)
    {
        var (today, last, calendar) = (Vn.Day(todayText), Vn.Day(lastText), Vn.Calendar);
        var deadline = WorkflowEngine.Deadlines.Deadline.Through(last, calendar);
        var left = today < last ? calendar.WorkingDaysBetween(today, last) : 0;
        return new MailDeadline
        {
            Quote = quote,
            LastDay = last,
            LastWorkingDay = deadline.LastWorkingDay!.Value,
            Today = today,
            WorkingDaysLeft = left,
            DaysLeft = left is > 0 and <= 9 ? [.. Enumerable.Range(1, last.DayNumber - today.DayNumber).Select(today.AddDays).Where(calendar.IsWorkingDay)] : [],
            DaysLate = Math.Max(0, today.DayNumber - last.DayNumber),
            WorkingDaysLate = today > last ? calendar.WorkingDaysBetween(last, today) : 0,
            Strip = [.. DayStrip.Cells(deadline, today, calendar).Select(c => new StripDay(c.Day, c.IsOff))],
        };
    }
}
