using System.Text;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>Plan 23 by its pages alone: from the signature to the recorded receipt of the dossier, each person at their own window.</summary>
public sealed class Plan_23_in_a_browser_Tests(Browser browser) : IClassFixture<Browser>
{
    private const string Plan = "Nộp kế hoạch tổ chức hội nghị của đơn vị";
    private const string Unit = "CĐCS Bệnh viện đa khoa tỉnh";
    private const string AllItems = "khai-mac,bao-cao-tong-ket,tham-luan,bieu-duong,phat-dong,huong-ung,thong-qua-danh-sach,be-mac";

    [Fact]
    public async Task From_sign_in_to_the_receipt_of_the_dossier()
    {
        await using var guest = await browser.OpenAsync();
        await guest.GoAsync("sign-in");
        await guest.LookAsync("01-sign-in");
        await guest.CloseAsync();

        await SignAsync();
        await IssueAsync();
        await HandInAsync();
        await ReturnAsync();
        await HandInAgainAsync();
        await AcceptAsync();
        await AllocateAsync();
        await ConferenceOfTheUnitAsync();
        await SectorConferenceAsync();
        await DossierAsync();
        await ReceiptAsync();
    }

    private async Task SignAsync()
    {
        await using var chair = await browser.SignInAsync("chutich.cdyt");
        await chair.LookAsync("02-inbox-before-signing");
        await chair.OpenTaskAsync("Ký ban hành kế hoạch");
        await chair.LookAsync("03-task-sign");
        await chair.FillAsync(("outcome", "Ky"));
        (await chair.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        (await chair.TextAsync()).ShouldContain("Xong");
        await chair.CloseAsync();
    }

    private async Task IssueAsync()
    {
        await using var clerk = await browser.SignInAsync("vanthu.cdyt");
        await clerk.OpenTaskAsync("Cấp số, ban hành kế hoạch");
        await clerk.LookAsync("04-task-issue");
        (await clerk.PressAsync("Cấp số, ban hành")).ShouldBe(200);
        await clerk.GoAsync("plans");
        await clerk.LookAsync("05-plans");
        await clerk.FollowAsync(clerk.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Tổ chức Hội nghị") }).First);
        (await clerk.TextAsync()).ShouldContain("23/KH-CĐYT");
        await clerk.LookAsync("06-plan-issued");
        await clerk.CloseAsync();
    }

    private async Task HandInAsync()
    {
        await using var chair = await browser.SignInAsync("chutich.bvdkt", Visit.Phone);
        await chair.LookAsync("07-inbox-unit");
        await chair.OpenTaskAsync(Plan);
        await chair.LookAsync("08-task-unit-plan");
        await chair.FillAsync(("tongSoLaoDong", "640"), ("hinhThuc", "tuyen-duong"), ("quyMo", "dai-bieu"), ("soDaiBieu", "230"));
        (await chair.PressAsync("Nộp về Công đoàn ngành Y tế Thái Bình")).ShouldBe(422);
        await chair.LookAsync("09-task-unit-plan-refused", answersForm: true);
        await chair.FillAsync(
            ("soKyHieu", "05/KH-CĐCS"), ("ngayKeHoach", "17/12/2019"), ("tepKeHoach", File("Ke-hoach-hoi-nghi.pdf")), ("soDaiBieu", "180"), ("ngayDuKien", "06/03/2020"), ("buoi", "sang"),
            ("thoiLuong", "nua-ngay"), ("diaDiem", "Hội trường lớn, Bệnh viện đa khoa tỉnh"), ("chuongTrinh", AllItems.Replace(",thong-qua-danh-sach", "", StringComparison.Ordinal)));
        (await chair.PressAsync("Nộp về Công đoàn ngành Y tế Thái Bình")).ShouldBe(200);
        await chair.LookAsync("10-task-unit-plan-handed-in");
        await chair.CloseAsync();
    }

    private async Task ReturnAsync()
    {
        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.LookAsync("11-inbox-officer");
        await officer.FollowAsync(officer.Page.GetByRole(AriaRole.Link, new() { Name = Unit, Exact = true }).First);
        await officer.LookAsync("12-review");
        await officer.FillAsync(("decision", "return"));
        await officer.Page.FillAsync("#reason", "Chương trình thiếu mục 7 “Thông qua danh sách đại biểu dự hội nghị cấp trên”. Đề nghị bổ sung và nộp lại.");
        await officer.Page.FillAsync("#newDate", "24/12/2019");
        (await officer.PressAsync("Trả lại đơn vị")).ShouldBe(200);
        await officer.LookAsync("13-review-returned");
        await officer.CloseAsync();
    }

    private async Task HandInAgainAsync()
    {
        await using var chair = await browser.SignInAsync("chutich.bvdkt", Visit.Phone);
        await chair.OpenTaskAsync(Plan);
        (await chair.TextAsync()).ShouldContain("Chương trình thiếu mục 7");
        await chair.LookAsync("14-task-unit-plan-returned");
        await chair.FillAsync(("chuongTrinh", AllItems));
        (await chair.PressAsync("Nộp về Công đoàn ngành Y tế Thái Bình")).ShouldBe(200);
        await chair.CloseAsync();
    }

    private async Task AcceptAsync()
    {
        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.FollowAsync(officer.Page.GetByRole(AriaRole.Link, new() { Name = Unit, Exact = true }).First);
        await officer.FillAsync(("decision", "accept"));
        (await officer.PressAsync("Duyệt")).ShouldBe(200);
        await officer.LookAsync("15-task-accepted");
        await officer.CloseAsync();
    }

    private async Task AllocateAsync()
    {
        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.OpenTaskAsync("Chọn đơn vị điểm để chỉ đạo rút kinh nghiệm");
        await officer.LookAsync("66-task-pilot");
        await officer.FillAsync(("donViDiem", "CDCS-BVDKT"));
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        (await officer.TextAsync()).ShouldContain(Unit);

        // A row for each of the 34 units stands ready.
        await officer.OpenTaskAsync("Phân bổ đại biểu dự hội nghị ngành");
        await officer.LookAsync("67-task-allocation");
        (await officer.Page.Locator("select[name$='.donVi']").CountAsync()).ShouldBe(34);
        for (var i = 0; i < 34; i++) await officer.Page.FillAsync($"[name='f.phanBo[{i}].soLuong']", "2");
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await officer.CloseAsync();
    }

    private async Task ConferenceOfTheUnitAsync()
    {
        await using var chair = await browser.SignInAsync("chutich.bvdkt");
        await chair.MoveClockAsync("08/01/2020");
        await chair.LookAsync("16-inbox-unit-january");
        await chair.MoveClockAsync("09/03/2020");
        await chair.OpenTaskAsync("Tổ chức hội nghị và nộp biên bản");
        await chair.LookAsync("17-task-conference");
        await chair.FillAsync(
            ("ngayHoiNghi", "06/03/2020"), ("buoi", "sang"), ("thoiLuong", "nua-ngay"), ("diaDiem", "Hội trường lớn"), ("hinhThuc", "tuyen-duong"), ("quyMo", "dai-bieu"),
            ("soDienHinh", "126"), ("soKhachMoi", "54"), ("soNu", "90"), ("soTrucTiep", "100"), ("chuongTrinh", AllItems), ("tepBienBan", File("Bien-ban.pdf")));
        (await chair.PressAsync("Nộp về Công đoàn ngành Y tế Thái Bình")).ShouldBe(200);
        await chair.CloseAsync();
    }

    private async Task SectorConferenceAsync()
    {
        await using var chair = await browser.SignInAsync("chutich.cdyt");
        await chair.OpenTaskAsync("Quyết định số đại biểu hội nghị ngành");
        await chair.LookAsync("18-task-delegates");
        await chair.FillAsync(("soDaiBieu", "240"));
        (await chair.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await chair.MoveClockAsync("13/05/2020");
        await chair.CloseAsync();

        await using var clerk = await browser.SignInAsync("vanthu.cdyt");
        await clerk.OpenTaskAsync("Vào sổ thông báo phân bổ đại biểu của LĐLĐ tỉnh");
        await clerk.LookAsync("19-task-register-notice");
        await clerk.FillAsync(
            ("ngayDen", "12/05/2020"), ("soKyHieu", "12/TB-LĐLĐ"), ("ngayVanBan", "11/05/2020"), ("trichYeu", "Phân bổ đại biểu dự Hội nghị điển hình tiên tiến tỉnh"), ("soDaiBieu", "2"));
        (await clerk.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await clerk.CloseAsync();

        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.LookAsync("20-inbox-officer-may");
        await officer.OpenTaskAsync("Tổ chức Hội nghị tuyên dương điển hình tiên tiến ngành Y tế");
        await officer.LookAsync("21-task-sector-conference");
        await officer.FillAsync(
            ("ngayHoiNghi", "12/05/2020"), ("buoi", "sang"), ("thoiLuong", "nua-ngay"), ("diaDiem", "Hội trường Sở Y tế"), ("soDienHinh", "168"), ("soKhachMoi", "72"),
            ("chuongTrinh", AllItems), ("tepBienBan", File("Bien-ban-nganh.pdf")));
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await officer.CloseAsync();
    }

    private async Task DossierAsync()
    {
        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.OpenTaskAsync("Lập danh sách trích ngang đại biểu dự hội nghị cấp tỉnh");
        await officer.PressAsync("Thêm dòng");
        await officer.LookAsync("22-task-roster");
        await officer.FillAsync(
            ("danhSach[0].hoTen", "Đại biểu 1"), ("danhSach[0].gioiTinh", "nu"), ("danhSach[0].donVi", "CĐCS Bệnh viện đa khoa tỉnh"),
            ("danhSach[1].hoTen", "Đại biểu 2"), ("danhSach[1].gioiTinh", "nam"), ("danhSach[1].donVi", "CĐCS Bệnh viện Nhi tỉnh"));
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await officer.LookAsync("22-task-roster-done");

        await officer.OpenTaskAsync("Gửi hồ sơ về LĐLĐ tỉnh (qua Ban Chính sách - Pháp luật)");
        await officer.LookAsync("23-task-dossier");
        await officer.FillAsync(
            ("baoCaoTongKet", File("Bao-cao-tong-ket.pdf")), ("tepDanhSach", File("Danh-sach-trich-ngang.pdf")), ("ngayGui", "13/05/2020"), ("cachGui", "dien-tu"));
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await officer.LookAsync("23-task-dossier-sent");
        await officer.CloseAsync();
    }

    private async Task ReceiptAsync()
    {
        await using var officer = await browser.SignInAsync("chuyenvien.cdyt");
        await officer.OpenTaskAsync("Ghi nhận Ban Chính sách - Pháp luật đã nhận hồ sơ");
        await officer.LookAsync("24-task-receipt");
        await officer.FillAsync(("ngayNhan", "13/05/2020"), ("cachXacNhan", "phieu-tiep-nhan"));
        (await officer.PressAsync("Hoàn thành việc này")).ShouldBe(200);
        await officer.FollowAsync(officer.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("23.KH-CĐYT") }).First);
        await officer.LookAsync("25-plan-receipt");
        var page = await officer.TextAsync();
        page.ShouldContain("“Ghi nhận Ban Chính sách - Pháp luật đã nhận hồ sơ”: đã xong.");
        await officer.CloseAsync();
    }

    /// <summary>A small PDF of its own under this name.</summary>
    private static string File(string name)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("workflows-files-").FullName, name);
        System.IO.File.WriteAllText(path, "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", Encoding.ASCII);
        return path;
    }
}
