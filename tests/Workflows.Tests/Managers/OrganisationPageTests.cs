using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Managers;

/// <summary>The page of organisation changes where there are far more units than a list holds: each is found, and every operation reaches it.</summary>
public sealed class OrganisationPageTests : IAsyncLifetime
{
    private const int Many = 120_000;
    private readonly DemoInJanuary demo = new();

    public Task InitializeAsync() => demo.InitializeAsync();

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task Each_of_120000_units_is_found_without_marks_and_merged_moved_or_dissolved()
    {
        await RunAsync($"""
            insert into unit (id, code, name, short_name, kind, parent_id, path)
            select 900000 + n, 'NHIEU-' || n, 'Công đoàn Trường Tiểu học Đường số ' || n, 'CĐ TH ' || n, 'grassroots', r.id, r.path || (900000 + n) || '/'
            from unit r, generate_series(1, {Many}) n where r.parent_id is null
            """);
        using var admin = await demo.BrowserAsync("quantri");
        var page = await admin.GetStringAsync(At("/organisation"));
        Checked(page).ShouldBeEmpty();
        page.ShouldNotContain("<select");
        page.Length.ShouldBeLessThan(40_000, "nothing is listed");

        // What the first search finds is chosen, and kept by the second; words without marks, in any order, or a code.
        page = await FindAsync(admin, page, ("Search", "duong so truong 119999"));
        DemoInJanuary.Words(page).ShouldContain("Tìm thấy 1 đơn vị. Công đoàn Trường Tiểu học Đường số 119999 (NHIEU-119999), thuộc ");
        page = await FindAsync(admin, page, ("Units", "NHIEU-119999"), ("Search", "nhieu-60000"));
        Checked(page).ShouldBe(["NHIEU-119999"]);
        page.ShouldContain("action=\"/organisation\"", Case.Sensitive, "what is posted next is no search again");
        Regex.Matches(page, "type=\"checkbox\" name=\"Units\" value=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ShouldBe(["NHIEU-119999", "NHIEU-60000"]);
        page = await FindAsync(admin, page, ("Units", "NHIEU-119999"), ("Units", "NHIEU-60000"), ("SearchTo", "ĐƯỜNG SỐ 777"));
        DemoInJanuary.Words(page).ShouldContain("Có hơn 50 đơn vị; đây là 50 đơn vị đầu.");
        Regex.Count(page, "type=\"radio\" name=\"To\"").ShouldBe(51);
        page = await FindAsync(admin, page, ("Units", "NHIEU-119999"), ("Units", "NHIEU-60000"), ("SearchTo", "nhieu-77777"));
        DemoInJanuary.Words(await FindAsync(admin, page, ("Search", "%_khong co"))).ShouldContain("Không tìm thấy đơn vị nào.");

        (string, string)[] merge = [("Kind", "Merge"), ("Units", "NHIEU-119999"), ("Units", "NHIEU-60000"), ("To", "NHIEU-77777")];
        await ChangeAsync(admin, page, merge);
        (await ReadAsync("select string_agg(u.code || '>' || s.code, ' ' order by u.id) from unit_successor x join unit u on u.id = x.from_unit join unit s on s.id = x.to_unit where u.code like 'NHIEU-%'"))
            .ShouldBe("NHIEU-60000>NHIEU-77777 NHIEU-119999>NHIEU-77777");
        await ChangeAsync(admin, page, ("Kind", "Dissolve"), ("Units", "NHIEU-120000"), ("To", ""));
        await ChangeAsync(admin, page, ("Kind", "Move"), ("Units", "NHIEU-1"), ("To", "NHIEU-99999"));
        (await ReadAsync("select p.code from unit u join unit p on p.id = u.parent_id where u.code = 'NHIEU-1'")).ShouldBe("NHIEU-99999");
        page = await admin.GetStringAsync(At("/organisation"));
        DemoInJanuary.Words(page).ShouldContain("Đường số 120000: giải thể từ");
        DemoInJanuary.Words(page).ShouldContain("Đường số 60000: chuyển Công đoàn Trường Tiểu học Đường số 77777 từ");

        // Whoever manages a part of the tree finds nothing of the rest, and a unit that ended is found no more.
        DemoInJanuary.Words(await FindAsync(admin, page, ("Search", "nhieu-120000"))).ShouldContain("Không tìm thấy đơn vị nào.");
        using var below = await demo.BrowserAsync("quantri.cdyt");
        var listed = await below.GetStringAsync(At("/organisation"));
        listed.ShouldContain("<select");
        listed.ShouldNotContain("NHIEU-");
        (await FindAsync(below, listed, ("Search", "nhieu-5"), ("Units", "NHIEU-5"))).ShouldNotContain("Đường số 5");
    }

    private static async Task<string> FindAsync(HttpClient browser, string page, params (string, string)[] fields)
    {
        using var form = DemoInJanuary.Form(page, fields);
        var answer = await browser.PostAsync(At("/organisation?handler=Find"), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task ChangeAsync(HttpClient browser, string page, params (string, string)[] fields)
    {
        (string, string)[] all = [.. fields, ("Effective", "08/01/2020"), ("Reason", "Sắp xếp lại."), ("Document", "12/QĐ")];
        using var look = DemoInJanuary.Form(page, all);
        var shown = await (await browser.PostAsync(At("/organisation"), look)).Content.ReadAsStringAsync();
        var token = Regex.Match(shown, "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
        token.ShouldNotBeEmpty(DemoInJanuary.Words(shown));
        using var apply = DemoInJanuary.Form(shown, [.. all, ("token", token)]);
        (await browser.PostAsync(At("/organisation"), apply)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    private static string[] Checked(string page) =>
        [.. Regex.Matches(page, "name=\"Units\" value=\"([^\"]+)\" checked").Select(m => m.Groups[1].Value)];

    private async Task RunAsync(string sql)
    {
        await using var connection = await demo.App.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var command = Command(connection, sql);
        (await command.ExecuteNonQueryAsync()).ShouldBe(Many);
    }

    private async Task<string?> ReadAsync(string sql)
    {
        await using var connection = await demo.App.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var command = Command(connection, sql);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
