using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowHost.Api;
using Workflows.Tests.Deadlines;

namespace Workflows.Tests.Hosting;

public sealed class HealthApiTests
{
    [Fact]
    public async Task A_host_is_healthy_from_its_first_turn_on()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turns = 0;
        var turn = new PulseTurn(world.Database, new FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ =>
        {
            if (++turns == 2) turned.TrySetResult();
            return Task.FromResult(0);
        }, (_, _) => Task.FromResult(0));
        var pulse = new Pulse(world.Database, world.Clock, TimeProvider.System, turn, NullLogger<Pulse>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(world.Database).AddSingleton(TimeProvider.System).AddSingleton(pulse);
        await using var app = builder.Build();
        app.MapHealth();
        await app.StartAsync();
        using var proxy = app.GetTestClient();

        (await proxy.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, "another host takes the requests");

        using var stop = new CancellationTokenSource();
        var running = pulse.RunAsync(stop.Token);
        await turned.Task.WaitAsync(Postgres.Patience);
        (await proxy.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stop.CancelAsync();
        await running;
    }
}
