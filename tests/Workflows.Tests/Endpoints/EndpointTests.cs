using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using WorkflowHost.Endpoints;
using Workflows.Tests.Races;

namespace Workflows.Tests.Endpoints;

/// <summary>Requests of other programs at <c>/workflows/…</c>, from the connection to the answer of the run.</summary>
public sealed class EndpointTests(EndpointTests.Site site) : IClassFixture<EndpointTests.Site>
{
    private const string Designer = "thietke";
    private RaceHost Host => site.Host;

    [Fact]
    public async Task The_run_answers_the_request_that_started_it()
    {
        await PublishAsync("mo-nhan", [Endpoint("mo/don/{ma}", "POST"), Answer("JavaScript", "({ ma: getVariable('Tuyen').ma, ten: getVariable('Than').ten, loc: getVariable('Hoi').loc, dau: getVariable('Dau') })", "Created", ("X-Ma", "7"))]);

        using var answer = await Host.SendAsync("POST", "/workflows/mo/DON/Số-12?loc=a&loc=b", Json("""{"ten":"Đoàn"}"""), null, ("X-Nguon", "cong"), ("Cookie", "workflows.session=x"), ("X-Api-Key", "bi-mat"), ("X-Auth", "bi-mat"), ("X-Signature", "bi-mat"));

        var body = await BodyAsync(answer, HttpStatusCode.Created);
        (body["ma"]!.ToString(), body["ten"]!.ToString(), body["loc"]!.ToJsonString()).ShouldBe(("Số-12", "Đoàn", """["a","b"]"""));
        body["dau"]!["X-Nguon"]!.ToString().ShouldBe("cong");
        body["dau"]!.AsObject().Select(h => h.Key).ShouldNotContain("Cookie");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Đoàn");
        body["dau"]!.ToJsonString().ShouldNotContain("bi-mat");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        answer.Headers.GetValues("X-Ma").ShouldBe(["7"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var instance = Guid.Parse(answer.Headers.GetValues("x-elsa-workflow-instance-id").Single());
        (await Host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Finished");
        (await Host.Get<ReplayInstance>().RunAsync(instance))!.Difference.ShouldBeNull("its journal explains its state");
    }

    [Fact]
    public async Task Who_comes_before_the_answer_is_told_202_and_the_wait_takes_the_next_request()
    {
        await PublishAsync("mo-hai-buoc", [Endpoint("mo/hai-buoc", "POST"), Endpoint("mo/hai-buoc/{ma}", "GET", "tiep", starts: false), Answer("Literal", "xong")]);

        using var first = await Host.SendAsync("POST", "/workflows/mo/hai-buoc");
        var instance = (await BodyAsync(first, HttpStatusCode.Accepted))["workflowInstanceId"]!.ToString();
        (await Host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Suspended");
        using var second = await Host.SendAsync("GET", "/workflows/mo/hai-buoc/1/");

        (second.StatusCode, await second.Content.ReadAsStringAsync(), second.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "xong", "text/plain"));
        (await Host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Finished");
        using var third = await Host.SendAsync("GET", "/workflows/mo/hai-buoc/1");
        await BodyAsync(third, HttpStatusCode.NotFound);
        (await Host.Get<ReplayInstance>().RunAsync(Guid.Parse(instance)))!.Difference.ShouldBeNull();
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_told_apart_and_a_retracted_path_is_free()
    {
        await PublishAsync("mo-ranh", [Endpoint("mo/ranh", "POST,PUT"), Answer("Literal", "a")]);
        using var wrong = await Host.SendAsync("GET", "/workflows/mo/ranh");
        await BodyAsync(wrong, HttpStatusCode.MethodNotAllowed);
        wrong.Content.Headers.Allow.ShouldBe(["POST", "PUT"], ignoreOrder: true);
        foreach (var path in (string[])["/workflows/mo/khong-co", "/workflows", "/workflows/mo/ranh/them", "/workflows/mo//ranh", "/workflows/a/b/c/d/e/f/g"])
            using (var unknown = await Host.SendAsync("POST", path)) await BodyAsync(unknown, HttpStatusCode.NotFound);
        using (var odd = await Host.SendAsync("TRACE", "/workflows/mo/ranh")) ((int)odd.StatusCode).ShouldBe(405);

        var taken = await ImportAsync("mo-ranh-2", [Endpoint("Mo/Ranh", "PUT"), Answer("Literal", "b")]);
        taken.Status.ShouldBe(HttpStatusCode.BadRequest, taken.Body!.ToJsonString());
        taken.Body.ToJsonString().ShouldContain("mo-ranh");
        (await Host.PostAsync(Designer, "/elsa/api/workflow-definitions/mo-ranh/retract", new { })).Status.ShouldBe(HttpStatusCode.OK);
        using (var gone = await Host.SendAsync("POST", "/workflows/mo/ranh")) await BodyAsync(gone, HttpStatusCode.NotFound);
        await PublishAsync("mo-ranh-2", [Endpoint("Mo/Ranh", "PUT"), Answer("Literal", "b")]);
        using var moved = await Host.SendAsync("PUT", "/workflows/mo/ranh");
        (await moved.Content.ReadAsStringAsync()).ShouldBe("b");
    }

    [Fact]
    public async Task The_more_exact_path_wins()
    {
        await PublishAsync("mo-chung", [Endpoint("mo/muc/{ma}", "GET"), Answer("Literal", "chung")]);
        await PublishAsync("mo-rieng", [Endpoint("mo/muc/rieng", "GET"), Answer("Literal", "riêng")]);
        foreach (var (path, text) in new[] { ("mo/muc/1", "chung"), ("mo/muc/RIENG", "riêng") })
            using (var answer = await Host.SendAsync("GET", "/workflows/" + path)) (await answer.Content.ReadAsStringAsync()).ShouldBe(text);
    }

    [Fact]
    public async Task Without_the_installations_leave_every_caller_shows_a_token()
    {
        await PublishAsync("dong", [Endpoint("dong", "POST"), Answer("Literal", "a")]);
        await PublishAsync("mo-nhung-hoi", [Endpoint("mo/hoi", "POST", authorize: true), Answer("Literal", "b")]);
        await PublishAsync("theo-quyen", [Endpoint("quyen", "POST", policy: "instance.operate"), Answer("Literal", "c")]);
        await PublishAsync("theo-chuc-vu", [Endpoint("chuc-vu", "POST", policy: "Officer"), Answer("Literal", "d")]);
        var before = await Host.ScalarAsync<long>("select count(*) from instance");
        foreach (var path in (string[])["dong", "mo/hoi", "quyen", "chuc-vu"])
            using (var nobody = await Host.SendAsync("POST", "/workflows/" + path))
            {
                await BodyAsync(nobody, HttpStatusCode.Unauthorized);
                nobody.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            }

        using (var session = await Host.SendAsync("POST", "/workflows/dong", null, null, ("Cookie", await SessionAsync())))
            await BodyAsync(session, HttpStatusCode.Unauthorized);
        using (var forbidden = await Host.SendAsync("POST", "/workflows/quyen", null, "chuyenvien.cdyt")) await BodyAsync(forbidden, HttpStatusCode.Forbidden);
        using (var other = await Host.SendAsync("POST", "/workflows/chuc-vu", null, Designer)) await BodyAsync(other, HttpStatusCode.Forbidden);
        (await Host.ScalarAsync<long>("select count(*) from instance")).ShouldBe(before);
        foreach (var (path, user) in new[] { ("dong", "chuyenvien.cdyt"), ("mo/hoi", Designer), ("quyen", Designer), ("chuc-vu", "chuyenvien.cdyt") })
            using (var known = await Host.SendAsync("POST", "/workflows/" + path, null, user)) known.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        (await Host.ScalarAsync<long>("select count(*) from journal j join instance i on i.id = j.instance_id join person p on p.id = j.actor_id where i.definition_id = 'dong' and p.user_name = 'chuyenvien.cdyt'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("application/json", "{\"a\":", 400)]
    [InlineData("application/json", "{\"a\":1,\"a\":2}", 400)]
    [InlineData("application/json", "{\"a\":\"\\u0000\"}", 400)]
    [InlineData("text/plain", "\0", 400)]
    [InlineData("application/octet-stream", "abc", 415)]
    [InlineData("multipart/form-data; boundary=x", "--x--", 415)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"a.txt\"\r\n\r\nabc\r\n--x--\r\n", 415)]
    [InlineData("application/json", "LONG", 413)]
    [InlineData("application/x-www-form-urlencoded", "ten=%C4%90o%C3%A0n&so=1&so=2", 200)]
    [InlineData("text/plain", "chữ", 200)]
    public async Task A_body_is_bounded_and_read_as_its_type_says(string type, string text, int status)
    {
        await PublishAsync("mo-than", [Endpoint("mo/than", "POST", size: 300), Answer("JavaScript", "({ than: getVariable('Than') })")]);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text == "LONG" ? $"\"{new string('x', 300)}\"" : text));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await Host.SendAsync("POST", "/workflows/mo/than", content);
        var body = await BodyAsync(answer, (HttpStatusCode)status);
        if (status == 200) JsonNode.DeepEquals(body["than"], JsonNode.Parse(type == "text/plain" ? "\"chữ\"" : """{"so":["1","2"],"ten":"Đoàn"}""")).ShouldBeTrue(body.ToJsonString());
    }

    [Fact]
    public async Task A_body_over_the_limit_takes_its_own_way_where_the_endpoint_asks_for_it()
    {
        var endpoint = Endpoint("mo/lon", "POST", size: 10);
        endpoint["exposeRequestTooLargeOutcome"] = true;
        await PublishAsync("mo-lon", [endpoint, Answer("Literal", "quá lớn", "RequestEntityTooLarge")], "Request too large");
        using var answer = await Host.SendAsync("POST", "/workflows/mo/lon", Json("{\"a\":\"0123456789\"}"));
        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "quá lớn"));
    }

    [Theory]
    [InlineData("mot", "Literal", "<b>", "OK", "text/html", null, "content type")]
    [InlineData("hai", "Literal", "a", "Found", "", null, "no status")]
    [InlineData("ba", "Literal", "a", "OK", "", "Set-Cookie", "may not be answered")]
    [InlineData("bon", "JavaScript", "'x'.repeat(110000)", "OK", "", null, "100 kB")]
    [InlineData("nam", "Literal", "a", "OK", "", "X-Accel-Redirect", "may not be answered")]
    public async Task What_would_reach_beyond_the_caller_is_an_incident(string name, string syntax, string content, string status, string type, string? header, string words)
    {
        var answering = Answer(syntax, content, status, header is null ? [] : [(header, "a")]);
        if (type.Length > 0) answering["contentType"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = $"'{type}'" } };
        answering["statusCode"] = new JsonObject { ["typeName"] = "HttpStatusCode", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = $"'{status}'" } };
        await PublishAsync("mo-xau-" + name, [Endpoint("mo/xau/" + name, "GET"), answering]);
        using var answer = await Host.SendAsync("GET", "/workflows/mo/xau/" + name);
        var body = await BodyAsync(answer, HttpStatusCode.InternalServerError);
        body["type"]!.ToString().ShouldBe("instance_faulted");
        (await Host.ScalarAsync<string>($"select message from incident where instance_id = '{body["workflowInstanceId"]}'")).ShouldContain(words);
    }

