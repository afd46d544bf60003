using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

public sealed class DeadlineStatusTests
{
    [Theory]
    [InlineData("31/12/2019 23:59:59", "Đúng hạn", "On time", 0)]
    [InlineData("01/01/2020 00:00:00", "Quá hạn 1 ngày", "1 day overdue", 0)]
    [InlineData("09/01/2020 10:00:00", "Quá hạn 9 ngày", "9 days overdue", 5)]
    public void A_submission_is_judged_by_its_instant(string submitted, string vi, string en, int workingDaysLate)
    {
        var status = DeadlineStatus.Of(Resolve("before 01-01(+1)"), At("10/01/2020 08:00:00"), At(submitted), Calendar);
        status.Words.ShouldBe(new Bilingual(vi, en));
        status.WorkingDaysLate.ShouldBe(workingDaysLate);
    }

    [Theory]
    [InlineData("before 01-01(+1)", "26/12/2019 08:15:00", "Còn 3 ngày làm việc", DeadlineStatusKind.DaysLeft, 3)]
    [InlineData("by 15-01(+1)", "06/01/2020 08:15:00", "Còn 7 ngày làm việc", DeadlineStatusKind.DaysLeft, 7)]
    [InlineData("before 01-01(+1)", "31/12/2019 08:15:00", "Hạn hôm nay, đến 24:00", DeadlineStatusKind.DaysLeft, 0)]
    [InlineData("before 15-03(+1)", "13/03/2020 08:15:00", "Hạn Thứ Bảy 14/03", DeadlineStatusKind.DaysLeft, 0)]
    [InlineData("before 01-01(+1)", "08/01/2020 08:15:00", "Quá hạn 8 ngày", DeadlineStatusKind.Overdue, 8)]
    [InlineData("none", "08/01/2020 08:15:00", "Không có hạn", DeadlineStatusKind.NoDeadline, 0)]
    [InlineData("after x before 25-05(+1)", "08/01/2020 08:15:00", "Chờ Hội nghị ngành Y tế", DeadlineStatusKind.Waiting, 0)]
    [InlineData("window Q2(+1)", "08/01/2020 08:15:00", "Chờ đến 01/04/2020", DeadlineStatusKind.Waiting, 0)]
    [InlineData("soft by 31-12", "08/01/2020 08:15:00", "Qua mốc 8 ngày, không tính quá hạn", DeadlineStatusKind.SoftPassed, 8)]
    public void An_open_task_says_where_it_stands(string syntax, string now, string words, DeadlineStatusKind kind, int days)
    {
        var deadline = Resolve(syntax);
        var status = DeadlineStatus.Of(deadline, At(now), null, Calendar, deadline.WaitsFor is null ? null : new("Hội nghị ngành Y tế", "the conference"));
        (status.Words.Vi, status.Kind, status.Days).ShouldBe((words, kind, days));
    }

    [Fact]
    public void Eight_days_overdue_are_five_working_days_with_today() =>
        DeadlineStatus.Of(Resolve("before 01-01(+1)"), At("08/01/2020 08:15:00"), null, Calendar).WorkingDaysLate.ShouldBe(5);

    [Fact]
    public void The_strip_runs_from_today_to_the_day_after_the_limit()
    {
        var cells = DayStrip.Cells(Resolve("before 01-01(+1)"), Day("26/12/2019"), Calendar);
        cells.Select(cell => $"{cell.Weekday.Vi} {cell.Day:dd}{(cell.IsToday ? " nay" : "")}{(cell.IsOff ? " nghỉ" : "")}{(cell.IsLast ? " hạn" : "")}{(cell.AfterLimit ? " sau" : "")}")
            .ShouldBe(["T5 26 nay", "T6 27", "T7 28 nghỉ", "CN 29 nghỉ", "T2 30", "T3 31 hạn", "T4 01 nghỉ sau"]);
        cells[^1].Name!.Vi.ShouldBe("Tết Dương lịch");
        cells[0].Weekday.En.ShouldBe("Thu");
    }

    [Fact]
    public void The_strip_has_at_most_nine_cells()
    {
        DayStrip.Cells(Resolve("before 01-01(+1)"), Day("24/12/2019"), Calendar).Count.ShouldBe(9);
        DayStrip.Cells(Resolve("before 01-01(+1)"), Day("23/12/2019"), Calendar).ShouldBeEmpty();
        DayStrip.Cells(Resolve("none"), Day("23/12/2019"), Calendar).ShouldBeEmpty();
        var overdue = DayStrip.Cells(Resolve("before 01-01(+1)"), Day("08/01/2020"), Calendar);
        overdue.Count.ShouldBe(9);
        overdue[0].IsLast.ShouldBeTrue();
        overdue[^1].ShouldSatisfyAllConditions(cell => cell.IsToday.ShouldBeTrue(), cell => cell.AfterLimit.ShouldBeTrue());
    }
}
