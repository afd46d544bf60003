using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowHost.Pages.Plans;

namespace Workflows.Tests.Managers;

public sealed class PlanMapTests
{
    private static readonly DefinitionReader Reader = new(new ActivityCatalog([typeof(Activity).Assembly, typeof(Unions.UnionSetup).Assembly]));
    private readonly PlanMap map = PlanMap.Of(
        Reader.Read(Unions.ShippedFiles.Definitions["hoi-nghi-dien-hinh-tien-tien-nganh"]).Workflow,
        [Reader.Read(Unions.ShippedFiles.Definitions["hoi-nghi-dien-hinh-tien-tien-co-so"]).Workflow]);

    [Fact]
    public void Drafting_to_numbering_comes_before_the_issue() =>
        map.Steps.Where(s => s.BeforeIssue).Select(s => s.ActivityId).ShouldBe(["soanThao", "kiemTraNoiDung", "kiemTraTheThuc", "kyBanHanh", "capSo"]);

    [Fact]
    public void A_step_knows_its_event_and_who_brings_it_about()
    {
        map.Find(true, "danhSach")!.WaitsForEvent.ShouldBe("phan-bo-dai-bieu");
        map.EventWords["phan-bo-dai-bieu"].Vi.ShouldBe("Phân bổ đại biểu dự hội nghị ngành");
        map.Find(true, "hoiNghi")!.WaitsForEvent.ShouldBeNull();
    }

    [Fact]
    public void What_only_a_decision_opens_is_conditional()
    {
        map.Find(true, "quyetDinhTang")!.IsConditional.ShouldBeTrue();
        map.Find(true, "hoiNghi")!.IsConditional.ShouldBeFalse();
    }

    [Fact]
    public void The_tasks_that_lead_to_a_step_are_found_through_joins() =>
        map.Find(false, "ghiNhanTiepNhan")!.After.Order().ShouldBe(["danhSachTinh", "guiHoSo"]);
}
