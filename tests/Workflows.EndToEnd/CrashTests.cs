using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>
/// The host kills itself with <c>kill -9</c> at each named point while plan 23 runs, is started again on the same durable database and goes on: nothing
/// is lost, nothing is done twice but a mail that the server had taken, and that one with the same Message-ID.
/// </summary>
public sealed class CrashTests(Durable durable) : IClassFixture<Durable>
{
    private const int KilledBySignal9 = 128 + 9;

    /// <summary>The points of the first start, each with how often it is passed before the death.</summary>
    private static readonly string[] FirstStart =
    [
        "migration-before-commit", "migration-after-commit", "migration-before-commit", "migration-after-commit", "loading", "loading:2", "loading:3",
        "after-intake", "before-commit", "after-commit", "loading:4", "after-intake", "before-commit", "loading:5", "loading:6", "loading:7",
    ];

    /// <summary>The points in the order in which the plan comes by them: each once, and in later parts of the plan again, all of them with <c>WORKFLOWS_LONG=1</c>.</summary>
    private static readonly string[] OnTheWay =
    [
        // signature, number, cascade, distribution
        "after-intake", "before-commit", "cascade-before-commit", "cascade-after-commit", "after-commit", "before-smtp:3", "after-smtp-accepted:5", "mail-after-commit:7",
        // the clock goes on, reminders fall due
        "clock-moved", "rungs-before-commit", "rungs-after-commit", "digests-before-commit", "digests-after-commit", .. Again("after-smtp-accepted:10"),
        // plans come in and are accepted
        .. Again("after-intake:4", "before-commit:6"), "after-commit:6", .. Again("after-smtp-accepted:2"),
        // conferences, lists, the end
        .. Again("after-intake:20"), "before-commit:20", .. Again("clock-moved:3", "after-commit:20"),
    ];

    private static string[] Again(params string[] points) => Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? points : [];

    [Fact]
    public async Task The_plan_survives_a_death_at_every_named_point()
    {
        var name = await durable.DatabaseAsync();
        await using var database = NpgsqlDataSource.Create(durable.ConnectionTo(name));
        var points = new Queue<string>(OnTheWay);
        var died = new List<string>();
        var port = FreePort.Next();
        var host = durable.Start(name, points.Peek(), port);
        try
        {
            (await host.ReadyAsync()).ShouldBeTrue(host.Output);
            var run = new PlanRun(() => host.Address, ReviveAsync);
            await WholePlan.RunAsync(run);
            points.ShouldBeEmpty($"died at {string.Join(", ", died)}");
            (await run.GetAsync(PlanRun.Officer, $"api/plans/{await run.PlanIdAsync()}"))["status"]!.GetValue<string>().ShouldBe("closed");
            await host.StopAsync();
        }
        finally
        {
            host.Dispose();
        }

        (await Invariants.BrokenAsync(database)).ShouldBeEmpty();
        await EveryMailArrivedAsync(database, repeats: OnTheWay.Count(p => p.StartsWith("after-smtp-accepted", StringComparison.Ordinal)));

        async Task ReviveAsync()
        {
            await host.DiedAsync();
            host.ExitCode.ShouldBe(KilledBySignal9, host.Output);
            host.Dispose();
            died.Add(points.Dequeue());
            (await Invariants.BrokenAsync(database, quiet: false)).ShouldBeEmpty($"after the death at {died[^1]}");
            while (true)
            {
                host = durable.Start(name, points.TryPeek(out var next) ? next : null, port);
                // The pulse goes on with what is ready before the host listens: it may come by the next point at once.
                if (await host.ReadyAsync()) return;
                host.ExitCode.ShouldBe(KilledBySignal9, host.Output);
                host.Dispose();
                died.Add(points.Dequeue());
            }
        }
    }

    [Fact]
    public async Task A_first_start_that_dies_at_every_step_ends_with_the_demo_complete()
    {
        var name = await durable.DatabaseAsync(empty: true);
        foreach (var point in FirstStart)
        {
            using var dying = durable.Start(name, point);
            (await dying.ReadyAsync()).ShouldBeFalse($"it never came by {point}");
            dying.ExitCode.ShouldBe(KilledBySignal9, $"{point}: {dying.Output}");
        }

        using var host = durable.Start(name);
        (await host.ReadyAsync()).ShouldBeTrue(host.Output);
        await using var database = NpgsqlDataSource.Create(durable.ConnectionTo(name));
        (await Invariants.BrokenAsync(database)).ShouldBeEmpty();
        (await StateAsync(database)).ShouldBe(await StateOfDemoAsync());
        await host.StopAsync();
    }

    [Fact]
    public async Task Two_hosts_may_start_first_at_once()
    {
        var name = await durable.DatabaseAsync(empty: true);
        using var one = durable.Start(name);
        using var other = durable.Start(name);
        (await one.ReadyAsync()).ShouldBeTrue(one.Output);
        (await other.ReadyAsync()).ShouldBeTrue(other.Output);
        await using var database = NpgsqlDataSource.Create(durable.ConnectionTo(name));
        (await Invariants.BrokenAsync(database)).ShouldBeEmpty();
        (await StateAsync(database)).ShouldBe(await StateOfDemoAsync());
        await one.StopAsync();
        await other.StopAsync();
    }

    /// <summary>What the demo is made of, without ids and system times.</summary>
    private const string DemoState = """
        select string_agg(line, E'\n' order by line) from (
          select 'units ' || count(*) from unit union all select 'people ' || count(*) || ' ' || count(password_hash) from person
          union all select 'assignments ' || count(*) from role_assignment
          union all select 'definition ' || definition_id || ' ' || version || is_published from definition_version
          union all select 'form ' || id || ' ' || version from form union all select 'plan ' || status || ' ' || created_at from plan
          union all select 'task ' || activity_id || ' ' || status || ' ' || revision || ' ' || coalesce(submitted_at::text, '') from task
          union all select 'audit ' || a.action || ' ' || p.user_name || ' ' || a.at from audit a join person p on p.id = a.actor_id
          union all select 'register ' || last from number_register union all select 'clock ' || standing_at from clock) as l(line)
        """;

    private async Task<string> StateOfDemoAsync()
    {
        await using var demo = NpgsqlDataSource.Create(durable.ConnectionTo(await durable.DatabaseAsync()));
        return await StateAsync(demo);
    }

    private static async Task<string> StateAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(DemoState);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>At least once: none is missing, all of one row have one Message-ID, and only a death behind the server's answer repeats one.</summary>
    private async Task EveryMailArrivedAsync(NpgsqlDataSource database, int repeats)
    {
        await using var command = database.CreateCommand("select id::text from outbox where status = 'sent'");
        await using var rows = await command.ExecuteReaderAsync();
        var sent = new List<string>();
        while (await rows.ReadAsync()) sent.Add(Durable.MessageId(rows.GetString(0)));
        var arrived = durable.Mails.Mails.Select(m => m.MessageId).Where(sent.Contains).ToArray();
        sent.Except(arrived).ShouldBeEmpty("mails that are marked as sent and never came");
        // The four workers of a host may each have one mail between the server's answer and the commit.
        (arrived.Length - sent.Count).ShouldBeInRange(repeats, OnTheWay.Length * 4);
    }
}
