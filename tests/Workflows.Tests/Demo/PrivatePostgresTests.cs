using System.Diagnostics;
using System.Globalization;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;

namespace Workflows.Tests.Demo;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string folder = Postgres.OpenTempFolder("workflows-own-");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private PrivatePostgresOptions Options => Postgres.OptionsFor(Path.Combine(folder, "data"));

    [Fact]
    public async Task A_second_start_goes_on_with_the_same_data()
    {
        await using (var first = await PrivatePostgres.Start(Options))
            await Run(first, "create table kept as select 'giữ lại'::text as x");

        await using var second = await PrivatePostgres.Start(Options);

        (await Run(second, "select x from kept")).ShouldBe("giữ lại");
        (await Run(second, "select current_setting('listen_addresses') || current_setting('TimeZone')")).ShouldBe("UTC");
        (await Run(second, "select string_agg(x, ' ' order by x) from unnest('{Zung,Ông,Đặng,An,Ăn,Ân,Dũng,Ánh,Oanh,Ơn}'::text[]) x"))
            .ShouldBe("An Ánh Ăn Ân Dũng Đặng Oanh Ông Ơn Zung");
    }

    [Fact]
    public async Task A_deep_data_folder_has_its_socket_in_a_short_one()
    {
        var deep = Path.Combine(folder, new string('x', 100), "dữ liệu");

        await using var postgres = await PrivatePostgres.Start(Options with { DataDir = deep });

        postgres.ConnectionString.ShouldNotContain("xxx");
        (await Run(postgres, "select current_setting('data_directory')")).ShouldBe(Path.Combine(deep, "postgres"));
    }

    [Fact]
    public async Task A_durable_server_is_the_default()
    {
        await using var postgres = await PrivatePostgres.Start(Options with { Throwaway = false });

        (await Run(postgres, "select current_setting('fsync') || current_setting('full_page_writes') || current_setting('synchronous_commit')")).ShouldBe("ononon");
    }

    [Fact]
    public async Task A_killed_server_leaves_a_stale_pid_file_and_starts_again()
    {
        await using (var killed = await PrivatePostgres.Start(Options))
        {
            await Run(killed, "set synchronous_commit = on; create table kept as select 'x' as x");
            Process.GetProcessById(killed.ProcessId).Kill();
            await killed.Exited;
        }
        File.Exists(PidFile).ShouldBeTrue();

        await using var again = await PrivatePostgres.Start(Options);

        (await Run(again, "select x from kept")).ShouldBe("x");
    }

    [Fact]
    public async Task A_busy_session_of_a_killed_server_does_not_keep_the_next_one_out()
    {
        Task busy;
        await using (var killed = await PrivatePostgres.Start(Options))
        {
            busy = Run(killed, "select count(*)::text from generate_series(1, 100000000000)");
            while (await Run(killed, "select count(*)::text from pg_stat_activity where query like '%100000000000%' and pid <> pg_backend_pid()") == "0") { }
            Process.GetProcessById(killed.ProcessId).Kill();
            await killed.Exited;
        }

        await using (var again = await PrivatePostgres.Start(Options))
            (await Run(again, "select 'x'")).ShouldBe("x");

        await Should.ThrowAsync<NpgsqlException>(() => busy);
    }

    [Fact]
    public async Task A_stale_pid_file_naming_somebody_elses_process_hinders_nothing()
    {
        int pid;
        await using (var killed = await PrivatePostgres.Start(Options))
        {
            pid = killed.ProcessId;
            Process.GetProcessById(pid).Kill();
            await killed.Exited;
        }
        // The number now belongs to another living process of the server's account.
        var user = ServerUser.Find();
        using var bystander = Process.Start(user.Command("sleep", ["600"]))!;
        var lines = await File.ReadAllLinesAsync(PidFile);
        lines[0] = bystander.Id.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(PidFile, lines);

        await using (var again = await PrivatePostgres.Start(Options)) again.ProcessId.ShouldNotBe(bystander.Id);

        bystander.HasExited.ShouldBeFalse();
        bystander.Kill();
    }

    [Fact]
    public async Task A_second_start_in_the_same_folder_is_refused_by_folder_and_pid()
    {
        await using var first = await PrivatePostgres.Start(Options);

        var problem = await Should.ThrowAsync<StartupProblem>(() => PrivatePostgres.Start(Options));

        problem.Message.ShouldContain(first.DataPath);
        problem.Message.ShouldContain($"pid {first.ProcessId}");
        Should.Throw<StartupProblem>(() => DataFolder.Reset(Options)).Message.ShouldContain("running already");
        (await Run(first, "select 'alive'")).ShouldBe("alive");
    }

    [Fact]
    public async Task Another_major_version_never_opens_the_folder()
    {
        await using (await PrivatePostgres.Start(Options)) { }
        await File.WriteAllTextAsync(Path.Combine(folder, "data/postgres/PG_VERSION"), "12\n");

        var problem = await Should.ThrowAsync<StartupProblem>(() => PrivatePostgres.Start(Options));

        problem.Message.ShouldContain("written by PostgreSQL 12");
        problem.Message.ShouldContain(Path.Combine(folder, "data"));
    }

    [Fact]
    public async Task Without_programs_every_way_to_get_them_is_named()
    {
        var problem = await Should.ThrowAsync<StartupProblem>(() => PrivatePostgres.Start(Options with { DebianFolder = folder, NodeModules = null }));

        problem.Message.ShouldContain("ConnectionStrings__Workflows");
        problem.Message.ShouldContain("apt-get install postgresql");
        problem.Message.ShouldContain("npm install");
    }

    [Fact]
    public async Task A_folder_with_foreign_files_is_neither_used_nor_emptied()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var foreign = Path.Combine(folder, "data", "letter.txt");
        await File.WriteAllTextAsync(foreign, "mine");

        (await Should.ThrowAsync<StartupProblem>(() => PrivatePostgres.Start(Options))).Message.ShouldContain("not ours");
        Should.Throw<StartupProblem>(() => DataFolder.Reset(Options)).Message.ShouldContain("does not carry our marker");

        File.Exists(foreign).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reset_empties_the_folder_and_the_next_start_begins_anew()
    {
        await using (var old = await PrivatePostgres.Start(Options)) await Run(old, "create table kept (x int)");

        DataFolder.Reset(Options).ShouldBeTrue();

        Directory.EnumerateFileSystemEntries(Path.Combine(folder, "data")).ShouldBeEmpty();
        DataFolder.Reset(Options).ShouldBeFalse();
        await using var anew = await PrivatePostgres.Start(Options);
        (await Run(anew, "select coalesce(to_regclass('kept')::text, 'gone')")).ShouldBe("gone");
    }

    [Fact]
    public async Task Root_is_told_which_folder_is_closed_to_the_server()
    {
        if (ServerUser.Find().Uid is null) return; // everybody else starts it as themselves
        var closed = Path.Combine(folder, "closed");
        DataFolder.Create(closed, closed: true);

        var problem = await Should.ThrowAsync<StartupProblem>(() => PrivatePostgres.Start(Options with { DataDir = Path.Combine(closed, "data") }));

        problem.Message.ShouldContain($"may not enter {closed}");
        DataFolder.Choose(Options with { DataDir = null, Checkout = closed }, ServerUser.Find()).ShouldMatch("^/var/lib/workflows-[0-9a-f]{12}$");
        DataFolder.Choose(Options with { DataDir = null, Checkout = folder }, ServerUser.Find()).ShouldBe(Path.Combine(folder, ".data"));
    }

    [Fact]
    public async Task The_server_ends_with_the_process_that_started_it()
    {
        await using var postgres = await PrivatePostgres.Start(Options);
        await Run(postgres, "select 'x'");

        // The signal of a dead parent is the one the kernel was asked for; a session of its own keeps Ctrl+C away.
        var fields = (await File.ReadAllTextAsync($"/proc/{postgres.ProcessId}/stat")).Split(") ")[1].Split(' ');
        fields[1].ShouldBe(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        fields[3].ShouldBe(postgres.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    private string PidFile => Path.Combine(folder, "data/postgres/postmaster.pid");

    private static async Task<string?> Run(PrivatePostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // the test's own text
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync() as string;
    }
}
