using Npgsql;
using WorkflowEngine.Storage;

namespace Workflows.Tests.Storage;

public sealed class MigratorTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 4, 5, 6, TimeSpan.Zero);

    private static readonly Migration First = new(1, "first", "create table a (x int); insert into a values (1);");
    private static readonly Migration Second = new(2, "second", "alter table a add column y text;");
    private static readonly Migration Union = new(1001, "union", "create table u (x int);");

    [Fact]
    public async Task Applies_every_file_once_and_records_it_with_the_given_time()
    {
        await using var database = await Postgres.CreateEmptyDatabase();

        (await new Migrator([Union, First]).Migrate(database.DataSource, At)).ShouldBe(["0001_first.sql", "1001_union.sql"]);
        (await new Migrator([Union, First, Second]).Migrate(database.DataSource, At)).ShouldBe(["0002_second.sql"]);
        (await new Migrator([Union, First, Second]).Migrate(database.DataSource, At)).ShouldBeEmpty();

        (await Read(database, "select string_agg(number || ' ' || name || ' ' || length(sha256) || ' ' || (applied_at at time zone 'UTC')::text, ', ' order by number) from schema_migration"))
            .ShouldBe("1 first 64 2026-11-21 04:05:06, 2 second 64 2026-11-21 04:05:06, 1001 union 64 2026-11-21 04:05:06");
    }

    [Fact]
    public async Task Hosts_that_start_at_once_apply_each_file_once()
    {
        await using var database = await Postgres.CreateEmptyDatabase();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new Migrator([First, Second, Union]).Migrate(database.DataSource, At))));

        answers.Sum(a => a.Count).ShouldBe(3);
        (await Read(database, "select count(*)::text from a")).ShouldBe("1");
    }

    [Fact]
    public async Task A_failing_file_leaves_nothing_of_itself_and_is_named()
    {
        await using var database = await Postgres.CreateEmptyDatabase();
        var broken = new Migration(2, "broken", "create table half (x int); select * from nowhere;");

        var problem = await Should.ThrowAsync<StartupProblem>(() => new Migrator([First, broken]).Migrate(database.DataSource, At));

        problem.Message.ShouldContain("0002_broken.sql");
        problem.Message.ShouldContain("nowhere");
        (await Read(database, "select to_regclass('half')::text")).ShouldBeNull();
        (await Read(database, "select max(number)::text from schema_migration")).ShouldBe("1");
        (await new Migrator([First, Second]).Migrate(database.DataSource, At)).ShouldBe(["0002_second.sql"]);
    }

    [Fact]
    public async Task An_up_to_date_database_needs_no_right_to_create()
    {
        await using var database = await Postgres.CreateEmptyDatabase();
        await new Migrator([First]).Migrate(database.DataSource, At);
        var role = "app_" + Guid.NewGuid().ToString("N");
        await Read(database, $"create role {role}; grant select on schema_migration to {role}; select ''");

        await using var asRole = NpgsqlDataSource.Create(database.ConnectionString + $";Options=-c role={role}");
        (await new Migrator([First]).Migrate(asRole, At)).ShouldBeEmpty();

        await asRole.DisposeAsync();
        await Read(database, $"drop owned by {role}; drop role {role}; select ''");
    }

    [Fact]
    public async Task Answers_to_RunTask_move_to_a_table_of_their_own_and_events_that_were_taken_go()
    {
        await using var database = await Postgres.CreateEmptyDatabase();
        var all = Migration.ReadFrom(typeof(Migrator).Assembly);
        await new Migrator([.. all.Where(m => m.Number < 20)]).Migrate(database.DataSource, At);
        await Read(database, """
            insert into stimulus (id, name, hash, payload_id, received_at, expires_at, consumed_at)
            select gen_random_uuid(), n.name, n.hash, gen_random_uuid(), n.at::timestamptz, n.at::timestamptz, n.taken::timestamptz from (values
              ('Elsa.RunTask', 'a', '2026-11-02Z', '2026-11-02Z'), ('Elsa.RunTask', 'a', '2026-11-01Z', '2026-11-01Z'), ('Elsa.RunTask', 'named so', '2026-11-01Z', null),
              ('taken', 'b', '2026-11-01Z', '2026-11-01Z'), ('kept', 'c', '2026-11-01Z', null)) as n(name, hash, at, taken);
            select ''
            """);

        await new Migrator(all).Migrate(database.DataSource, At);

        (await Read(database, "select string_agg(hash || ' ' || (answered_at at time zone 'UTC')::date, ', ') from run_task_answer")).ShouldBe("a 2026-11-01");
        (await Read(database, "select string_agg(hash, ', ' order by hash) from stimulus")).ShouldBe("c, named so");
    }

    [Fact]
    public void A_changed_file_is_refused_by_name() =>
        Refusal([First with { Sql = First.Sql + " " }], First).ShouldContain("0001_first.sql was changed");

    [Fact]
    public void A_newer_database_is_refused() =>
        Refusal([First], First, Second).ShouldContain("newer than this program: it has the migration 0002_second.sql");

    [Fact]
    public void A_gap_in_the_database_is_refused_by_name() =>
        Refusal([First, Second, new Migration(3, "third", "")], First, new Migration(3, "third", "")).ShouldContain("0002_second.sql");

    [Fact]
    public void A_gap_between_the_files_is_refused_by_name() =>
        Should.Throw<StartupProblem>(() => new Migrator([First, new Migration(3, "third", "")])).Message.ShouldContain("before 0003_third.sql is missing");

    [Fact]
    public void A_range_that_does_not_begin_at_one_is_refused() =>
        Should.Throw<StartupProblem>(() => new Migrator([First, new Migration(1002, "union", "")])).Message.ShouldContain("1002_union.sql");

    [Fact]
    public void Two_files_of_one_number_are_refused() =>
        Should.Throw<StartupProblem>(() => new Migrator([First, new Migration(1, "other", "")])).Message.ShouldContain("same number");

    [Fact]
    public void Line_ends_do_not_change_a_file() =>
        new Migration(1, "a", "x\r\ny").Sha256.ShouldBe(new Migration(1, "a", "x\ny").Sha256);

    [Fact]
    public async Task The_shipped_migrations_run_on_an_empty_database()
    {
        await using var database = await Postgres.CreateEmptyDatabase();

        (await new Migrator(Postgres.AllMigrations).Migrate(database.DataSource, At)).ShouldNotBeEmpty();
    }

    private static string Refusal(IReadOnlyList<Migration> files, params IEnumerable<Migration> applied) =>
        Should.Throw<StartupProblem>(() => new Migrator(files).Pending([.. applied.Select(m => (m.Number, m.Name, m.Sha256))])).Message;

    private static async Task<string?> Read(Postgres database, string sql)
    {
#pragma warning disable CA2100 // the test's own text
        await using var command = database.DataSource.CreateCommand(sql);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync() as string;
    }
}
