using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

/// <summary>Pages about dates: words that are read, calendars, extensions for many, the clock of a task, a date for one's calendar.</summary>
public sealed class DatePagesTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    private const string Seeds = "Kế hoạch gửi trước ngày 25/5/2020; báo cáo chậm nhất vào ngày 15/12/2017; quán triệt trong quý IV năm 2014; hội nghị vào quý II năm 2015.";

    [Fact]
    public async Task Words_of_plans_are_read_with_their_arithmetic_for_a_person_to_confirm()
    {
        using var program = await demo.ProgramAsync("chuyenvien.cdyt");
        var answer = await program.PostAsJsonAsync("/api/deadlines/read", new { text = Seeds });
        var read = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
        read.Select(r => (r!["expression"]!.ToString(), r["lastDay"]!.ToString(), r["notBefore"]?.ToString())).ShouldBe([
            ("before 25-05(2020) \"trước ngày 25/5/2020\"", "2020-05-24", null), ("by 15-12(2017) \"chậm nhất vào ngày 15/12/2017\"", "2017-12-15", null),
            ("in Q4(2014) \"trong quý IV năm 2014\"", "2014-12-31", null), ("window Q2(2015) \"vào quý II năm 2015\"", "2015-06-30", "2015-03-31T17:00:00+00:00")]);
        (read[0]!["due"]!.ToString(), read[0]!["lastWorkingDay"]!.ToString()).ShouldBe(("2020-05-24T17:00:00+00:00", "2020-05-22"));
        foreach (var wrong in new object[] { new { text = "trước Tết" }, new { text = "" }, new { text = Seeds, campaignYear = 1 }, new { text = Seeds, calendar = "nowhere" } })
            (await program.PostAsJsonAsync("/api/deadlines/read", wrong)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        using var browser = await demo.BrowserAsync("chuyenvien.cdyt");
        var form = await browser.GetStringAsync(At("/deadlines/read"));
        var page = DemoInJanuary.Words(await ReadAsync(browser, form, Seeds, HttpStatusCode.OK));
        page.ShouldContain("Đọc được 4 thời hạn");
        page.ShouldContain("“Trước ngày 25/05/2020” không gồm ngày 25/05/2020: từ 00:00 ngày đó là quá hạn.");
        page.ShouldContain("Ngày làm việc cuối cùng: Thứ Sáu 22/05/2020.");
        page.ShouldContain("before 25-05(+1) \"trước ngày 25/5/2020\"");
        using var english = await demo.BrowserAsync("chuyenvien.cdyt", "en");
        DemoInJanuary.Words(await ReadAsync(english, await english.GetStringAsync(At("/deadlines/read")), Seeds, HttpStatusCode.OK)).ShouldContain("4 deadlines found");
        await ReadAsync(browser, form, "hôm nay", HttpStatusCode.UnprocessableEntity);

        // As long as the box takes, in letters that an address would write with nine characters each.
        form.ShouldContain("maxlength=\"4000\"");
        await ReadAsync(browser, form, string.Concat(Enumerable.Repeat("Báo cáo gửi về Công đoàn ngành trước ngày 03/01/2020. ", 75))[..4000], HttpStatusCode.OK);
    }

    private static async Task<string> ReadAsync(HttpClient browser, string page, string text, HttpStatusCode status)
    {
        using var form = DemoInJanuary.Form(page, ("Text", text), ("Year", "2019"));
        using var answer = await browser.PostAsync(At("/deadlines/read"), form);
        answer.StatusCode.ShouldBe(status);
        return await answer.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task A_notice_is_entered_by_hand_shown_with_what_it_moves_and_only_then_applied()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        DemoInJanuary.Words(await officer.GetStringAsync(At("/calendars"))).ShouldContain("Thứ Hai đến Thứ Sáu");
        var seen = await officer.GetStringAsync(At("/calendars/vn-public?year=2027"));
        DemoInJanuary.Words(seen).ShouldContain("Năm 2027 chưa có lịch nghỉ chính thức");
        DemoInJanuary.Words(seen).ShouldContain("Thứ Bảy 06/02/2027: nghỉ, Tết Nguyên đán");
        seen.ShouldNotContain("name=\"Days\"");
        (await officer.GetAsync(At("/calendars/nowhere"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var form = DemoInJanuary.Form(await officer.GetStringAsync(At("/absences")), ("Base", "1"), ("Days", "13/01/2020 nghỉ Tết Dương lịch")))
            (await officer.PostAsync(At("/calendars/vn-public?year=2020"), form)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var admin = await demo.BrowserAsync("quantri");
        var page = await admin.GetStringAsync(At("/calendars/vn-public?year=2020"));
        var days = WebUtility.HtmlDecode(Regex.Match(page, "name=\"Days\"[^>]*>\\s*([^<]*)</textarea>").Groups[1].Value);
        days.ShouldContain("23/01/2020-29/01/2020 nghỉ Tết Nguyên đán / Lunar New Year");
        var week = Enumerable.Range(1, 5).Select(d => ("Week", $"{d}"));
        using (var wrong = DemoInJanuary.Form(page, [("Base", "1"), ("Days", "30/02/2020 nghỉ X / Y\n13/01/2020 nghỉ Ngày riêng"), .. week]))
        {
            var refused = await admin.PostAsync(At("/calendars/vn-public?year=2020"), wrong);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Dòng 1: không đọc được “30/02/2020 nghỉ X / Y”");
        }

        // Wed 15/01 becomes a day off: the weekly report of the vice-chair is one of those that move.
        using var look = DemoInJanuary.Form(page, [("Base", "1"), ("Source", "7/TB-LĐTBXH"), ("Days", days + "\n15/01/2020 nghỉ Ngày riêng / Own day"), .. week]);
        var shown = await (await admin.PostAsync(At("/calendars/vn-public?year=2020"), look)).Content.ReadAsStringAsync();
        DemoInJanuary.Words(shown).ShouldContain("1 ngày đổi");
        DemoInJanuary.Words(shown).ShouldContain("Thứ Tư 15/01/2020 thành ngày nghỉ. Ngày riêng");
        DemoInJanuary.Words(shown).ShouldMatch("[1-9][0-9]* thư nhắc dời ngày");
        DemoInJanuary.Words(shown).ShouldMatch("”, [^”:]*[0-9]+ ngày làm việc (trước|sau) hạn: từ [0-9:]+");
        (await ProgramVersionAsync()).ShouldBe(1, "a preview writes nothing");
        var token = Regex.Match(shown, "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var apply = DemoInJanuary.Form(shown, [("token", token), ("Base", "1"), ("Source", "7/TB-LĐTBXH"), ("Days", days + "\n15/01/2020 nghỉ Ngày riêng / Own day"), .. week]);
        var applied = await admin.PostAsync(At("/calendars/vn-public?year=2020"), apply);
        applied.StatusCode.ShouldBe(HttpStatusCode.Redirect, await applied.Content.ReadAsStringAsync());
        (await ProgramVersionAsync()).ShouldBe(2);
        DemoInJanuary.Words(await admin.GetStringAsync(applied.Headers.Location!)).ShouldContain("lịch ở bản 2");

        // An employer's own: Saturdays worked.
        page = await admin.GetStringAsync(At("/calendars/new?id=may-det&year=2020"));
        using var own = DemoInJanuary.Form(page, [("Base", "2"), ("Days", days), .. week, ("Week", "6")]);
        shown = await (await admin.PostAsync(At("/calendars/new?id=may-det&year=2020"), own)).Content.ReadAsStringAsync();
        token = Regex.Match(shown, "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
        token.ShouldNotBeEmpty(DemoInJanuary.Words(shown));
        using var make = DemoInJanuary.Form(shown, [("token", token), ("Base", "2"), ("Days", days), .. week, ("Week", "6")]);
        (await admin.PostAsync(At("/calendars/new?id=may-det&year=2020"), make)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        DemoInJanuary.Words(await admin.GetStringAsync(At("/calendars"))).ShouldContain("Thứ Hai đến Thứ Bảy");
    }

    [Fact]
    public async Task An_extension_for_all_units_is_read_from_the_notices_words_and_a_clock_stands_still_and_goes_on()
    {
        using var chair = await demo.BrowserAsync("chutich.cdyt");
        var task = (await demo.TaskAsync("chutich.cdyt", "keHoach", "CDCS-TTYTHE"))["id"]!.ToString();
        var page = await chair.GetStringAsync(At($"/tasks/{task}/extend"));
        using var look = DemoInJanuary.Form(page, ("operationId", "all"), ("lastDay", "trước ngày 20/01/2020"), ("reason", "Thông báo cho lùi hạn."), ("document", "03/TB-CĐYT"), ("scope", "all"));
        var shown = await (await chair.PostAsync(At($"/tasks/{task}/extend"), look)).Content.ReadAsStringAsync();
        var words = DemoInJanuary.Words(shown);
        words.ShouldContain("Câu “trước ngày 20/01/2020” được đọc như sau");
        words.ShouldContain("Gia hạn cho 32 đơn vị. 2 đơn vị đã xong giữ nguyên. Ngày cuối cùng: Chủ nhật 19/01/2020. Ngày làm việc cuối cùng: Thứ Sáu 17/01/2020");
        using var none = DemoInJanuary.Form(page, ("operationId", "none"), ("lastDay", "19/01/2020"), ("reason", "x"), ("scope", "chosen"), ("units", "CDCS-NOBODY"));
        (await chair.PostAsync(At($"/tasks/{task}/extend"), none)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var some = DemoInJanuary.Form(page, ("operationId", "some"), ("lastDay", "17/01/2020"), ("reason", "Hai đơn vị xin thêm."), ("scope", "chosen"), ("units", "CDCS-TTYTHE"), ("units", "CDCS-TTYTHB"), ("do", "confirm"));
        (await chair.PostAsync(At($"/tasks/{task}/extend"), some)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await DuesAsync()).ShouldBe(("2020-01-17T17:00:00+00:00", 2));
        using var confirm = DemoInJanuary.Form(page, ("operationId", "all"), ("lastDay", "trước ngày 20/01/2020"), ("reason", "Thông báo cho lùi hạn."), ("document", "03/TB-CĐYT"), ("scope", "all"), ("do", "confirm"));
        (await chair.PostAsync(At($"/tasks/{task}/extend"), confirm)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await DuesAsync()).ShouldBe(("2020-01-19T17:00:00+00:00", 32));

        DemoInJanuary.Words(await chair.GetStringAsync(At($"/tasks/{task}"))).ShouldContain("Đã gia hạn theo 03/TB-CĐYT: ngày cuối cùng còn đúng hạn là Chủ nhật, 19/01/2020");

        page = await chair.GetStringAsync(At($"/tasks/{task}/clock"));
        DemoInJanuary.Words(page).ShouldContain("Lần gia hạn đến hết 19/01/2020 (03/TB-CĐYT) đang có hiệu lực. Rút lại thì hạn trở về hết 17/01/2020");
        foreach (var (step, said) in new[] { ("pause", "Thời hạn tạm dừng từ 08/01/2020"), ("resume", "cho thời hạn chạy tiếp. Lý do: Vì lũ."), ("undo", "đưa hạn về 17/01/2020") })
        {
            using var empty = DemoInJanuary.Form(page, ("do", step), ("reason", " "));
            (await chair.PostAsync(At($"/tasks/{task}/clock"), empty)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            using var form = DemoInJanuary.Form(page, ("do", step), ("reason", "Vì lũ."));
            (await chair.PostAsync(At($"/tasks/{task}/clock"), form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
            DemoInJanuary.Words(await chair.GetStringAsync(At($"/tasks/{task}"))).ShouldContain(said);
        }

        using var unit = await demo.BrowserAsync("chutich.ttythe");
        var calendar = await unit.GetAsync(At($"/tasks/{task}?handler=Calendar"));
        calendar.Content.Headers.ContentType!.MediaType.ShouldBe("text/calendar");
        var ics = await calendar.Content.ReadAsStringAsync();
        ics.ShouldContain("DTSTART;VALUE=DATE:20200117\r\n");
        ics.ShouldContain("SEQUENCE:4\r\n");
        using var other = await demo.BrowserAsync("chutich.ttythb");
        (await other.GetAsync(At($"/tasks/{task}?handler=Calendar"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetAsync(At($"/tasks/{task}/clock"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await unit.GetAsync(At($"/tasks/{task}/clock"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    /// <summary>The latest date in force of the plans to hand in, and how many have it.</summary>
    private async Task<(string Due, int Count)> DuesAsync()
    {
        using var program = await demo.ProgramAsync("chutich.cdyt");
        var all = (await program.GetFromJsonAsync<JsonNode>("/api/tasks?mine=all&activity=keHoach&limit=200"))!["items"]!.AsArray();
        var dues = all.Select(t => t!["deadline"]!["extendedDue"]?.ToString()).OfType<string>().GroupBy(d => d).MaxBy(g => g.Key, StringComparer.Ordinal)!;
        return (dues.Key, dues.Count());
    }

    private async Task<int> ProgramVersionAsync()
    {
        using var program = await demo.ProgramAsync("quantri");
        return (await program.GetFromJsonAsync<JsonNode>("/api/calendars/vn-public"))!["version"]!.GetValue<int>();
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
