using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WorkflowEngine.Requests;
using WorkflowHost.Outgoing;

namespace Workflows.Tests.Outgoing;

/// <summary>Where requests of definitions may go, and what of an answer comes back.</summary>
public sealed class GuardedClientTests : IAsyncLifetime
{
    private OtherServer server = null!;

    public async Task InitializeAsync() => server = await OtherServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("text/plain; charset=utf-7")]
    [InlineData("text/plain; charset=nothing-known")]
    [InlineData("text/plain; charset=\"\"")]
    public async Task An_answer_in_a_charset_we_do_not_read_is_an_answer(string type)
    {
        server.Answer = http =>
        {
            http.Response.ContentType = type;
            return http.Response.WriteAsync("được");
        };
        using var client = new GuardedClient(new AllowedHosts($"http://127.0.0.1:{server.Address.Port}", "127.0.0.0/8"), TimeProvider.System);

        var outcome = await client.SendAsync(Guid.NewGuid(), new JsonObject { ["url"] = server.Address.ToString(), ["method"] = "GET", ["headers"] = new JsonObject() });

        (outcome.Kind, outcome.Content).ShouldBe((HttpOutcome.Response, "được"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    public void An_address_that_is_not_public_is_not_connected_to(string address) => new AddressRules([]).Allows(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    public void A_public_address_is(string address) => new AddressRules([]).Allows(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void A_network_of_the_setting_is_open_but_never_the_metadata_service()
    {
        var rules = new AddressRules([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fd00::/8")]);
        rules.Allows(IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        rules.Allows(IPAddress.Parse("::ffff:10.1.2.3")).ShouldBeTrue();
        rules.Allows(IPAddress.Parse("10.2.0.1")).ShouldBeFalse();
        rules.Allows(IPAddress.Parse("169.254.169.254")).ShouldBeFalse();
        rules.Allows(IPAddress.Parse("fd00:ec2::254")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://api.example.vn/a", true)]
    [InlineData("https://API.example.vn./a", true)]
    [InlineData("https://a.b.mau.vn/", true)]
    [InlineData("https://khac.vn:8443/", true)]
    [InlineData("http://cu.vn/", true)]
    [InlineData("http://api.example.vn/", false)]
    [InlineData("https://api.example.vn:444/", false)]
    [InlineData("https://mau.vn/", false)]
    [InlineData("https://xmau.vn/", false)]
    [InlineData("https://api.example.vn.evil.test/", false)]
    [InlineData("https://api.example.vn@evil.test/", false)]
    [InlineData("https://u:p@api.example.vn/", false)]
    [InlineData("https://khac.vn/", false)]
    [InlineData("https://cu.vn/", false)]
    public void Only_named_servers_are_allowed(string address, bool allowed) =>
        (new AllowedHosts("api.example.vn, *.mau.vn khac.vn:8443;http://cu.vn", null).Problem(new Uri(address)) is null).ShouldBe(allowed);

    [Fact]
    public void Without_the_setting_none_is_and_the_error_names_it() => new AllowedHosts(null, null).Problem(new Uri("https://api.example.vn/"))!.ShouldContain("Workflows:HttpHosts");

    [Fact]
    public void A_setting_that_cannot_be_read_stops_the_start()
    {
        Should.Throw<InvalidOperationException>(() => new AllowedHosts("https://a.vn/path", null));
        Should.Throw<InvalidOperationException>(() => new AllowedHosts(null, "10.0.0"));
    }

    [Fact]
    public async Task A_name_that_stands_at_a_private_address_is_refused_before_a_connection()
    {
        using var client = new GuardedClient(new AllowedHosts($"http://ten.test:{server.Address.Port}", null), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var outcome = await client.SendAsync(Guid.NewGuid(), Request($"http://ten.test:{server.Address.Port}/"));
        (outcome.Kind, outcome.Error!).ShouldSatisfyAllConditions(o => o.Item1.ShouldBe(HttpOutcome.Refused), o => o.Item2.ShouldContain("no public address"));
        server.Came.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_private_address_among_public_ones_is_enough_to_refuse()
    {
        using var client = new GuardedClient(new AllowedHosts("http://ten.test", null), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse("::ffff:127.0.0.1")]));
        (await client.SendAsync(Guid.NewGuid(), Request("http://ten.test/"))).Kind.ShouldBe(HttpOutcome.Refused);
    }

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://127.1/")]
    public async Task Other_ways_to_write_an_address_gain_nothing(string address)
    {
        // Even a server that is named is refused by where it stands.
        using var client = new GuardedClient(new AllowedHosts("http://" + new Uri(address).IdnHost.Trim('[', ']') switch { var h when h.Contains(':', StringComparison.Ordinal) => $"[{h}]", var h => h }, null), TimeProvider.System);
        (await client.SendAsync(Guid.NewGuid(), Request(address))).Kind.ShouldBe(HttpOutcome.Refused);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_once()
    {
        var asked = 0;
        // A second question would be answered by an address that nobody listens at.
        using var client = Client(find: (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.99")]), host: "ten.test");
        var outcome = await client.SendAsync(Guid.NewGuid(), Request($"http://ten.test:{server.Address.Port}/"));
        (outcome.Kind, outcome.StatusCode, outcome.Content, asked).ShouldBe((HttpOutcome.Response, 200, "ok", 1));
    }

    [Fact]
    public async Task What_is_sent_carries_content_headers_and_the_key_of_the_request()
    {
        var id = Guid.NewGuid();
        using var client = Client();
        var request = Request(server.Address + "goi", "POST");
        (request["content"], request["contentType"], request["authorization"]) = ("{\"a\":1}", "application/json", "Bearer bi-mat");
        request["headers"] = new JsonObject { ["X-Mau"] = new JsonArray("một", "2") };
        request["headers"]!["X-Mau"] = new JsonArray("mot");
        server.Answer = http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (201, "application/json; charset=utf-8");
            http.Response.Headers.SetCookie = "a=b";
            http.Response.Headers["X-Tra"] = "loi";
            return http.Response.WriteAsync("{\"số\":2}");
        };
        var outcome = await client.SendAsync(id, request);

        (outcome.StatusCode, outcome.Content, outcome.ContentType).ShouldBe((201, "{\"số\":2}", "application/json"));
        outcome.Headers!["X-Tra"]![0]!.ToString().ShouldBe("loi");
        outcome.Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        var came = server.Came.Single();
        (came.Method, came.Path, came.Body, came.Headers["Idempotency-Key"], came.Headers["Authorization"], came.Headers["X-Mau"]).ShouldBe(("POST", "/goi", "{\"a\":1}", id.ToString(), "Bearer bi-mat", "mot"));
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Transfer-Encoding")]
    [InlineData("idempotency-key")]
    public async Task Headers_of_the_connection_are_not_the_definitions(string name)
    {
        using var client = Client();
        var request = Request(server.Address.ToString());
        request["headers"] = new JsonObject { [name] = new JsonArray("x") };
        (await client.SendAsync(Guid.NewGuid(), request)).Kind.ShouldBe(HttpOutcome.Refused);
        request["headers"] = new JsonObject { ["X-A"] = new JsonArray("x\r\nHost: khac") };
        (await client.SendAsync(Guid.NewGuid(), request)).Kind.ShouldBe(HttpOutcome.Refused);
        server.Came.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_within_the_server_is_followed_and_one_to_another_is_an_answer()
    {
        using var client = Client();
        server.Answer = http =>
        {
            if (http.Request.Path == "/dich") return http.Response.WriteAsync("den");
            http.Response.Redirect(http.Request.Path == "/ngoai" ? "http://169.254.169.254/latest" : http.Request.Path == "/cong" ? "http://127.0.0.1:1/" : http.Request.Path == "/vong" ? "/vong" : "/dich");
            return Task.CompletedTask;
        };
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address + "trong"))).Content.ShouldBe("den");
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address + "ngoai"))).StatusCode.ShouldBe(302);
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address + "cong"))).StatusCode.ShouldBe(302);
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address + "trong", "POST"))).StatusCode.ShouldBe(302, "what changes something is not sent twice");
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address + "vong"))).StatusCode.ShouldBe(302, "five and no more");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_too_large_is_refused_told_or_not(bool told)
    {
        using var client = Client();
        server.Answer = async http =>
        {
            if (told) http.Response.ContentLength = GuardedClient.LargestAnswer + 1;
            for (var sent = 0; sent <= GuardedClient.LargestAnswer; sent += 1024) await http.Response.WriteAsync(new string('a', Math.Min(1024, GuardedClient.LargestAnswer + 1 - sent)));
        };
        var outcome = await client.SendAsync(Guid.NewGuid(), Request(server.Address.ToString()));
        (outcome.Kind, outcome.Error!.Contains("larger", StringComparison.Ordinal)).ShouldBe((HttpOutcome.Refused, true));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_timeout_also_in_the_middle_of_the_answer()
    {
        using var client = Client(patience: TimeSpan.FromMilliseconds(300));
        server.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address.ToString()))).Kind.ShouldBe(HttpOutcome.Timeout);
        server.Answer = async http =>
        {
            await http.Response.WriteAsync("mot nua");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };
        (await client.SendAsync(Guid.NewGuid(), Request(server.Address.ToString()))).Kind.ShouldBe(HttpOutcome.Timeout);
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure_to_connect()
    {
        using var client = new GuardedClient(new AllowedHosts("http://127.0.0.1:1", "127.0.0.0/8"), TimeProvider.System);
        (await client.SendAsync(Guid.NewGuid(), Request("http://127.0.0.1:1/"))).Kind.ShouldBe(HttpOutcome.FailedToConnect);
    }

    private GuardedClient Client(FindAddresses? find = null, TimeSpan? patience = null, string host = "127.0.0.1") =>
        new(new AllowedHosts($"http://{host}:{server.Address.Port}", "127.0.0.0/8"), TimeProvider.System, find, patience);

    private static JsonObject Request(string url, string method = "GET") => new() { ["url"] = url, ["method"] = method, ["headers"] = new JsonObject() };
}
