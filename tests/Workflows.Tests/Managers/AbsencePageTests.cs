using System.Net;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

/// <summary>The page of absences, and what a deputy sees; on a demo of its own, because it changes what others read.</summary>
public sealed class AbsencePageTests : IAsyncLifetime
{
    private readonly DemoInJanuary demo = new();

    public Task InitializeAsync() => demo.InitializeAsync();

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task An_officer_enters_an_absence_the_deputy_decides_in_the_officers_place_and_it_is_ended_early()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        using var deputy = await demo.BrowserAsync("chanhvanphong.cdyt");
        var page = await officer.GetStringAsync(new Uri("/absences", UriKind.Relative));
        var who = Regex.Match(WebUtility.HtmlDecode(page), "<option value=\"([0-9a-f-]{36})\">Chánh Văn phòng, ").Groups[1].Value;
        var plan = Regex.Match(page, "<option value=\"([0-9a-f-]{36})\">23/KH-CĐYT").Groups[1].Value;

        using var more = DemoInJanuary.Form(page, ("do", "add"), ("From", "08/01/2020"), ("Deputies[0].PersonId", who));
        (await (await officer.PostAsync(new Uri("/absences", UriKind.Relative), more)).Content.ReadAsStringAsync()).ShouldContain("Deputies[1].PersonId");
        using var wrong = DemoInJanuary.Form(page, ("From", "08/01/2020"), ("Last", "07/01/2020"), ("Deputies[0].PersonId", who));
        var refused = await officer.PostAsync(new Uri("/absences", UriKind.Relative), wrong);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Ngày cuối phải từ ngày đầu trở đi.");
        var blank = page[page.IndexOf("id=\"new\"", StringComparison.Ordinal)..];
        using var entry = DemoInJanuary.Form(blank, ("From", "08/01/2020"), ("Last", "17/01/2020"), ("Reason", "Nghỉ phép"), ("Deputies[0].PersonId", who),
            ("Deputies[0].Duties", "review"), ("Deputies[0].Duties", "follow-up"), ("Deputies[0].Plan", plan), ("Deputies[0].Written", "true"), ("Deputies[0].Document", "12/GUQ-CĐYT"));
        (await officer.PostAsync(new Uri("/absences", UriKind.Relative), entry)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        page = await officer.GetStringAsync(new Uri("/absences", UriKind.Relative));
        DemoInJanuary.Words(page).ShouldContain("Từ Thứ Tư 08/01/2020 đến hết Thứ Sáu 17/01/2020. Nghỉ phép");
        DemoInJanuary.Words(page).ShouldContain("tiếp nhận, theo dõi; chỉ kế hoạch 23/KH-CĐYT; uỷ quyền bằng văn bản 12/GUQ-CĐYT: thư gửi cả hai người");

        var inbox = await deputy.GetStringAsync(new Uri("/", UriKind.Relative));
        DemoInJanuary.Words(inbox).ShouldContain("Thay mặt Chuyên viên theo dõi, Công đoàn ngành Y tế Thái Bình (đến hết 17/01/2020)");
        var task = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["id"]!.ToString();
        inbox.ShouldContain($"/tasks/{task}");
        var shown = await deputy.GetStringAsync(new Uri($"/tasks/{task}", UriKind.Relative));
        DemoInJanuary.Words(shown).ShouldContain("Bạn đang làm thay Chuyên viên theo dõi, Công đoàn ngành Y tế Thái Bình, đến hết 17/01/2020.");
        using var decision = DemoInJanuary.Form(shown, ("do", "accept"), ("decision", "accept"), ("revision", "2"), ("operationId", "stand-in"));
        var decided = await deputy.PostAsync(new Uri($"/tasks/{task}/decide", UriKind.Relative), decision);
        decided.StatusCode.ShouldBe(HttpStatusCode.Redirect, await decided.Content.ReadAsStringAsync());
        DemoInJanuary.Words(await officer.GetStringAsync(new Uri($"/tasks/{task}", UriKind.Relative))).ShouldContain("Chánh Văn phòng");

        var id = Regex.Match(page, "id=([0-9a-f-]{36})").Groups[1].Value;
        using var end = DemoInJanuary.Form(page);
        (await officer.PostAsync(new Uri($"/absences?handler=End&id={id}", UriKind.Relative), end)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        DemoInJanuary.Words(await deputy.GetStringAsync(new Uri("/", UriKind.Relative))).ShouldNotContain("Thay mặt");
    }
}
