using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Hosting;

namespace WorkflowHost.Api;

/// <summary>
/// <c>/api/demo</c>: the clock that can be moved and the mails that were caught. In a production installation these addresses do not exist.
/// Without sign-in: a demo's data are invented, and whoever tries it out has no account for its clock.
/// </summary>
public static class DemoApi
{
    public static void MapDemoApi(this IEndpointRouteBuilder routes)
    {
        var demo = routes.MapGroup("/api/demo").WithTags("Demo");
        demo.AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<Installation>().Mode == Mode.Demo ? await next(context) : Results.NotFound());
        demo.MapGet("/clock", ReadClock).WithName("GetDemoClock").WithSummary("The business time");
        demo.MapPost("/clock", MoveClock).WithName("MoveDemoClock").WithSummary("Moves time forward; answers when all that fell due on the way is done");
        demo.MapGet("/mail", ReadMail).WithName("ListDemoMail").WithSummary("The mails that went out, oldest first");
    }

    /// <summary>Where to move to.</summary>
    public sealed record Target(DateTimeOffset? To);

    /// <summary>Where the clock stands. <paramref name="Quiet"/> false: something is still being done.</summary>
    public sealed record Clock(DateTimeOffset Now, IReadOnlyList<FiredAt> Fired, bool Quiet = true);

    private static readonly TimeSpan VietnamOffset = TimeSpan.FromHours(7);

    private static async Task<IResult> ReadClock(BusinessClock clock, NpgsqlDataSource database, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await clock.Refresh(connection, stop);
        return Results.Ok(new Clock(clock.Now().ToOffset(VietnamOffset), []));
    }

    private static async Task<IResult> MoveClock(Target target, AdvanceClock advance, CancellationToken stop)
    {
        if (target.To is not { } to) return Problems.Validation("to", "Cho biết thời điểm cần tới.", "Say where to move to.");
        var moved = await advance.RunAsync(to, stop);
        return moved.Answer switch
        {
            ClockMove.Moved => Results.Ok(new Clock(
                moved.Now.ToOffset(VietnamOffset), [.. moved.Fired.Select(f => f with { At = f.At.ToOffset(VietnamOffset) })], moved.IsQuiet)),
            ClockMove.WouldMoveBack => Problems.Validation("to", "Đồng hồ không lùi lại.", "The clock never moves back."),
            _ => Results.NotFound(),
        };
    }

    /// <summary>A mail that the demo's own server took; <paramref name="SentAt"/> is business time.</summary>
    public sealed record Mail(string To, string Subject, string Text, DateTimeOffset SentAt, string MessageId);

    /// <summary>Nothing when the mails go to a configured server: they are in its mailboxes then.</summary>
    private static IResult ReadMail(Installation installation) => Results.Ok((installation.Catcher?.Mails ?? []).Select(m =>
        new Mail(string.Join(", ", m.To), m.Subject, m.Text, m.SentAt.ToOffset(VietnamOffset), m.MessageId)));
}
