using Unions;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowHost.Inbox;

namespace Workflows.Tests.Inbox;

/// <summary>The unit's part of plan 23, as its chair finds it under "Việc sắp tới".</summary>
public sealed class UpcomingTests
{
    private static readonly Workflow Unit = new DefinitionReader(new ActivityCatalog(typeof(Activity).Assembly, typeof(ShippedFiles).Assembly))
        .Read(ShippedFiles.Definitions["hoi-nghi-dien-hinh-tien-tien-co-so"]).Workflow;

    private static readonly HashSet<string> Chair = ["Chair"];

    [Fact]
    public void What_comes_says_why_it_is_not_open_yet()
    {
        var upcoming = Upcoming.In(Unit, Instance(["keHoach"], [], ["choPhanBo"]), Chair).ToDictionary(t => t.Activity);

        upcoming.Keys.ShouldBe(["hoiNghi", "xinTang", "danhSach", "baoCao"], ignoreOrder: true);
        upcoming["hoiNghi"].After.ShouldHaveSingleItem().Vi.ShouldBe("Nộp kế hoạch tổ chức hội nghị của đơn vị");
        upcoming["hoiNghi"].WaitsFor.ShouldBeEmpty();
        upcoming["danhSach"].WaitsFor.ShouldBe(["Chờ thông báo phân bổ đại biểu"]);
        upcoming["baoCao"].After.ShouldHaveSingleItem().Vi.ShouldBe("Tổ chức hội nghị và nộp biên bản");
    }

    [Fact]
    public void A_decision_of_the_superior_is_not_the_units_task() =>
        Upcoming.In(Unit, Instance([], [], []), Chair).Select(t => t.Activity).ShouldNotContain("quyetDinhTang");

    [Fact]
    public void A_role_that_may_do_nothing_has_nothing_to_come() =>
        Upcoming.In(Unit, Instance([], [], []), new HashSet<string> { "Clerk" }).ShouldBeEmpty();

    [Fact]
    public void What_has_happened_is_no_reason_any_more()
    {
        var list = Upcoming.In(Unit, Instance(["keHoach", "hoiNghi"], ["keHoach", "hoiNghi"], []), Chair).Single(t => t.Activity == "danhSach");
        list.After.ShouldBeEmpty();
        list.WaitsFor.ShouldBeEmpty();
    }

    [Fact]
    public void Its_date_is_that_of_the_campaign()
    {
        var conference = Upcoming.In(Unit, Instance([], [], []), Chair).Single(t => t.Activity == "hoiNghi");
        var times = TaskTimes.Of(conference, new ReferenceData("", new Dictionary<string, WorkingCalendar>(), new Dictionary<string, Ladder>(), new Dictionary<string, int>()));
        times.Deadline.LastDay.ShouldBe(new DateOnly(2020, 3, 14));
        times.OneLine().Replace('\u00a0', ' ').ShouldBe("Hạn: trước ngày 15/03/2020 — ngày cuối cùng còn đúng hạn: Thứ Bảy 14/03/2020, ngày làm việc cuối cùng: Thứ Sáu 13/03/2020.");
    }

    private static UpcomingInstance Instance(string[] reached, string[] over, string[] waiting) => new(
        "v", 1, "CĐCS", "CĐ ngành", "vn-public", new PlanName(null, "23/KH-CĐYT", null, null, "Công đoàn ngành"), 2019, reached, over, waiting);
}
