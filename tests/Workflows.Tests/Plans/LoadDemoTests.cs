using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;
using static Workflows.Tests.Plans.OnePlan;

namespace Workflows.Tests.Plans;

public sealed class LoadDemoTests
{
    [Fact]
    public async Task The_plan_lies_before_the_chair_on_17_December_2019()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);

        (await app.Services.GetRequiredService<LoadDemo>().RunAsync()).ShouldBeTrue();

        var clock = app.Services.GetRequiredService<BusinessClock>();
        (clock.Now(), clock.Stands).ShouldBe((new DateTimeOffset(2019, 12, 17, 0, 30, 0, TimeSpan.Zero), true));
        (await ScalarAsync<long>(database.DataSource, "select count(*) from incident")).ShouldBe(0);
        (await ScalarAsync<string>(database.DataSource, "select status from plan")).ShouldBe("signing");
        (await ScalarAsync<string>(database.DataSource, "select string_agg(activity_id, ' ') from task where status = 'open'")).ShouldBe("kyBanHanh");
        (await ScalarAsync<int>(database.DataSource, "select last from number_register where series = 'KH'")).ShouldBe(22);
        (await ScalarAsync<string>(database.DataSource, "select string_agg(label, '; ' order by n) from plan_recipient"))
            .ShouldBe("Thường trực LĐLĐ tỉnh; Lãnh đạo Sở Y tế; CĐCS trực thuộc; Lưu: VP");
        (await ScalarAsync<long>(database.DataSource, "select count(*) from plan_recipient where action_code is not null")).ShouldBe(0);
        (await ScalarAsync<DateTime>(database.DataSource, "select created_at at time zone 'Asia/Ho_Chi_Minh' from plan")).ShouldBe(new DateTime(2019, 12, 12, 9, 0, 0));
        (await ScalarAsync<long>(database.DataSource, "select count(distinct (at, action)) from audit where action like 'task.%'")).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task No_work_cites_a_decree_that_came_later()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();

        (await ScalarAsync<long>(database.DataSource, "select count(*) from task t join task_spec s on s.id = t.spec_id where s.body ->> 'basis' like 'Nghị định 110/2004/NĐ-CP%'")).ShouldBeGreaterThanOrEqualTo(3);
        (await ScalarAsync<long>(database.DataSource, """
            select count(*) from task t join task_spec s on s.id = t.spec_id
            where substring(s.body ->> 'basis' from '/(\d{4})/')::int > extract(year from t.created_at)
            """)).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_start_loads_nothing_again()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();

        (await app.Services.GetRequiredService<LoadDemo>().RunAsync()).ShouldBeFalse();
        (await ScalarAsync<long>(database.DataSource, "select count(*) from plan")).ShouldBe(1);
    }

    [Fact]
    public async Task A_load_that_was_cut_off_goes_on()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();
        // As if the process had died after the plan was opened and before the last step was run.
        await ScalarAsync<string>(database.DataSource, "delete from setting where key = 'demo' returning key");

        (await app.Services.GetRequiredService<LoadDemo>().RunAsync()).ShouldBeTrue();
        (await ScalarAsync<long>(database.DataSource, "select count(*) from plan")).ShouldBe(1);
        (await ScalarAsync<string>(database.DataSource, "select string_agg(activity_id, ' ') from task where status = 'open'")).ShouldBe("kyBanHanh");
    }

    [Fact]
    public async Task Production_takes_no_demo_data_and_has_no_demo_accounts()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Production");
        await using var app = Build(installation);

        await Should.ThrowAsync<StartupProblem>(() => app.Services.GetRequiredService<LoadDemo>().RunAsync());
        (await app.Services.GetRequiredService<DemoAccounts>().AllAsync()).ShouldBeEmpty();
        (await ScalarAsync<long>(database.DataSource, "select (select count(*) from unit) + (select count(*) from person)")).ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_elses_database_is_left_alone()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await ScalarAsync<string>(database.DataSource, "insert into unit (code, name, short_name, kind, path) values ('X', 'X', 'X', 'GrassrootsUnion', '/1/') returning code");
        await using var app = Build(installation);

        await Should.ThrowAsync<StartupProblem>(() => app.Services.GetRequiredService<LoadDemo>().RunAsync());
        (await ScalarAsync<long>(database.DataSource, "select count(*) from unit")).ShouldBe(1);
    }

    [Fact]
    public async Task The_accounts_are_roles_and_open_with_the_one_password()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();

        var accounts = await app.Services.GetRequiredService<DemoAccounts>().AllAsync();

        accounts.Count.ShouldBe(45);
        accounts.ShouldContain(a => a.UserName == "chutich.bvdkt" && a.Unit == "CDCS-BVDKT" && a.Roles.Single() == "Chair");
        var hash = await ScalarAsync<string>(database.DataSource, "select min(password_hash) from person");
        new Microsoft.AspNetCore.Identity.PasswordHasher<WorkflowHost.Identity.Person>().VerifyHashedPassword(new(), hash, DemoAccounts.Password)
            .ShouldBe(Microsoft.AspNetCore.Identity.PasswordVerificationResult.Success);
    }

    [Fact]
    public async Task A_chair_of_the_grassroots_sees_no_draft()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await OpenAsync(database, "Demo");
        await using var app = Build(installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();

        (await PlanQueries.ListAsync(database.DataSource, await ActorAsync(database.DataSource, "chutich.bvdkt"), null, null, null, 50)).ShouldBeEmpty();
        (await PlanQueries.ListAsync(database.DataSource, await ActorAsync(database.DataSource, "chuyenvien.cdyt"), "CDYT-TB", 2019, "signing", 50)).ShouldHaveSingleItem();
        (await PlanQueries.ListAsync(database.DataSource, Actor.System, null, null, null, 50)).ShouldHaveSingleItem();
    }

    private static Task<Installation> OpenAsync(Postgres database, string mode) => Installation.OpenAsync(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Workflows"] = database.ConnectionString, ["Workflows:Mode"] = mode }).Build());

    private static WebApplication Build(Installation installation) => HostSetup.Build(
        new WebApplicationOptions
        {
            ApplicationName = "WorkflowHost",
            ContentRootPath = Postgres.HostFolder(),
            Args = ["--Smtp:Host=127.0.0.1", "--Smtp:Port=25", "--Smtp:From=noreply@cdyt.example.vn"],
        },
        installation, b => b.Services.AddDemo());
}
