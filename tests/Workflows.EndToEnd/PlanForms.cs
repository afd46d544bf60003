using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>What the people of plan 23 write into its forms.</summary>
internal static class PlanForms
{
    /// <summary>Staff of the demo's units that have more than 200, who hold a delegate conference.</summary>
    private static readonly Dictionary<string, int> Large = new()
    {
        ["CDCS-BVDKT"] = 640, ["CDCS-BVNHI"] = 412, ["CDCS-BVPS"] = 368, ["CDCS-BVYHCT"] = 234, ["CDCS-BVLP"] = 212, ["CDCS-BVDKHA"] = 312,
        ["CDCS-BVDKHB"] = 286, ["CDCS-BVDKHC"] = 312, ["CDCS-BVDKHD"] = 244, ["CDCS-BVDKHG"] = 276, ["CDCS-BVDKHH"] = 221, ["CDCS-BVDKHK"] = 305,
        ["CDCS-BVDKHM"] = 203, ["CDCS-BVDKHN"] = 259,
    };

    public static JsonObject Plan(string unit, string signedOn)
    {
        var large = Large.TryGetValue(unit, out var staff);
        return new JsonObject
        {
            ["ngayKeHoach"] = signedOn,
            ["tongSoLaoDong"] = large ? staff : 120,
            ["hinhThuc"] = "tuyen-duong",
            ["quyMo"] = large ? "dai-bieu" : "toan-the",
            ["soDaiBieu"] = large ? 180 : null,
            ["ngayDuKien"] = "2020-03-06",
            ["thoiLuong"] = "nua-ngay",
            ["diaDiem"] = "Hội trường",
            ["chuongTrinh"] = Agenda(),
        };
    }

    /// <summary>More than 200 delegates, which the chair of the sector decides.</summary>
    public static JsonObject LargePlan(string unit, string signedOn)
    {
        var plan = Plan(unit, signedOn);
        (plan["soDaiBieu"], plan["xinTang"], plan["lyDoXinTang"]) = (230, true, "Đơn vị có 640 người.");
        return plan;
    }

    public static JsonObject Record(string unit, string heldOn) => new()
    {
        ["ngayHoiNghi"] = heldOn,
        ["thoiLuong"] = "nua-ngay",
        ["quyMo"] = Large.ContainsKey(unit) ? "dai-bieu" : "toan-the",
        ["soDienHinh"] = 70,
        ["soKhachMoi"] = 30,
        ["chuongTrinh"] = Agenda(),
    };

    public static JsonObject SectorRecord(string heldOn) => new()
    {
        ["ngayHoiNghi"] = heldOn,
        ["thoiLuong"] = "nua-ngay",
        ["soDienHinh"] = 175,
        ["soKhachMoi"] = 75,
        ["chuongTrinh"] = Agenda(),
    };

    public static JsonObject Roster(int delegates) => new()
    {
        ["danhSach"] = People(delegates, n => new JsonObject { ["gioiTinh"] = n % 2 == 1 ? "nu" : "nam", ["loai"] = "lao-dong-sang-tao", ["trucTiep"] = true }),
    };

    public static JsonObject ProvincialRoster(int delegates) => new()
    {
        ["danhSach"] = People(delegates, n => new JsonObject { ["gioiTinh"] = n % 2 == 1 ? "nu" : "nam", ["donVi"] = "CĐCS Bệnh viện đa khoa tỉnh" }),
    };

    private static JsonArray People(int count, Func<int, JsonObject> person) => [.. Enumerable.Range(1, count).Select(n =>
    {
        var one = person(n);
        one["hoTen"] = $"Đại biểu {n}";
        return (JsonNode)one;
    })];

    public static JsonObject Allocation(IEnumerable<string> units, int each) => new()
    {
        ["phanBo"] = new JsonArray([.. units.Select(u => (JsonNode)new JsonObject { ["donVi"] = u, ["soLuong"] = each })]),
    };

    private static JsonArray Agenda() => ["khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac"];
}