    [Fact]
    public async Task A_header_cannot_be_split()
    {
        await PublishAsync("mo-dong-dau", [Endpoint("mo/dong-dau", "GET"), Answer("Literal", "a", "OK", ("X-A", "a\r\nSet-Cookie: b=c"))]);
        using var answer = await Host.SendAsync("GET", "/workflows/mo/dong-dau");
        await BodyAsync(answer, HttpStatusCode.InternalServerError);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task Of_several_that_wait_alike_the_caller_names_one()
    {
        await PublishAsync("mo-nhieu", [Endpoint("mo/nhieu", "POST", "cho", starts: false), Answer("Literal", "của bạn")]);
        await Host.PostAsync(Designer, "/elsa/api/workflow-definitions/mo-nhieu/execute", new { correlationId = "mot" });
        var (_, run) = await Host.PostAsync(Designer, "/elsa/api/workflow-definitions/mo-nhieu/execute", new { correlationId = "hai" });
        using (var ambiguous = await Host.SendAsync("POST", "/workflows/mo/nhieu")) await BodyAsync(ambiguous, HttpStatusCode.Conflict);
        using (var none = await Host.SendAsync("POST", "/workflows/mo/nhieu?correlationId=ba")) none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var one = await Host.SendAsync("POST", "/workflows/mo/nhieu?correlationId=mot")) (await one.Content.ReadAsStringAsync()).ShouldBe("của bạn");
        using var other = await Host.SendAsync("POST", $"/workflows/mo/nhieu?workflowInstanceId={run!["workflowState"]!["id"]}");
        (await other.Content.ReadAsStringAsync()).ShouldBe("của bạn");
    }

