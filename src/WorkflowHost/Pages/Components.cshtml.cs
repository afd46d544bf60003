using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages;

/// <summary>
/// Every component with sample content, in Development and demo only: the pattern to copy from, and what the browser tests
/// look at. The samples are the words of the design's pictures, in Vietnamese; the components' own words follow the language.
/// </summary>
[AllowAnonymous]
public sealed class ComponentsModel(Texts texts, ShellSettings shell, IHostEnvironment environment) : PageModel
{
    private static readonly DateOnly LastDay = new(2019, 12, 31);

    /// <summary>The bar of a case owner.</summary>
    public static Navigation Bar { get; } = new(
        [
            new("Hộp việc", "/components", 9),
            new("Kế hoạch", "/components/plans"),
            new("Quá hạn", "/components/overdue", 4),
            new("Sổ văn bản", "/components/register"),
            new("Thiết kế quy trình", "/components/designer"),
        ],
        "Chuyên viên theo dõi", "Công đoàn ngành Y tế Thái Bình");

    /// <summary>The test clock.</summary>
    public static DemoClock Clock { get; } = new(At(2019, 12, 26, 8, 15),
        [new("Sang ngày sau", At(2019, 12, 27, 8, 0)), new("Tới 30/12", At(2019, 12, 30, 8, 0), "nhắc lần kế tiếp")]);

    /// <summary>Days off around the turn of the year.</summary>
    public static bool IsDayOff(DateOnly day) =>
        day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || day == new DateOnly(2020, 1, 1);

    /// <summary>Three working days before the limit.</summary>
    public DeadlineSheet Before => Sheet(new DateOnly(2019, 12, 26));

    /// <summary>The last day itself.</summary>
    public DeadlineSheet OnTheDay => Sheet(LastDay);

    /// <summary>Eight days late.</summary>
    public DayStrip After => DayStrip.Around(new DateOnly(2020, 1, 8), LastDay, IsDayOff, texts)! with
    {
        Key = ["02/01: nhắc đơn vị", "06/01: báo chuyên viên, Chánh Văn phòng", "08/01: báo Phó Chủ tịch (hôm nay)"],
    };

    /// <summary>The stages of plan 23.</summary>
    public static Stages PlanStages { get; } = new(
    [
        new("Nộp kế hoạch CĐCS", "đến 31/12/2019", "Đang làm, 30/34 được duyệt", Stages.State.Current),
        new("Đơn vị làm điểm", "hạn nội bộ 15/01", "Đang làm, chưa chọn", Stages.State.Current),
        new("Hội nghị tại cơ sở", "đến 14/03/2020", "0/34", Stages.State.Ahead),
        new("Phân bổ, giới thiệu đại biểu", "chưa có ngày", "Chờ thông báo", Stages.State.Waiting),
        new("Hội nghị ngành", "đến 14/05/2020", "Chưa đến", Stages.State.Ahead),
        new("Hồ sơ gửi LĐLĐ tỉnh", "đến 24/05/2020", "Sau hội nghị ngành", Stages.State.Ahead),
    ]);

    /// <summary>What the plan waits for.</summary>
    public static Waiting PlanWaits { get; } = new(
    [
        new("Đang chờ", "3 CĐCS chưa nộp kế hoạch, quá hạn 8 ngày.", "Không chặn các đơn vị khác: 30 đơn vị đã được duyệt có thể tổ chức hội nghị.", "Xem 3 đơn vị", "#"),
        new("15/01, 08:00", "Gửi Phó Chủ tịch bản tổng hợp tuần, nếu vẫn còn đơn vị chưa nộp."),
        new("02/03, 08:00", "Nhắc lần đầu việc “Tổ chức hội nghị CĐCS” (còn 10 ngày làm việc tới 13/03)."),
        new("Chưa có ngày", "Mở “Danh sách giới thiệu dự hội nghị ngành” ngay khi ban hành thông báo phân bổ đại biểu.", null, "Soạn thông báo", "#"),
    ]);

    /// <summary>What was done.</summary>
    public static History Done { get; } = new(
    [
        new(At(2019, 12, 26, 8, 12), "Chủ tịch CĐCS lưu nháp"),
        new(At(2019, 12, 26, 8, 0), "Hệ thống gửi thư nhắc (còn 3 ngày làm việc)"),
        new(At(2019, 12, 17, 14, 30), "Phó Chủ tịch CĐCS xác nhận đã nhận kế hoạch", "Chủ tịch CĐCS"),
        new(At(2019, 12, 17, 10, 2), "Công đoàn ngành giao việc này cho 34 CĐCS"),
    ]);

    /// <summary>Shown only where nobody works.</summary>
    public IActionResult OnGet()
    {
        if (!shell.Demo && !environment.IsDevelopment())
        {
            return NotFound();
        }
        ModelState.AddModelError("delegates", "230 vượt mức 200. Nhập từ 1 đến 200, hoặc xin ý kiến công đoàn cấp trên (tối đa 250).");
        return Page();
    }

    private DeadlineSheet Sheet(DateOnly today) => new(
        "Kế hoạch ghi “trước ngày\u00a001/01/2020”, nên ngày cuối cùng còn đúng hạn là Thứ\u00a0Ba, 31/12/2019, đến 24:00.",
        "Thứ\u00a0Ba, 31/12/2019",
        [DeadlineSheet.CountDown(today, LastDay, IsDayOff, texts)],
        DayStrip.Around(today, LastDay, IsDayOff, texts));

    private static DateTimeOffset At(int year, int month, int day, int hour, int minute) =>
        new(year, month, day, hour, minute, 0, TimeSpan.FromHours(7));
}
