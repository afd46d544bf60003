using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WorkflowHost.Demo;

namespace Workflows.EndToEnd;

/// <summary><c>./run --reset</c>, which is the setting <c>Workflows__Reset</c>: it asks nobody, so it must never reach what is not the demo's own.</summary>
public sealed class ResetTests : IDisposable
{
    private const string Beginning = "2019-12-17T07:30:00+07:00";
    private const string Later = "2019-12-18T09:00:00+07:00";
    private readonly string _folder = ServerFolder.New("workflows-reset-");

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task A_reset_starts_anew_and_production_is_refused_with_everything_left()
    {
        DataFolder.Create(_folder);
        (await ClockAsync(reset: false, moveTo: Later)).ShouldBe(Later);
        (await ClockAsync(reset: false)).ShouldBe(Later, "without a reset it goes on");

        (await RefusalAsync(("Workflows__Mode", "Production"))).ShouldContain("Production needs a database");
        (await RefusalAsync(("ConnectionStrings__Workflows", "Host=127.0.0.1;Database=none"))).ShouldContain("the configured database is yours to empty");
        (await ClockAsync(reset: false)).ShouldBe(Later, "a refused reset has deleted nothing");

        (await ClockAsync(reset: true)).ShouldBe(Beginning);
        (await ClockAsync(reset: false)).ShouldBe(Beginning);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts the host, moves its clock where asked, and ends it; where the clock stood at the end.</summary>
    private async Task<string> ClockAsync(bool reset, string? moveTo = null)
    {
        using var host = HostProcess.Start(_folder, new Dictionary<string, string> { ["DATA_DIR"] = Data, ["Workflows__Reset"] = reset ? "true" : "false" });
        (await host.ReadyAsync()).ShouldBeTrue(host.Output);
        using var http = new HttpClient { BaseAddress = host.Address, Timeout = Browser.Patience };
        if (moveTo is not null) (await http.PostAsJsonAsync("api/demo/clock", new { to = moveTo })).EnsureSuccessStatusCode();
        var clock = JsonNode.Parse(await http.GetStringAsync(new Uri("api/demo/clock", UriKind.Relative)))!;
        await host.StopAsync();
        return clock["now"]!.ToString();
    }

    /// <summary>What a reset with these settings says before it ends.</summary>
    private async Task<string> RefusalAsync(params (string Name, string Value)[] settings)
    {
        using var host = HostProcess.Start(_folder, settings.Append(("DATA_DIR", Data)).Append(("Workflows__Reset", "true")).ToDictionary(s => s.Item1, s => s.Item2));
        (await host.ReadyAsync()).ShouldBeFalse(host.Output);
        host.ExitCode.ShouldNotBe(0);
        return host.Output;
    }
}