    [Fact]
    public async Task Of_two_requests_for_one_wait_one_is_answered_and_the_other_is_told()
    {
        await PublishAsync("mo-dua", [Endpoint("mo/dua", "POST", "cho", starts: false), Answer("Literal", "một")]);
        var (_, run) = await Host.PostAsync(Designer, "/elsa/api/workflow-definitions/mo-dua/execute", new { });
        var instance = run!["workflowState"]!["id"]!.ToString();
        Task<HttpResponseMessage> one, other;
        await using (await Host.HoldAsync("select 1 from bookmark where instance_id = $1 for update", Guid.Parse(instance)))
        {
            (one, other) = (Host.SendAsync("POST", "/workflows/mo/dua"), Host.SendAsync("POST", "/workflows/mo/dua"));
            await Host.UntilWaitingAsync(2, one, other);
        }

        using var first = await one;
        using var second = await other;
        new[] { (int)first.StatusCode, (int)second.StatusCode }.Order().ShouldBe([200, 409]);
        (await Host.ScalarAsync<long>($"select count(*) from http_call where instance_id = '{instance}'")).ShouldBe(1);
        (await Invariants.BrokenAsync(Host.Database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_child_that_runs_within_the_run_is_run_before_the_answer()
    {
        await PublishAsync("mo-con", [new JsonObject { ["id"] = "ra", ["type"] = "Elsa.SetOutput", ["version"] = 1, ["outputName"] = RaceHost.Literal("String", "Ra"), ["outputValue"] = RaceHost.Literal("Object", "của con") }]);
        var executes = new JsonObject { ["id"] = "con", ["type"] = "Elsa.ExecuteWorkflow", ["version"] = 1, ["workflowDefinitionId"] = RaceHost.Literal("String", "mo-con") };
        await PublishAsync("mo-cha", [Endpoint("mo/cha", "POST"), executes, Answer("JavaScript", "getOutputFrom('con').Output.Ra + ' ' + getVariable('Than').ten")]);

        using var answer = await Host.SendAsync("POST", "/workflows/mo/cha", Json("""{"ten":"Đoàn"}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("của con Đoàn");
    }

    [Fact]
    public async Task A_request_that_meets_the_cancellation_of_its_instance_is_not_told_that_it_was_taken()
    {
        await PublishAsync("mo-huy", [Endpoint("mo/huy", "POST", "cho", starts: false), Answer("Literal", "một")]);
        var (_, run) = await Host.PostAsync(Designer, "/elsa/api/workflow-definitions/mo-huy/execute", new { });
        var instance = Guid.Parse(run!["workflowState"]!["id"]!.ToString());
        Task<HttpResponseMessage> asking;
        await using (await Host.HoldAsync("select 1 from instance where id = $1 for no key update", instance))
        {
            await Host.ExecuteAsync($"insert into instance_event (instance_id, kind, body, at) values ('{instance}', 'cancel', '{{}}', '2019-12-17')");
            asking = Host.SendAsync("POST", "/workflows/mo/huy");
            await Host.UntilWaitingAsync(1, asking);
        }

        using var answer = await asking;
        await BodyAsync(answer, HttpStatusCode.Conflict);
        (await Host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Cancelled");
    }

    [Fact]
    public async Task Two_publications_of_one_path_at_once_leave_one()
    {
        Task<(HttpStatusCode Status, JsonNode? Body)> one, other;
        await using (await Host.HoldAsync("lock table trigger in share mode"))
        {
            (one, other) = (ImportAsync("mo-cung-1", [Endpoint("mo/cung", "GET"), Answer("Literal", "1")]), ImportAsync("mo-cung-2", [Endpoint("mo/cung", "GET"), Answer("Literal", "2")]));
            await Host.UntilWaitingAsync(2, one, other);
        }

        new[] { (await one).Status, (await other).Status }.Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.BadRequest]);
        (await Host.ScalarAsync<long>("select count(*) from trigger where payload ->> 'path' = 'mo/cung'")).ShouldBe(1);
    }

    [Fact]
    public void Callers_are_bounded_by_their_address_and_endpoints_by_themselves()
    {
        using var gate = new EndpointGate();
        for (var i = 0; i < EndpointGate.OfAddress; i++) gate.Admits(IPAddress.Loopback).ShouldBeTrue();
        gate.Admits(IPAddress.Loopback).ShouldBeFalse();
        gate.Admits(IPAddress.IPv6Loopback).ShouldBeTrue();
        for (var i = 0; i < EndpointGate.OfEndpoint; i++) gate.AdmitsTo("a").ShouldBeTrue();
        (gate.AdmitsTo("a"), gate.AdmitsTo("b")).ShouldBe((false, true));
    }

    [Theory]
    [InlineData("a/{x}", "A/{ten}", true)]
    [InlineData("a/*", "a/b/c", true)]
    [InlineData("a/*", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("", "a", false)]
    public void What_is_open_is_named(string setting, string path, bool isOpen) => new OpenEndpoints(setting).Has(path).ShouldBe(isOpen);

    [Fact]
    public void Half_a_rule_stops_the_start() => Should.Throw<InvalidOperationException>(() => new OpenEndpoints("a, b?c")).Message.ShouldContain("b?c");

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<string> SessionAsync()
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false };
        using var browser = new HttpClient(handler) { BaseAddress = Host.Address, Timeout = Postgres.Patience };
        using var form = Managers.DemoInJanuary.Form(await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative)), ("UserName", Designer), ("Password", WorkflowHost.Demo.DemoAccounts.Password));
        (await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return cookies.GetCookieHeader(Host.Address);
    }

    private async Task PublishAsync(string id, JsonObject[] steps, string port = "Done")
    {
        var (status, body) = await ImportAsync(id, steps, port);
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> ImportAsync(string id, JsonObject[] steps, string port = "Done")
    {
        JsonObject Variable(string name) => new() { ["id"] = name, ["name"] = name, ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" };
        var body = new JsonObject
        {
            ["publish"] = true,
            ["model"] = new JsonObject
            {
                ["definitionId"] = id,
                ["name"] = id,
                ["variables"] = new JsonArray(Variable("Than"), Variable("Tuyen"), Variable("Hoi"), Variable("Dau")),
                ["root"] = new JsonObject
                {
                    ["id"] = "so-do",
                    ["type"] = "Elsa.Flowchart",
                    ["version"] = 1,
                    ["activities"] = new JsonArray([.. steps.Select(s => s.DeepClone())]),
                    ["connections"] = new JsonArray([.. steps.Zip(steps.Skip(1)).Select(p => (JsonNode)new JsonObject
                    {
                        ["source"] = new JsonObject { ["activity"] = p.First["id"]!.ToString(), ["port"] = port },
                        ["target"] = new JsonObject { ["activity"] = p.Second["id"]!.ToString(), ["port"] = "In" },
                    })]),
                },
            },
        };
        using var answer = await Host.SendAsync("POST", "/elsa/api/workflow-definitions", JsonContent.Create(body), Designer, ("Workflows-Confirm", "*"));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    private static JsonObject Endpoint(string path, string methods, string id = "nhan", bool starts = true, bool authorize = false, string? policy = null, int? size = null)
    {
        var step = new JsonObject
        {
            ["id"] = id,
            ["type"] = "Elsa.HttpEndpoint",
            ["version"] = 1,
            ["path"] = RaceHost.Literal("String", path),
            ["supportedMethods"] = new JsonObject { ["typeName"] = "String[]", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = new JsonArray([.. methods.Split(',').Select(m => JsonValue.Create(m))]).ToJsonString() } },
            ["authorize"] = new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = authorize } },
            ["customProperties"] = new JsonObject { ["canStartWorkflow"] = starts },
        };
        foreach (var (output, variable) in new[] { ("parsedContent", "Than"), ("routeData", "Tuyen"), ("queryStringData", "Hoi"), ("headers", "Dau") })
            step[output] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = variable } };
        if (policy is not null) step["policy"] = RaceHost.Literal("String", policy);
        if (size is { } limit) step["requestSizeLimit"] = new JsonObject { ["typeName"] = "Int64?", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = limit } };
        return step;
    }

    private static JsonObject Answer(string syntax, string content, string status = "OK", params (string Name, string Value)[] headers)
    {
        var step = new JsonObject
        {
            ["id"] = "tra-loi",
            ["type"] = "Elsa.WriteHttpResponse",
            ["version"] = 1,
            ["statusCode"] = RaceHost.Literal("HttpStatusCode", status),
            ["content"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = content } },
        };
        if (headers.Length > 0)
            step["responseHeaders"] = new JsonObject
            {
                ["typeName"] = "HttpHeaders",
                ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = new JsonObject(headers.Select(h => KeyValuePair.Create(h.Name, (JsonNode?)h.Value))).ToJsonString() },
            };
        return step;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>One host for all: nothing moves but what a test moves, and anybody may call what is below <c>mo</c>.</summary>
    public sealed class Site : IAsyncLifetime
    {
        internal RaceHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await RaceHost.StartAsync("mo/*");
            await Host.SignInAsync(Designer, "chuyenvien.cdyt");
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
