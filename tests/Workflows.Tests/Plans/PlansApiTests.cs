using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace Workflows.Tests.Plans;

public sealed class PlansApiTests : IAsyncLifetime
{
    private Postgres database = null!;
    private Installation installation = null!;
    private WebApplication app = null!;

    public async Task InitializeAsync()
    {
        database = await Postgres.CreateDemo();
        installation = await Postgres.OpenAsync(database);
        app = await Postgres.ServeAsync(installation);
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await installation.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_issuer_reads_the_draft_and_the_grassroots_do_not_know_of_it()
    {
        using var officer = await SignedInAsync("chuyenvien.cdyt");
        using var chair = await SignedInAsync("chutich.bvdkt");

        var plan = (await officer.GetFromJsonAsync<JsonNode>("/api/plans?campaignYear=2019"))!["items"]!.AsArray().ShouldHaveSingleItem()!;
        var id = plan["id"]!.ToString();
        var detail = (await officer.GetFromJsonAsync<JsonNode>($"/api/plans/{id}"))!;
        detail["recipients"]!.AsArray().Select(r => r!["label"]!.ToString()).ShouldBe(["Thường trực LĐLĐ tỉnh", "Lãnh đạo Sở Y tế", "CĐCS trực thuộc", "Lưu: VP"]);
        detail["signatureBlock"]!.AsArray().Select(l => l!.ToString()).ShouldBe(["TM. BAN THƯỜNG VỤ", "CHỦ TỊCH"]);
        (await officer.GetFromJsonAsync<JsonNode>($"/api/plans/{id}/progress"))!["stages"]!.AsArray().Select(s => s!["activityId"]!.ToString())
            .ShouldBe(["soanThao", "kiemTraNoiDung", "kiemTraTheThuc", "kyBanHanh"]);
        (await chair.GetFromJsonAsync<JsonNode>("/api/plans"))!["items"]!.AsArray().ShouldBeEmpty();
        foreach (var path in (string[])["", "/progress"]) (await chair.GetAsync(new Uri($"/api/plans/{id}{path}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await chair.PostAsJsonAsync($"/api/plans/{id}/issue", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_issue_before_the_signature_is_refused_with_the_reason()
    {
        using var clerk = await SignedInAsync("vanthu.cdyt");
        using var officer = await SignedInAsync("chuyenvien.cdyt");
        var id = (await clerk.GetFromJsonAsync<JsonNode>("/api/plans"))!["items"]![0]!["id"]!.ToString();

        (await officer.PostAsJsonAsync($"/api/plans/{id}/issue", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var refused = await clerk.PostAsJsonAsync($"/api/plans/{id}/issue", new { });

        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["titleVi"]!.ToString().ShouldContain("chưa được ký");
    }

    [Fact]
    public async Task A_new_plan_is_opened_where_the_actor_may_draft()
    {
        using var officer = await SignedInAsync("chuyenvien.cdyt");
        using var chair = await SignedInAsync("chutich.bvdkt");
        var draft = new { unit = "CDYT-TB", definitionId = "hoi-nghi-dien-hinh-tien-tien-nganh", campaignYear = 2020, subject = "Hội nghị năm 2020" };

        (await officer.PostAsJsonAsync("/api/plans", draft)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await chair.PostAsJsonAsync("/api/plans", draft)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await officer.PostAsJsonAsync("/api/plans", new { draft.unit, draft.campaignYear, draft.subject, definitionId = "khong-co" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await officer.PostAsJsonAsync("/api/plans", new { draft.unit, draft.definitionId, draft.campaignYear, draft.subject, docType = "CV" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var nobody = Client();
        (await nobody.PostAsJsonAsync("/api/plans", draft)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_organisation_goes_out_and_in_and_a_wrong_line_is_named()
    {
        using var administrator = await SignedInAsync("quantri");
        using var officer = await SignedInAsync("chuyenvien.cdyt");

        var exported = await administrator.GetStringAsync(new Uri("/api/organisation", UriKind.Relative));
        using var same = new StringContent(exported);
        (await administrator.PostAsync(new Uri("/api/organisation/import", UriKind.Relative), same)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var wrong = new StringContent("{\n\"units\": [\n{\"code\": \"A\", \"name\": \"A\", \"kind\": \"k\", \"parent\": \"không có\"}]}");
        var refused = await administrator.PostAsync(new Uri("/api/organisation/import", UriKind.Relative), wrong);

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["errors"]![0]!["line"]!.GetValue<int>().ShouldBe(3);
        using var other = new StringContent(exported);
        (await officer.PostAsync(new Uri("/api/organisation/import", UriKind.Relative), other)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Every_demo_account_signs_in_with_what_is_listed()
    {
        using var anybody = Client();

        var accounts = (await anybody.GetFromJsonAsync<JsonNode>("/api/demo/accounts"))!.AsArray();

        accounts.Count.ShouldBe(45);
        accounts[0]!.AsObject().Select(p => p.Key).ShouldBe(["userName", "password", "roles", "unit"], ignoreOrder: true);
        (await SignedInAsync(accounts[^1]!["userName"]!.ToString())).Dispose();
    }

    private HttpClient Client() => new() { BaseAddress = new Uri(app.Urls.First()), Timeout = Postgres.Patience };

    private async Task<HttpClient> SignedInAsync(string userName)
    {
        var client = Client();
        var answer = await client.PostAsJsonAsync("/api/sign-in", new { userName, password = DemoAccounts.Password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, userName);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accessToken"]!.ToString());
        return client;
    }
}
