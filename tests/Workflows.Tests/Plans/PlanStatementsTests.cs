using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Unions;
using Unions.Plans;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks.Forms;
using static Workflows.Tests.Plans.OnePlan;

namespace Workflows.Tests.Plans;

/// <summary>The statements that the plan's activities leave to the commit, run as the commit runs them.</summary>
public sealed class PlanStatementsTests
{
    [Fact]
    public async Task Everybody_gets_the_plan_once()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);

        await RunAsync(database.DataSource, DistributePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });
        await RunAsync(database.DataSource, DistributePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });

        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox where kind = 'distribution'")).ShouldBe(36);
        (await ScalarAsync<long>(database.DataSource, "select count(distinct person_id) from outbox")).ShouldBe(35);
        (await ScalarAsync<string>(database.DataSource, "select to_address || ' ' || to_name from outbox where person_id is null")).ShouldBe("lanhdao@soyte-thaibinh.example.vn Lãnh đạo Sở Y tế");
        (await ScalarAsync<string>(database.DataSource, "select data ->> 'number' from outbox limit 1")).ShouldBe("23/KH-CĐYT");
        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox where next_attempt_at is not null and status = 'queued'")).ShouldBe(36);
        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox where data ->> 'recipient' = 'Lưu: VP'")).ShouldBe(0);
        var mail = WorkflowEngine.Outbox.MailData.Read<WorkflowEngine.Outbox.DistributionData>(await ScalarAsync<string>(database.DataSource, "select data::text from outbox where data ->> 'unitName' like '%Bệnh viện đa khoa tỉnh'"));
        (mail.PlanId, mail.Recipient, mail.Action, mail.IssuedOn).ShouldBe((plan, "CĐCS trực thuộc", "action", new DateOnly(2019, 12, 17)));
    }

    [Fact]
    public async Task A_unit_without_a_chair_is_named_for_the_clerk()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);
        await ScalarAsync<bool>(database.DataSource, "update person set is_active = false where user_name = 'chutich.bvnhi' returning is_active");

        await RunAsync(database.DataSource, DistributePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });

        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox")).ShouldBe(35);
        (await ScalarAsync<string>(database.DataSource, "select u.code || ' ' || (a.recorded_at - a.at) from audit a join unit u on u.id = a.unit_id where a.action = 'plan.distribute.no-person'")).ShouldBe("CDCS-BVNHI 366 days", "both clocks");
    }

    [Fact]
    public async Task A_chair_of_two_unions_gets_one_mail()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);
        await ScalarAsync<string>(database.DataSource, """
            insert into role_assignment (person_id, unit_id, role) select p.id, u.id, 'Chair' from person p, unit u where p.user_name = 'chutich.ttkn' and u.code = 'CDCS-CCDS' returning role
            """);

        await RunAsync(database.DataSource, DistributePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });

        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox")).ShouldBe(36);
    }

    [Fact]
    public async Task Stages_and_closing_are_written_and_a_wrong_step_is_refused()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);

        await Should.ThrowAsync<PostgresException>(() => RunAsync(database.DataSource, SetPlanStatus.Statement, plan, new JsonObject { ["planId"] = plan.ToString(), ["status"] = "draft" }));
        await RunAsync(database.DataSource, ClosePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });
        await RunAsync(database.DataSource, ClosePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });

        (await ScalarAsync<string>(database.DataSource, "select status from plan where closed_at is not null")).ShouldBe("closed");
    }

    [Fact]
    public async Task The_allocation_notice_is_registered_once_with_number_and_raw_text()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);
        var unit = await ScalarAsync<long>(database.DataSource, "select id from unit where code = 'CDYT-TB'");
        var body = new JsonObject
        {
            ["id"] = Guid.CreateVersion7(Noon).ToString(),
            ["unitId"] = unit,
            ["raw"] = "15 /TB - LĐLĐ",
            ["number"] = "15/TB-LĐLĐ",
            ["sender"] = null,
            ["issuedOn"] = "2020-05-14",
            ["arrivedOn"] = "2020-05-15",
            ["subject"] = "Phân bổ đại biểu",
            ["places"] = 12,
        };

        await RunAsync(database.DataSource, Unions.Documents.RegisterIncoming.Statement, plan, body);
        await RunAsync(database.DataSource, Unions.Documents.RegisterIncoming.Statement, plan, body);

        (await ScalarAsync<string>(database.DataSource, "select number_text || '|' || number_raw || '|' || places || '|' || arrived_on from incoming_document")).ShouldBe("15/TB-LĐLĐ|15 /TB - LĐLĐ|12|2020-05-15");
    }

    [Fact]
    public async Task The_summary_adds_the_units_up()
    {
        await using var database = await Postgres.CreateDatabase();
        var plan = await IssuedAsync(database.DataSource);
        var big = await ChildAsync(database.DataSource, plan, "CDCS-BVDKT");
        var late = await ChildAsync(database.DataSource, plan, "CDCS-TTYTDP");
        var due = new DateTimeOffset(2019, 12, 31, 17, 0, 0, TimeSpan.Zero);
        await DoneAsync(database.DataSource, plan, big, "CDCS-BVDKT", "S2-01", due, due.AddSeconds(-1), """{"ngayKeHoach":"2019-12-27","quyMo":"dai-bieu","soDaiBieu":240}""");
        await DoneAsync(database.DataSource, plan, big, "CDCS-BVDKT", "S2-05", null, due, """{"soDuocDuyet":240}""");
        await DoneAsync(database.DataSource, plan, big, "CDCS-BVDKT", "S2-02", due.AddDays(74), due.AddDays(70), """{"ngayHoiNghi":"2020-03-10","soDienHinh":168,"soKhachMoi":72,"soNu":130}""");
        await DoneAsync(database.DataSource, plan, big, "CDCS-BVDKT", "S2-14", null, due, """{"danhSach":[{"hoTen":"Đại biểu A","loai":"lao-dong-sang-tao"}]}""");
        await DoneAsync(database.DataSource, plan, late, "CDCS-TTYTDP", "S2-01", due, new DateTimeOffset(2020, 1, 9, 2, 0, 0, TimeSpan.Zero), """{"quyMo":"toan-the"}""");

        await RunAsync(database.DataSource, AggregatePlan.Statement, plan, new JsonObject { ["planId"] = plan.ToString() });

        var summary = JsonNode.Parse(await ScalarAsync<string>(database.DataSource, "select summary::text from plan"))!;
        var totals = summary["totals"]!;
        (Int(totals, "units"), Int(totals, "plansOnTime"), Int(totals, "plansLate"), Int(totals, "conferences"), Int(totals, "overrides")).ShouldBe((2, 1, 1, 1, 1));
        (Int(totals, "exemplars"), Int(totals, "guests"), Int(totals, "women")).ShouldBe((168, 72, 130));
        Int(summary["units"]!.AsArray().Single(u => u!["unitCode"]!.ToString() == "CDCS-TTYTDP")!, "daysLatePlan").ShouldBe(9);
        summary["delegates"]!.AsArray().Single()!["unitCode"]!.ToString().ShouldBe("CDCS-BVDKT");

        var stages = await PlanProgress.StagesAsync(database.DataSource, Actor.System, plan, due);
        stages.Single(s => s.Obligation == "S2-01").ShouldSatisfyAllConditions(s => s.Total.ShouldBe(2), s => s.Done.ShouldBe(2), s => s.Late.ShouldBe(1), s => s.Overdue.ShouldBe(0));
        (await PlanProgress.UnitsAsync(database.DataSource, await ActorAsync(database.DataSource, "chutich.bvdkt"), plan, due)).ShouldHaveSingleItem().Code.ShouldBe("CDCS-BVDKT");

        static int Int(JsonNode node, string name) => node[name]!.GetValue<int>();
    }

    private static async Task<Guid> IssuedAsync(NpgsqlDataSource database)
    {
        await ImportDemoAsync(database);
        await InstallShipped.RunAsync(database, new FormStore(database), new DefinitionReader(new ActivityCatalog(typeof(Activity).Assembly, typeof(UnionSetup).Assembly)), Noon);
        var draft = JsonSerializer.Deserialize<PlanDraft>(ShippedFiles.Demo("plan-23.json"), PlanDraft.Json)!;
        var created = (await CreatePlan.RunAsync(database, await ActorAsync(database, "chuyenvien.cdyt"), draft, Noon, Noon)).ShouldBeOfType<PlanCreation.Created>();
        await using var issue = database.CreateCommand("""
            update plan set status = 'checking'; update plan set status = 'signing'; update plan set status = 'signed';
            update plan set status = 'issued', number = 23, number_text = '23/KH-CĐYT', issued_on = '2019-12-17'
            """);
        await issue.ExecuteNonQueryAsync();
        return created.PlanId;
    }

    private static async Task RunAsync(NpgsqlDataSource database, DomainStatement statement, Guid plan, JsonObject body)
    {
#pragma warning disable CA2100 // the statement under test
        await using var command = database.CreateCommand(statement.Sql);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = new[] { plan } });
        command.Parameters.Add(new() { Value = new[] { plan } });
        command.Parameters.Add(new() { Value = new[] { body.ToJsonString() }, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = Noon });
        command.Parameters.Add(new() { Value = Noon.AddYears(1) });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Guid> ChildAsync(NpgsqlDataSource database, Guid plan, string unit)
    {
        var id = Guid.CreateVersion7(Noon);
        await ExecuteAsync(database, """
            insert into instance (id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, unit_id, created_at, updated_at)
            select $1, 'x', 'x', 1, $2, $2, 'c', id, $4, $4 from unit where code = $3
            """, id, plan, unit, Noon);
        return id;
    }

    private static async Task DoneAsync(NpgsqlDataSource database, Guid plan, Guid instance, string unit, string obligation, DateTimeOffset? due, DateTimeOffset at, string data)
    {
        var (task, spec) = (Guid.CreateVersion7(Noon), Guid.CreateVersion7(Noon));
        await ExecuteAsync(database, "insert into task_spec (id, body) values ($1, jsonb_build_object('obligation', $2::text, 'title', jsonb_build_object('vi', $2::text)))", spec, obligation);
        await ExecuteAsync(database, """
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, status, created_at, first_submitted_at, submitted_at, counts_at)
            select $1, $2, $3, $4, $5, 'c', u.id, u.parent_id, '{Chair}', 'accepted', $7, $7, $7,
              coalesce(($8::jsonb ->> 'ngayHoiNghi')::timestamp at time zone 'Asia/Ho_Chi_Minh', $7) from unit u where code = $6
            """, task, instance, plan, spec, "a-" + obligation, unit, at, data);
        await ExecuteAsync(database, "insert into task_round (task_id, round, submitted_at, submitted_by, data, decision) values ($1, 1, $2, $1, $3::jsonb, 'accepted')", task, at, data);
        if (due is { } limit)
            await ExecuteAsync(database, "insert into deadline (task_id, instance_id, calendar_id, legal_due, due, started_at) values ($1, $2, 'vn-public', $3, $3, $4)", task, instance, limit, Noon);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, params object[] values)
    {
#pragma warning disable CA2100 // the texts above
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
