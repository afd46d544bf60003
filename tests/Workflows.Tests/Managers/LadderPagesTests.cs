using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Workflows.Tests.Managers;

/// <summary>Ladders on their pages: read as sentences, changed by a form that shows first what it does, given to a plan; a unit as of a day, paper, mails sent.</summary>
public sealed class LadderPagesTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    [Fact]
    public async Task Everybody_reads_ladders_as_sentences_and_only_the_topmost_administrator_changes_them()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var list = DemoInJanuary.Words(await officer.GetStringAsync(At("/ladders")));
        list.ShouldContain("5 ngày làm việc trước hạn, lúc 08:00: gửi thư nhắc người làm việc này, nếu chưa nộp.");
        list.ShouldContain("Báo Phó Chủ tịch trong bản tổng hợp", Case.Insensitive);
        list.ShouldContain("Lặp lại mỗi tuần đến khi xong việc.");
        list.ShouldContain("1 ngày làm việc sau hạn, lúc 08:00: gửi thư báo quá hạn cho người làm việc này, nếu chưa duyệt.");
        list.ShouldContain("Kế hoạch 23/KH-CĐYT");
        list.ShouldNotContain("Lập thang mới");
        var page = await officer.GetStringAsync(At("/ladders/default"));
        DemoInJanuary.Words(page).ShouldMatch("[1-9][0-9]* việc đang tính hạn|Chưa có việc nào");
        page.ShouldNotContain("name=\"Seen\"");
        using (var english = await demo.BrowserAsync("chuyenvien.cdyt", "en"))
            DemoInJanuary.Words(await english.GetStringAsync(At("/ladders/default"))).ShouldContain("5 working days before the limit, 08:00: a reminder to whoever does it, if not handed in.");
        (await officer.GetAsync(At("/ladders/nothing"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.GetAsync(At("/ladders/new?id=khac"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var form = DemoInJanuary.Form(await officer.GetStringAsync(At("/absences")), ("body", "{\"id\":\"default\",\"rungs\":[]}"));
        (await officer.PostAsync(At("/ladders/default"), form)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_form_shows_what_it_does_before_it_is_applied_and_a_plan_is_given_the_ladder()
    {
        using var admin = await demo.BrowserAsync("quantri");
        var page = await admin.GetStringAsync(At("/ladders/new?id=nhac-it"));
        var fields = Fields(page);
        fields.Single(f => f.Name == "Rungs[0].Amount").Value.ShouldBe("10");
        using (var wrong = DemoInJanuary.Form(page, Set(fields, ("Rungs[0].Amount", "mười"), ("Rungs[1].At", "25:00"), ("Rungs[2].Recipients[0].Role", ""), ("QuietFrom", "17:30"))))
        {
            var refused = await admin.PostAsync(At("/ladders/new?id=nhac-it"), wrong);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var said = DemoInJanuary.Words(await refused.Content.ReadAsStringAsync());
            foreach (var words in new[] { "Bậc 1: cách hạn là một số từ 0 đến 1000.", "Bậc 2: giờ ghi như 08:00.", "Bậc 3: hãy chọn ít nhất một người nhận.", "Giờ yên lặng: ghi cả hai giờ" }) said.ShouldContain(words);
        }

        // Two rungs go, the first moves, the empty one behind all becomes a new rung.
        var last = fields.Max(f => Regex.Match(f.Name, @"^Rungs\[(\d+)\]") is { Success: true } m ? int.Parse(m.Groups[1].Value, null) : 0);
        var changed = Set(fields, ("Rungs[0].Amount", "8"), ("Rungs[1].Remove", "true"), ("Rungs[2].Remove", "true"), ($"Rungs[{last}].Amount", "12"), ($"Rungs[{last}].Unit", "Hours"),
            ($"Rungs[{last}].Side", "after"), ($"Rungs[{last}].Recipients[0].Role", "Chair"), ($"Rungs[{last}].Recipients[0].At", "Owner"), ($"Rungs[{last}].Recipients[0].Superior", "1"), ($"Rungs[{last}].Condition", "NotOpened"));
        string shown;
        using (var look = DemoInJanuary.Form(page, changed)) shown = await (await admin.PostAsync(At("/ladders/new?id=nhac-it"), look)).Content.ReadAsStringAsync();
        DemoInJanuary.Words(shown).ShouldContain("0 việc đang tính hạn theo thang này");
        DemoInJanuary.Words(shown).ShouldContain("12 giờ sau hạn: gửi thư báo quá hạn cho cấp trên trực tiếp của Chủ tịch, nếu chưa ai mở xem.");
        (await LadderAsync("nhac-it")).ShouldBeNull("a preview writes nothing");
        var body = WebUtility.HtmlDecode(Regex.Match(shown, "name=\"body\" value=\"([^\"]+)\"").Groups[1].Value);
        using (var apply = DemoInJanuary.Form(shown, ("Seen", ""), ("body", body)))
            (await admin.PostAsync(At("/ladders/new?id=nhac-it"), apply)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var stored = (await LadderAsync("nhac-it"))!["rungs"]!.AsArray();
        stored.Select(r => r!["id"]!.ToString()).ShouldBe(["T-10", "T-1", "last-day", "overdue+1", "overdue+3", "overdue+5", "overdue+12h"]);
        (stored[0]!["offset"]!.GetValue<int>(), stored[6]!["unit"]!.ToString()).ShouldBe((-8, "hours"));
        using (var again = DemoInJanuary.Form(shown, ("Seen", ""), ("body", body)))
            DemoInJanuary.Words(await (await admin.PostAsync(At("/ladders/nhac-it"), again)).Content.ReadAsStringAsync()).ShouldContain("Người khác vừa sửa thang nhắc việc này.");

        // Who may extend gives it to the plan: all that is open, and what opens later.
        using var chair = await demo.BrowserAsync("chutich.cdyt");
        page = await chair.GetStringAsync(At("/ladders/nhac-it/assign"));
        var choice = Regex.Matches(page, "<option value=\"([^\"]{36})\"").Single().Groups[1].Value;
        using (var empty = DemoInJanuary.Form(page, ("Plan", ""), ("Reason", "x")))
            (await chair.PostAsync(At("/ladders/nhac-it/assign"), empty)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using (var silent = DemoInJanuary.Form(page, ("Plan", choice), ("Reason", " ")))
            DemoInJanuary.Words(await (await chair.PostAsync(At("/ladders/nhac-it/assign"), silent)).Content.ReadAsStringAsync()).ShouldContain("Hãy ghi lý do");
        using (var foreign = DemoInJanuary.Form(page, ("Plan", Guid.NewGuid().ToString()), ("Reason", "x")))
            (await chair.PostAsync(At("/ladders/nhac-it/assign"), foreign)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using (var look = DemoInJanuary.Form(page, ("Plan", choice), ("Reason", "Các đơn vị xin nhắc ít hơn.")))
            DemoInJanuary.Words(await (await chair.PostAsync(At("/ladders/nhac-it/assign"), look)).Content.ReadAsStringAsync()).ShouldMatch("[1-9][0-9]* việc đang mở theo thang này");
        using (var give = DemoInJanuary.Form(page, ("Plan", choice), ("Reason", "Các đơn vị xin nhắc ít hơn."), ("confirm", "true")))
        {
            var given = await chair.PostAsync(At("/ladders/nhac-it/assign"), give);
            given.StatusCode.ShouldBe(HttpStatusCode.Redirect, await given.Content.ReadAsStringAsync());
            DemoInJanuary.Words(await chair.GetStringAsync(given.Headers.Location!)).ShouldContain("các việc mở sau theo thang này");
        }

        DemoInJanuary.Words(await chair.GetStringAsync(At("/ladders/nhac-it"))).ShouldMatch("“Nộp kế hoạch[^”]*”: [1-9][0-9]* việc đang tính hạn");
        DemoInJanuary.Words(await chair.GetStringAsync(At("/ladders/nhac-it"))).ShouldContain("Kế hoạch 23/KH-CĐYT: cả kế hoạch, kể cả việc mở sau");

        // What the plan opens later goes by it too: accepting a unit's plan opens its conference.
        var conferences = await ConferencesAsync(chair);
        var task = await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL");
        using var program = await demo.ProgramAsync("chuyenvien.cdyt");
        (await program.PostAsJsonAsync($"/api/tasks/{task["id"]}/accept", new { revision = task["revision"]!.GetValue<int>(), operationId = "ladder-accept" })).IsSuccessStatusCode.ShouldBeTrue();
        await demo.TaskAsync("chuyenvien.cdyt", "hoiNghi", "CDCS-BVDL");
        (await ConferencesAsync(chair)).ShouldBe(conferences + 1);

        // It is taken back the same way: reason, look, apply; then the definition's ladder counts again, also for what opens later.
        page = await chair.GetStringAsync(At("/ladders/nhac-it"));
        var back = At(WebUtility.HtmlDecode(Regex.Match(page, "href=\"(/ladders/nhac-it/give-back[^\"]*)\"").Groups[1].Value));
        page = await chair.GetStringAsync(back);
        DemoInJanuary.Words(page).ShouldContain("trở lại thang mà quy trình chọn");
        using (var silent = DemoInJanuary.Form(page, ("Plan", choice), ("Activity", ""), ("Reason", " ")))
            DemoInJanuary.Words(await (await chair.PostAsync(back, silent)).Content.ReadAsStringAsync()).ShouldContain("Hãy ghi lý do");
        using (var look = DemoInJanuary.Form(page, ("Plan", choice), ("Activity", ""), ("Reason", "Trở lại như quy trình.")))
        {
            var looked = DemoInJanuary.Words(await (await chair.PostAsync(back, look)).Content.ReadAsStringAsync());
            looked.ShouldMatch("[1-9][0-9]* việc đang mở thôi theo thang này");
            looked.ShouldMatch("Nhắc 8 ngày làm việc trước hạn: [0-9/]+, 08:00 → không gửi");
        }
        using (var give = DemoInJanuary.Form(page, ("Plan", choice), ("Activity", ""), ("Reason", "Trở lại như quy trình."), ("confirm", "true")))
        {
            var taken = await chair.PostAsync(back, give);
            taken.StatusCode.ShouldBe(HttpStatusCode.Redirect, await taken.Content.ReadAsStringAsync());
            DemoInJanuary.Words(await chair.GetStringAsync(taken.Headers.Location!)).ShouldContain("Đã thu lại");
        }
        (await chair.GetAsync(back)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        DemoInJanuary.Words(await chair.GetStringAsync(At("/ladders/nhac-it"))).ShouldNotContain("cả kế hoạch, kể cả việc mở sau");
        using var api = await demo.ProgramAsync("chutich.cdyt");
        (await api.PostAsJsonAsync("/api/ladders/nhac-it/give-back", new { reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var gone = await (await api.PostAsJsonAsync("/api/ladders/nhac-it/give-back?preview=true", new { planId = choice, reason = "x" })).Content.ReadAsStringAsync();
        gone.ShouldContain("không còn theo thang đã giao");

        // A unit's chair may extend nothing of this plan, so there is nothing to choose, and what is posted all the same is refused.
        using var unit = await demo.BrowserAsync("chutich.ttythe");
        page = await unit.GetStringAsync(At("/ladders/nhac-it/assign"));
        DemoInJanuary.Words(page).ShouldContain("Không có kế hoạch nào đang tính hạn mà bạn được gia hạn.");
        using var forced = DemoInJanuary.Form(await unit.GetStringAsync(At("/absences")), ("Plan", choice), ("Reason", "x"), ("confirm", "true"));
        (await unit.PostAsync(At("/ladders/default/assign"), forced)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Who_was_responsible_on_a_day_is_asked_on_a_page()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        DemoInJanuary.Words(await officer.GetStringAsync(At("/organisation/as-of"))).ShouldContain("08/01/2020");
        var page = DemoInJanuary.Words(await officer.GetStringAsync(At("/organisation/as-of?unit=CDCS-TTYTHE&day=17/12/2019")));
        page.ShouldContain("Chịu trách nhiệm các việc Chính đơn vị");
        page.ShouldMatch("Chủ tịch: [^ ]");
        (await officer.GetAsync(At("/organisation/as-of?unit=CDCS-TTYTHE&day=31/02/2020"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await officer.GetAsync(At("/organisation/as-of?unit=NOBODY&day=17/12/2019"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var unit = await demo.BrowserAsync("chutich.ttythe");
        (await unit.GetAsync(At("/organisation/as-of?unit=CDCS-TTYTHB&day=17/12/2019"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "not within reach");

        // Who reaches more units than a list can show types the code.
        using var administrator = await demo.BrowserAsync("quantri");
        (await administrator.GetStringAsync(At("/organisation/as-of"))).ShouldContain("<select class=\"input\" id=\"Unit\"");
        await using var connection = await demo.App.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().OpenConnectionAsync();
        await using var many = new Npgsql.NpgsqlCommand("""
            insert into unit (id, code, name, short_name, kind, parent_id, path)
            select 900000 + n, 'MANY-' || n, 'Đơn vị ' || n, 'Đơn vị ' || n, 'grassroots', r.id, r.path || (900000 + n) || '/' from unit r, generate_series(1, 2001) n where r.parent_id is null
            """, connection);
        (await many.ExecuteNonQueryAsync()).ShouldBe(2001);
        var typed = await administrator.GetStringAsync(At("/organisation/as-of?unit=%20MANY-2001&day=17/12/2019"));
        typed.ShouldNotContain("<select class=\"input\" id=\"Unit\"");
        DemoInJanuary.Words(typed).ShouldContain("Đơn vị 2001, ngày Thứ Ba 17/12/2019");
    }

    [Fact]
    public async Task The_clerk_takes_in_a_units_paper_on_the_tasks_page_and_nobody_else()
    {
        using var clerk = await demo.BrowserAsync("vanthu.cdyt");
        var task = (await demo.TaskAsync("vanthu.cdyt", "keHoach", "CDCS-TTYTDP"))["id"]!.ToString();
        (await clerk.GetStringAsync(At($"/tasks/{task}"))).ShouldContain($"/tasks/{task}?paper=true");
        var page = await clerk.GetStringAsync(At($"/tasks/{task}?paper=true"));
        var filled = Set(Fields(page), ("f.soKyHieu", "09/KH-CĐCS"), ("f.ngayKeHoach", "28/12/2019"), ("f.tongSoLaoDong", "150"), ("f.hinhThuc", "tuyen-duong"), ("f.ngayDuKien", "21/02/2020"),
            ("f.quyMo", "toan-the"), ("f.buoi", "sang"), ("f.thoiLuong", "nua-ngay"), ("f.diaDiem", "Hội trường"), ("do", "submit"));
        (string, string)[] agenda = [.. new[] { "khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac" }.Select(a => ("f.chuongTrinh", a))];
        foreach (var (number, arrived, said) in new[] { ("", "31/12/2019", "Hãy ghi số, ký hiệu văn bản"), ("09/KH-CĐCS", "31/02/2020", "Ngày không đúng"), ("09/KH-CĐCS", "09/01/2020", "(hôm nay)") })
        {
            using var wrong = DemoInJanuary.Form(page, [.. filled.Where(f => f.Name is not ("PaperNumber" or "PaperArrived")), .. agenda, ("PaperNumber", number), ("PaperArrived", arrived)]);
            var refused = await clerk.PostAsync(At($"/tasks/{task}?paper=true"), wrong);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain(said);
        }

        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var other = await officer.GetStringAsync(At($"/tasks/{task}?paper=true"));
        other.ShouldNotContain("PaperNumber");
        using var paper = DemoInJanuary.Form(page, [.. filled.Where(f => f.Name is not ("PaperNumber" or "PaperArrived")), .. agenda, ("PaperNumber", "09/KH-CĐCS"), ("PaperArrived", "31/12/2019")]);
        using (var foreign = DemoInJanuary.Form(await officer.GetStringAsync(At("/absences")), [.. filled, ("PaperNumber", "9"), ("PaperArrived", "31/12/2019")]))
            (await officer.PostAsync(At($"/tasks/{task}?paper=true"), foreign)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var taken = await clerk.PostAsync(At($"/tasks/{task}?paper=true"), paper);
        taken.StatusCode.ShouldBe(HttpStatusCode.Redirect, DemoInJanuary.Words(await taken.Content.ReadAsStringAsync()));
        using var program = await demo.ProgramAsync("chuyenvien.cdyt");
        var now = (await program.GetFromJsonAsync<JsonNode>($"/api/tasks/{task}"))!["task"]!;
        (now["status"]!.ToString(), now["countsAt"]!.ToString()).ShouldBe(("submitted", "2019-12-30T17:00:00+00:00"));
    }

    [Fact]
    public async Task A_digests_link_is_its_readers_own_and_nobody_reads_its_token_among_the_mails_sent()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var list = await officer.GetStringAsync(At("/outbox?status=sent&to=phochutich.cdyt"));
        var id = Regex.Match(list, "/outbox/([0-9a-f-]{36})").Groups[1].Value;
        var mail = WebUtility.HtmlDecode(await officer.GetStringAsync(At($"/outbox/{id}")));
        mail.ShouldContain("/mail/unsubscribe/…");
        mail.ShouldNotMatch("/mail/unsubscribe/[A-Za-z0-9]");
        using var program = await demo.ProgramAsync("chuyenvien.cdyt");
        (await program.GetStringAsync(At($"/api/outbox/{id}"))).ShouldNotMatch("/mail/unsubscribe/[A-Za-z0-9]");
    }

    private static async Task<int> ConferencesAsync(HttpClient browser) =>
        int.Parse(Regex.Match(DemoInJanuary.Words(await browser.GetStringAsync(At("/ladders/nhac-it"))), "“Tổ chức hội nghị[^”]*”: ([0-9]+) việc").Groups[1].Value, null);

    private async Task<JsonNode?> LadderAsync(string id)
    {
        using var program = await demo.ProgramAsync("quantri");
        var answer = await program.GetAsync(At($"/api/ladders/{id}"));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    /// <summary>The fields of the page's form as a browser would post them.</summary>
    private static List<(string Name, string Value)> Fields(string page)
    {
        var fields = new List<(string, string)>();
        foreach (Match input in Regex.Matches(page, "<input[^>]*>"))
        {
            var (name, type, value) = (Attribute(input.Value, "name"), Attribute(input.Value, "type"), Attribute(input.Value, "value"));
            if (name is null || name.StartsWith('_') || (type is "checkbox" or "radio" && !input.Value.Contains(" checked", StringComparison.Ordinal))) continue;
            fields.Add((name, value ?? ""));
        }

        foreach (Match select in Regex.Matches(page, "<select[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", RegexOptions.Singleline))
        {
            var options = Regex.Matches(select.Groups[2].Value, "<option[^>]*>").Select(o => o.Value).ToList();
            fields.Add((select.Groups[1].Value, Attribute(options.Find(o => o.Contains(" selected", StringComparison.Ordinal)) ?? options[0], "value") ?? ""));
        }

        return fields;

        static string? Attribute(string tag, string name) => Regex.Match(tag, $" {name}=\"([^\"]*)\"") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
    }

    private static (string Name, string Value)[] Set(List<(string Name, string Value)> fields, params (string Name, string Value)[] changes) =>
        [.. fields.Where(f => changes.All(c => c.Name != f.Name)), .. changes];

    private static Uri At(string path) => new(path, UriKind.Relative);
}
