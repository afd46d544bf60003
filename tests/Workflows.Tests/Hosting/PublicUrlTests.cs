using Microsoft.Extensions.Configuration;
using WorkflowEngine.Storage;
using WorkflowHost.Hosting;

namespace Workflows.Tests.Hosting;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData(Mode.Production, "https://kehoach.example.vn/", null, "https://kehoach.example.vn")]
    [InlineData(Mode.Production, " http://10.1.2.3:8080/cong-doan/ ", "http://+:8080", "http://10.1.2.3:8080/cong-doan")]
    [InlineData(Mode.Production, null, "http://127.0.0.1:5080;http://127.0.0.1:5081", "http://127.0.0.1:5080")]
    [InlineData(Mode.Production, "", "https://kehoach.example.vn:443", "https://kehoach.example.vn:443")]
    [InlineData(Mode.Demo, null, null, "http://127.0.0.1:5080")]
    [InlineData(Mode.Demo, null, "http://+:8080", "http://localhost:8080")]
    [InlineData(Mode.Demo, null, "http://[::]:8080", "http://localhost:8080")]
    public void It_is_the_setting_or_where_one_can_go(Mode mode, string? given, string? listening, string address) => Read(mode, given, listening).ShouldBe(address);

    [Theory]
    [InlineData(Mode.Production, "kehoach.example.vn", null)]
    [InlineData(Mode.Production, "kehoach.example.vn:8080", null)]
    [InlineData(Mode.Demo, "/cong-doan", null)]
    [InlineData(Mode.Demo, "ftp://kehoach.example.vn", null)]
    [InlineData(Mode.Demo, "https://kehoach.example.vn/?a=1", null)]
    [InlineData(Mode.Production, null, "http://+:8080")]
    [InlineData(Mode.Production, null, "http://0.0.0.0:8080")]
    [InlineData(Mode.Demo, null, "http://unix:/run/workflows.sock")]
    [InlineData(Mode.Demo, null, "8080")]
    public void One_that_no_link_can_be_made_of_is_told_at_the_start(Mode mode, string? given, string? listening) =>
        Should.Throw<StartupProblem>(() => Read(mode, given, listening)).Message.ShouldContain("Set Workflows__PublicUrl");

    [Fact]
    public async Task A_host_tells_it_before_it_listens()
    {
        await using var database = await Postgres.CreateDatabase();
        await Should.ThrowAsync<StartupProblem>(() => Identity.ProductionHost.StartAsync(database, "--ASPNETCORE_URLS=http://+:8080"));
    }

    private static string Read(Mode mode, string? given, string? listening) => PublicUrl.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new(PublicUrl.Key, given), new("ASPNETCORE_URLS", listening)]).Build(), mode);
}
