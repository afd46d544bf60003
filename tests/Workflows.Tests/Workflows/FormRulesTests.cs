using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Tasks.Forms;

namespace Workflows.Tests.Workflows;

/// <summary>The limits of plan 23 as its forms keep them; the values are those of domain §7 story 4 and the seed's own numbers.</summary>
public sealed class FormRulesTests
{
    private const string Plan = """{"ngayKeHoach":"2019-12-27","tongSoLaoDong":640,"hinhThuc":"tuyen-duong","quyMo":"dai-bieu","soDaiBieu":180,"ngayDuKien":"2020-03-10","thoiLuong":"nua-ngay","diaDiem":"Hội trường"}""";
    private const string Record = """
        {"ngayHoiNghi":"2020-03-14","thoiLuong":"nua-ngay","quyMo":"dai-bieu","soDienHinh":168,"soKhachMoi":72,
         "chuongTrinh":["khai-mac","bao-cao-tong-ket","tham-luan","bieu-duong","phat-dong","huong-ung","thong-qua-danh-sach","be-mac"]}
        """;

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"soDaiBieu":200}""", "")]
    [InlineData("""{"soDaiBieu":201}""", "hard S2-04-toi-da-200")]
    [InlineData("""{"soDaiBieu":230}""", "hard S2-04-toi-da-200")]
    [InlineData("""{"soDaiBieu":230,"xinTang":true}""", "hard S2-05-ly-do")]
    [InlineData("""{"soDaiBieu":230,"xinTang":true,"lyDoXinTang":"Đơn vị có 640 người."}""", "")]
    [InlineData("""{"soDaiBieu":250,"xinTang":true,"lyDoXinTang":"Đơn vị có 640 người."}""", "")]
    [InlineData("""{"soDaiBieu":251,"xinTang":true,"lyDoXinTang":"Đơn vị có 640 người."}""", "hard S2-05-toi-da-250")]
    [InlineData("""{"soDaiBieu":251}""", "hard S2-05-toi-da-250")]
    [InlineData("""{"soDaiBieu":200,"xinTang":true,"lyDoXinTang":"Không cần."}""", "hard S2-05-khong-can-xin")]
    [InlineData("""{"soDaiBieu":null}""", "hard S2-04-so-dai-bieu")]
    [InlineData("""{"tongSoLaoDong":150}""", "hard S2-03-toan-the")]
    [InlineData("""{"tongSoLaoDong":150,"quyMo":"toan-the","soDaiBieu":null}""", "")]
    [InlineData("""{"tongSoLaoDong":199}""", "hard S2-03-toan-the")]
    [InlineData("""{"tongSoLaoDong":200}""", "")]
    [InlineData("""{"tongSoLaoDong":200,"quyMo":"toan-the","soDaiBieu":null}""", "")]
    [InlineData("""{"tongSoLaoDong":201,"quyMo":"toan-the","soDaiBieu":null}""", "hard S2-03-dai-bieu")]
    [InlineData("""{"ngayDuKien":"2020-03-14"}""", "")]
    [InlineData("""{"ngayDuKien":"2020-03-15"}""", "hard S2-02-ngay-hoi-nghi")]
    [InlineData("""{"thoiLuong":"mot-ngay"}""", "hard S2-02-nua-ngay")]
    public void The_unit_s_own_plan(string change, string fired) => Fired("ke-hoach-hoi-nghi-co-so", Plan, change, "{}", "2019-12-27").ShouldBe(fired);

    [Theory]
    [InlineData("{}", """{"soDaiBieuDuocDuyet":240}""", "")]
    [InlineData("{}", "{}", "hard S2-05-so-dai-bieu")]
    [InlineData("""{"soDienHinh":169}""", """{"soDaiBieuDuocDuyet":240}""", "hard S2-05-so-dai-bieu")]
    [InlineData("""{"soDienHinh":150,"soKhachMoi":90}""", """{"soDaiBieuDuocDuyet":240}""", "soft S2-06-ty-le")]
    [InlineData("""{"soDienHinh":176,"soKhachMoi":75}""", """{"soDaiBieuDuocDuyet":250}""", "hard S2-05-toi-da-250")]
    [InlineData("""{"soDienHinh":130,"soKhachMoi":70}""", "{}", "")]
    [InlineData("""{"soDienHinh":150,"soKhachMoi":50}""", "{}", "")]
    [InlineData("""{"soDienHinh":129,"soKhachMoi":71}""", "{}", "soft S2-06-ty-le")]
    [InlineData("""{"soDienHinh":300,"soKhachMoi":10,"quyMo":"toan-the"}""", "{}", "")]
    [InlineData("""{"soDoanChuTich":2}""", """{"soDaiBieuDuocDuyet":240}""", "hard S2-12-doan-chu-tich")]
    [InlineData("""{"soDoanChuTich":3}""", """{"soDaiBieuDuocDuyet":240}""", "")]
    [InlineData("""{"soDoanChuTich":7,"coDoanChuTich":true}""", """{"soDaiBieuDuocDuyet":240}""", "")]
    [InlineData("""{"soDoanChuTich":8,"coDoanChuTich":true}""", """{"soDaiBieuDuocDuyet":240}""", "hard S2-12-doan-chu-tich")]
    [InlineData("""{"coDoanChuTich":true}""", """{"soDaiBieuDuocDuyet":240}""", "hard S2-12-doan-chu-tich")]
    [InlineData("""{"chuongTrinh":["khai-mac","be-mac"]}""", """{"soDaiBieuDuocDuyet":240}""", "soft S2-08-chuong-trinh")]
    [InlineData("""{"ngayHoiNghi":"2020-03-15"}""", """{"soDaiBieuDuocDuyet":240}""", "soft S2-02-ngay-hoi-nghi")]
    [InlineData("""{"ngayHoiNghi":"2020-03-17"}""", """{"soDaiBieuDuocDuyet":240}""", "soft S2-02-ngay-hoi-nghi hard ngay-da-to-chuc")]
    [InlineData("""{"thoiLuong":"mot-ngay"}""", """{"soDaiBieuDuocDuyet":240}""", "soft S2-02-nua-ngay")]
    [InlineData("""{"soNu":241}""", """{"soDaiBieuDuocDuyet":240}""", "hard so-nu-so-truc-tiep")]
    public void The_record_of_the_unit_s_conference(string change, string plan, string fired) =>
        Fired("bien-ban-hoi-nghi-co-so", Record, change, plan, "2020-03-16").ShouldBe(fired);

    [Theory]
    [InlineData("quyet-dinh-tang-dai-bieu", """{"soDuocDuyet":240}""", "{}", "")]
    [InlineData("quyet-dinh-tang-dai-bieu", """{"soDuocDuyet":251}""", "{}", "hard S2-05-toi-da-250")]
    [InlineData("quyet-dinh-tang-dai-bieu", """{"soDuocDuyet":200}""", "{}", "hard S2-05-tren-200")]
    [InlineData("so-dai-bieu-nganh", """{"soDaiBieu":250}""", "{}", "")]
    [InlineData("so-dai-bieu-nganh", """{"soDaiBieu":251}""", "{}", "hard S2-17-toi-da-250")]
    [InlineData("phan-bo-dai-bieu", """{"phanBo":[{"donVi":"A","soLuong":1},{"donVi":"A","soLuong":2}]}""", "{}", "hard S2-15-trung-don-vi")]
    [InlineData("phan-bo-dai-bieu", """{"phanBo":[{"donVi":"A","soLuong":200},{"donVi":"B","soLuong":51}]}""", "{}", "hard S2-17-toi-da-250")]
    [InlineData("phan-bo-dai-bieu", """{"phanBo":[{"donVi":"A","soLuong":200},{"donVi":"B","soLuong":50}]}""", "{}", "")]
    [InlineData("danh-sach-gioi-thieu", """{"danhSach":[{"hoTen":"Đại biểu 1","gioiTinh":"nu","loai":"lao-dong-sang-tao"}]}""", """{"phanBo":[{"donVi":"CDCS-BVDKT","soLuong":1}]}""", "")]
    [InlineData("danh-sach-gioi-thieu", """{"danhSach":[{"hoTen":"Đại biểu 1","gioiTinh":"nu","loai":"lao-dong-sang-tao"}]}""", """{"phanBo":[{"donVi":"CDCS-BVNHI","soLuong":1}]}""", "hard S2-14-theo-phan-bo")]
    [InlineData("danh-sach-gioi-thieu", "{}", "{}", "")]
    [InlineData("chon-don-vi-diem", """{"donViDiem":"CDCS-BVDKT","ngayNoiBo":"2020-03-15"}""", "{}", "hard S2-20-lam-truoc")]
    [InlineData("cap-so-ban-hanh", "{}", "{}", "hard cap-so-tu-so-dang-ky")]
    public void The_other_tasks(string form, string data, string plan, string fired) => Fired(form, data, "{}", plan, "2020-03-16").ShouldBe(fired);

    [Theory]
    [InlineData("2020-05-22", "")]
    [InlineData("2020-05-11", "hard S2-18-sau-hoi-nghi")]
    [InlineData("2020-05-23", "hard ngay-gui-tuong-lai")]
    public void The_dossier_has_both_files_and_goes_after_the_conference(string sent, string fired)
    {
        var data = new JsonObject { ["baoCaoTongKet"] = "t1", ["tepDanhSach"] = "t2", ["ngayGui"] = sent };
        const string plan = """{"ngayHoiNghiNganh":"2020-05-12"}""";

        Fired("ho-so-gui-ldld-tinh", data.ToJsonString(), "{}", plan, "2020-05-22").ShouldBe(fired);
        data.Remove("tepDanhSach");
        Check("ho-so-gui-ldld-tinh", data.ToJsonString(), "{}", plan, "2020-05-22").Errors.Keys.ShouldContain("tepDanhSach");
    }

    [Theory]
    [InlineData(12, "")]
    [InlineData(11, "hard S2-19-dung-so-phan-bo")]
    [InlineData(13, "hard S2-19-dung-so-phan-bo")]
    public void The_roster_has_exactly_the_allotted_rows_and_tells_the_share_of_women(int rows, string fired)
    {
        var people = new JsonArray([.. Enumerable.Range(1, rows).Select(i => (JsonNode)new JsonObject { ["hoTen"] = $"Đại biểu {i}", ["gioiTinh"] = i <= 5 ? "nu" : "nam", ["donVi"] = "CĐCS" })]);
        var data = new JsonObject { ["danhSach"] = people }.ToJsonString();
        const string plan = """{"soDaiBieuTinh":12}""";

        Fired("danh-sach-trich-ngang", data, "{}", plan, "2020-05-22").ShouldBe(fired);
        if (rows != 12) return;
        var facts = Check("danh-sach-trich-ngang", data, "{}", plan, "2020-05-22").Facts;
        facts.Select(f => f.Vi).ShouldBe(["LĐLĐ tỉnh phân bổ 12 đại biểu.", "Tỷ lệ nữ trong danh sách: 41,7%."]);
        facts[1].En.ShouldBe("Share of women on the roster: 41.7%.");
    }

    /// <summary>Domain §7.4: 251 is refused for everyone, up to 200 needs no request.</summary>
    [Theory]
    [InlineData(230, "")]
    [InlineData(200, "hard S2-05-tren-200")]
    [InlineData(251, "hard S2-05-toi-da-250")]
    public void A_later_request_asks_for_201_to_250(int asked, string fired) =>
        Fired("xin-tang-dai-bieu", $$"""{"soDaiBieu":{{asked}},"lyDoXinTang":"640 người"}""", "{}", "{}", "2020-02-10").ShouldBe(fired);

    [Fact]
    public void Exactly_200_is_told_to_be_open() => Check("ke-hoach-hoi-nghi-co-so", Plan, """{"tongSoLaoDong":200}""", "{}", "2019-12-27")
        .Facts.ShouldContain(f => f.Vi.Contains("Đúng 200 người", StringComparison.Ordinal));

    private static string Fired(string id, string data, string change, string plan, string today)
    {
        var check = Check(id, data, change, plan, today);
        return string.Join(' ', check.Hard.Concat(check.Soft).OrderBy(r => Array.FindIndex([.. Form(id).Rules], x => x.Id == r.Id)).Select(r => $"{(r.IsHard ? "hard" : "soft")} {r.Id}"));
    }

    private static FormCheck Check(string id, string data, string change, string plan, string today)
    {
        var values = JsonNode.Parse(data)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) values[name] = value?.DeepClone();
        var context = JsonNode.Parse(plan)!.AsObject();
        context["campaignYear"] = 2019;
        var unit = JsonNode.Parse("""{"id":1,"code":"CDCS-BVDKT","name":"CĐCS Bệnh viện đa khoa tỉnh","attributes":{"headcount":640}}""")!.AsObject();
        return FormValidation.Validate(Form(id), values, new FormContext(unit, context, DateOnly.Parse(today, null), FormScript.Evaluate));
    }

    private static Form Form(string id) => new FormReader().Read(ShippedFiles.Forms[id]).Form!;
}
