using Unions.Plans;
using static Workflows.Tests.Plans.OnePlan;

namespace Workflows.Tests.Plans;

public sealed class IssuePlanTests
{
    [Fact]
    public async Task Forty_clerks_at_once_get_forty_numbers_without_gap()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        var clerk = await ActorAsync(database.DataSource, "vanthu.cdyt");
        var plans = new List<Guid>();
        for (var i = 0; i < 40; i++) plans.Add(await SignedAsync(database.DataSource, Noon));

        var answers = await Task.WhenAll(plans.Select(p => Task.Run(() => IssuePlan.RunAsync(database.DataSource, clerk, p, null, Noon, Noon))));

        answers.Select(a => a.ShouldBeOfType<PlanIssue.Issued>().Number.Number!.Value).Order().ShouldBe(Enumerable.Range(1, 40));
        (await ScalarAsync<long>(database.DataSource, "select count(*) from instance_event where kind = 'task-done' and body #>> '{data,number}' is not null")).ShouldBe(40);
        (await ScalarAsync<long>(database.DataSource, "select count(*) from task where status = 'completed'")).ShouldBe(40);
        (await ScalarAsync<int>(database.DataSource, "select last from number_register")).ShouldBe(40);
    }

    [Fact]
    public async Task Two_clerks_on_one_plan_spend_one_number()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        var clerk = await ActorAsync(database.DataSource, "vanthu.cdyt");
        var plan = await SignedAsync(database.DataSource, Noon);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => IssuePlan.RunAsync(database.DataSource, clerk, plan, null, Noon, Noon))));

        answers.OfType<PlanIssue.Issued>().Count().ShouldBe(1);
        answers.OfType<PlanIssue.AlreadyIssued>().Count().ShouldBe(7);
        answers.OfType<PlanIssue.AlreadyIssued>().First().Number.ShouldBe("01/KH-CĐYT");
        (await ScalarAsync<int>(database.DataSource, "select last from number_register")).ShouldBe(1);
    }

    [Fact]
    public async Task The_year_of_issue_chooses_the_register()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        var clerk = await ActorAsync(database.DataSource, "vanthu.cdyt");
        await ScalarAsync<int>(database.DataSource, "insert into number_register (unit_id, year, series, last) select id, 2019, 'KH', 31 from unit where code = 'CDYT-TB' returning last");
        var newYearsEve = new DateTimeOffset(2019, 12, 31, 2, 0, 0, TimeSpan.Zero);
        var january = new DateTimeOffset(2020, 1, 2, 2, 0, 0, TimeSpan.Zero);

        var last = await IssuePlan.RunAsync(database.DataSource, clerk, await SignedAsync(database.DataSource, newYearsEve), null, newYearsEve, newYearsEve);
        var first = await IssuePlan.RunAsync(database.DataSource, clerk, await SignedAsync(database.DataSource, newYearsEve), null, january, january);

        last.ShouldBeOfType<PlanIssue.Issued>().Number.ToString().ShouldBe("32/KH-CĐYT");
        first.ShouldBeOfType<PlanIssue.Issued>().Number.ToString().ShouldBe("01/KH-CĐYT");
    }

    [Fact]
    public async Task Only_the_clerk_of_the_issuer_may_number_it()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        var plan = await SignedAsync(database.DataSource, Noon);

        foreach (var other in (string[])["chutich.cdyt", "chuyenvien.cdyt", "chutich.bvdkt"])
            (await IssuePlan.RunAsync(database.DataSource, await ActorAsync(database.DataSource, other), plan, null, Noon, Noon)).ShouldBeOfType<PlanIssue.NotYours>();
        (await ScalarAsync<long>(database.DataSource, "select count(*) from number_issued")).ShouldBe(0);
    }

    [Fact]
    public async Task A_plan_that_is_not_signed_or_dated_wrongly_stays_without_number()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        var clerk = await ActorAsync(database.DataSource, "vanthu.cdyt");
        var plan = await SignedAsync(database.DataSource, Noon);

        (await IssuePlan.RunAsync(database.DataSource, clerk, plan, new DateOnly(2019, 12, 16), Noon, Noon)).ShouldBeOfType<PlanIssue.WrongDate>();
        (await IssuePlan.RunAsync(database.DataSource, clerk, plan, new DateOnly(2019, 12, 18), Noon, Noon)).ShouldBeOfType<PlanIssue.WrongDate>();
        await ScalarAsync<string>(database.DataSource, "update plan set status = 'draft' returning status");
        (await IssuePlan.RunAsync(database.DataSource, clerk, plan, null, Noon, Noon)).ShouldBeOfType<PlanIssue.NotReady>().Status.ShouldBe("draft");
        (await IssuePlan.RunAsync(database.DataSource, clerk, Guid.CreateVersion7(Noon), null, Noon, Noon)).ShouldBeOfType<PlanIssue.NotFound>();
        (await ScalarAsync<long>(database.DataSource, "select count(*) from number_issued")).ShouldBe(0);
    }

    [Fact]
    public async Task The_stages_of_a_plan_cannot_be_skipped()
    {
        await using var database = await Postgres.CreateDatabase();
        await ImportDemoAsync(database.DataSource);
        await SignedAsync(database.DataSource, Noon);

        await Should.ThrowAsync<Npgsql.PostgresException>(() => ScalarAsync<string>(database.DataSource, "update plan set status = 'closed' returning status"));
    }
}
