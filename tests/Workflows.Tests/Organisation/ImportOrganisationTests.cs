using System.Text.Json;
using Unions;
using Unions.Organisation;
using WorkflowEngine.Organisation;
using Workflows.Tests.Plans;

namespace Workflows.Tests.Organisation;

public sealed class ImportOrganisationTests
{
    [Theory]
    [InlineData("""{"units":[{"code":"A","name":"A","kind":"k"},@{"code":"B","name":"B","kind":"k","parent":"Z"}]}""", "unknown-parent", "parent")]
    [InlineData("""{"units":[{"code":"A","name":"A","kind":"k"},@{"code":"A","name":"B","kind":"k"}]}""", "duplicate-code", "code")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","parent":"A"}]}""", "cycle", "parent")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","validFrom":"31/02/2020"}]}""", "bad-date", "validFrom")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","validFrom":"01/03/2020","validTo":"2020-03-01"}]}""", "dates-reversed", "validTo")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","attributes":{"headcount":"nhiều"}}]}""", "bad-headcount", "attributes")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","kind":"k"}]}""", "missing", "name")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","validTo":"01/03/2020","successor":"Z"}]}""", "unknown-successor", "successor")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","validTo":"01/03/2020","successor":"A"}]}""", "unknown-successor", "successor")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","successor":"R"}]}""", "successor-without-end", "validTo")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"},@{"code":"A","name":"A","kind":"k","validTo":"01/03/2020","successor":"R","successorKind":"conquest"}]}""", "unknown-successor-kind", "successorKind")]
    [InlineData("""{"people":[{"userName":"a","displayName":"A"},@{"userName":"A","displayName":"B"}]}""", "duplicate-user", "userName")]
    [InlineData("""{"people":[{"userName":"a","displayName":"A"},@{"userName":"b","displayName":"B","email":"không phải thư"}]}""", "bad-email", "email")]
    [InlineData("""{"people":[{"userName":"a","displayName":"A"}],"units":[{"code":"R","name":"R","kind":"k"}],"assignments":[@{"userName":"a","unit":"R","role":"Emperor"}]}""", "unknown-role", "role")]
    [InlineData("""{"people":[{"userName":"a","displayName":"A"}],"roles":[{"code":"Chair","vi":"Chủ tịch"}],"assignments":[@{"userName":"a","unit":"Q","role":"Chair"}]}""", "unknown-unit", "unit")]
    [InlineData("""{"units":[{"code":"R","name":"R","kind":"k"}],"roles":[{"code":"Chair","vi":"Chủ tịch"}],"assignments":[@{"userName":"q","unit":"R","role":"Chair"}]}""", "unknown-user", "userName")]
    [InlineData("""{"roles":[{"code":"Chair","vi":"Chủ tịch"},@{"code":"X","vi":"X","permissions":["everything"]}]}""", "unknown-permission", "permissions")]
    [InlineData("""{"roles":[{"code":"Chair","vi":"Chủ tịch"}],@"kings":[]}""", "unknown-list", "kings")]
    public void An_error_names_its_line_and_field(string json, string code, string field)
    {
        var lines = json.Split('@');
        var error = OrganisationCheck.Run(OrganisationReader.Read(string.Join("\n\n", lines)), KnownOrganisation.Empty).ShouldHaveSingleItem();

        (error.Code, error.Field, error.Line).ShouldBe((code, field, 3));
        error.Vi.ShouldNotBeNullOrWhiteSpace();
        error.En.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_cycle_of_several_units_is_named_with_its_way()
    {
        var file = OrganisationReader.Read("""{"units":[{"code":"A","name":"A","kind":"k","parent":"C"},{"code":"B","name":"B","kind":"k","parent":"A"},{"code":"C","name":"C","kind":"k","parent":"B"}]}""");

        var errors = OrganisationCheck.Run(file, KnownOrganisation.Empty);

        errors.Count.ShouldBe(3);
        errors[0].Vi.ShouldContain("A → C → B → A");
    }

    [Fact]
    public void Malformed_json_names_its_line() =>
        OrganisationReader.Read("{\n\"units\": [\n{\"code\": }\n]}").Errors.ShouldHaveSingleItem().Line.ShouldBe(3);

    [Fact]
    public void A_spreadsheet_with_quotes_line_breaks_and_semicolons_reads_the_same()
    {
        const string csv = "\uFEFFrecord;code;name;shortName;kind;parent;attributes;userName;displayName;unit;role;validFrom;vi\n" +
            "role;Chair;;;;;;;;;;;Chủ tịch\n" +
            "unit;CDYT;\"Công đoàn \"\"ngành\"\"\nY tế\";;LocalSectorUnion;;symbol=CĐYT|headcount=12;;;;;;\n\n" +
            "person;;;;;;;chutich;Chủ tịch;;;;\n" +
            "assignment;;;;;;;chutich;;CDYT;Chair;31/12/2019;\n" +
            "assignment;;;;;;;chutich;;CDYT;King;;\n";

        var file = OrganisationReader.Read(csv);

        file.Errors.ShouldBeEmpty();
        file.Units.Single().Name.ShouldBe("Công đoàn \"ngành\"\nY tế");
        file.Units.Single().Attributes["headcount"]!.GetValue<long>().ShouldBe(12);
        file.Assignments[0].ValidFrom.ShouldBe(new DateOnly(2019, 12, 31));
        OrganisationCheck.Run(file, KnownOrganisation.Empty).ShouldHaveSingleItem().Line.ShouldBe(8);
    }

    [Fact]
    public async Task The_demo_is_imported_once_and_the_second_time_changes_nothing()
    {
        await using var database = await Postgres.CreateDatabase();
        var text = ShippedFiles.Demo("organisation.json");

        var first = await ImportAsync(database, Actor.System, text);
        var second = await ImportAsync(database, Actor.System, text);

        first.ShouldBe(new OrganisationImport.Imported(7, 37, 0, 45, 45));
        second.ShouldBeOfType<OrganisationImport.Imported>().IsUnchanged.ShouldBeTrue();
        (await OnePlan.ScalarAsync<long>(database.DataSource, "select count(*) from unit where kind = 'GrassrootsUnion' and parent_id = (select id from unit where code = 'CDYT-TB')")).ShouldBe(34);
        (await OnePlan.ScalarAsync<bool>(database.DataSource, "select bool_and(u.path = p.path || u.id || '/') from unit u join unit p on p.id = u.parent_id")).ShouldBeTrue();
        (await OnePlan.ScalarAsync<long>(database.DataSource, "select count(*) from audit where action = 'organisation.import'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_exported_can_be_imported_and_changes_nothing()
    {
        await using var database = await Postgres.CreateDatabase();
        await OnePlan.ImportDemoAsync(database.DataSource);

        var exported = await ExportOrganisation.RunAsync(database.DataSource, Actor.System);

        (await ImportAsync(database, Actor.System, exported.ToJsonString())).ShouldBeOfType<OrganisationImport.Imported>().IsUnchanged.ShouldBeTrue();
    }

    [Fact]
    public async Task One_wrong_line_keeps_everything_out()
    {
        await using var database = await Postgres.CreateDatabase();
        var text = ShippedFiles.Demo("organisation.json").Replace("\"unit\": \"CDCS-BVNHI\"", "\"unit\": \"CDCS-XYZ\"", StringComparison.Ordinal);

        var rejected = (await ImportAsync(database, Actor.System, text)).ShouldBeOfType<OrganisationImport.Rejected>();

        rejected.Errors.ShouldHaveSingleItem().Code.ShouldBe("unknown-unit");
        (await OnePlan.ScalarAsync<long>(database.DataSource, "select (select count(*) from unit) + (select count(*) from person) + (select count(*) from role)")).ShouldBe(0);
    }

    [Fact]
    public async Task A_new_parent_moves_the_subtree()
    {
        await using var database = await Postgres.CreateDatabase();
        await OnePlan.ImportDemoAsync(database.DataSource);

        var moved = await ImportAsync(database, Actor.System, """{"units":[{"code":"CDYT-TB","name":"Công đoàn ngành Y tế","kind":"LocalSectorUnion","parent":"TLD"}]}""");

        moved.ShouldBeOfType<OrganisationImport.Imported>().UnitsChanged.ShouldBe(35);
        (await OnePlan.ScalarAsync<bool>(database.DataSource, "select bool_and(u.path = coalesce(p.path, '/') || u.id || '/') from unit u left join unit p on p.id = u.parent_id")).ShouldBeTrue();
    }

    /// <summary>Domain §7, story 7: one centre is merged into another on 01/03/2020; the spreadsheet says so, and the export says it again.</summary>
    [Fact]
    public async Task A_unit_that_ends_names_the_one_that_takes_its_place()
    {
        await using var database = await Postgres.CreateDatabase();
        await OnePlan.ImportDemoAsync(database.DataSource);
        const string csv = "record;code;name;kind;parent;validTo;successor\nunit;CDCS-TTYTHI;CĐCS Trung tâm Y tế huyện I;GrassrootsUnion;CDYT-TB;01/03/2020;CDCS-TTYTHB\n";

        var merged = (await ImportAsync(database, Actor.System, csv)).ShouldBeOfType<OrganisationImport.Imported>();
        (merged.UnitsChanged, merged.Successors).ShouldBe((1, 1));
        (await ImportAsync(database, Actor.System, csv)).ShouldBeOfType<OrganisationImport.Imported>().IsUnchanged.ShouldBeTrue();
        (await OnePlan.ScalarAsync<string>(database.DataSource, "select f.code || ' ' || s.kind || ' ' || t.code || ' ' || s.effective_on from unit_successor s join unit f on f.id = s.from_unit join unit t on t.id = s.to_unit"))
            .ShouldBe("CDCS-TTYTHI merge CDCS-TTYTHB 2020-03-01");

        var exported = await ExportOrganisation.RunAsync(database.DataSource, Actor.System);
        (await ImportAsync(database, Actor.System, exported.ToJsonString())).ShouldBeOfType<OrganisationImport.Imported>().IsUnchanged.ShouldBeTrue();
        exported["units"]!.AsArray().Single(u => u!["code"]!.ToString() == "CDCS-TTYTHI")!["successor"]![0]!.ToString().ShouldBe("CDCS-TTYTHB");
    }

    [Fact]
    public async Task A_local_administrator_stays_inside_the_own_subtree()
    {
        await using var database = await Postgres.CreateDatabase();
        await OnePlan.ImportDemoAsync(database.DataSource);
        var local = await OnePlan.ActorAsync(database.DataSource, "quantri.cdyt");

        (await ImportAsync(database, local, """{"units":[{"code":"NEW","name":"CĐCS mới","kind":"GrassrootsUnion","parent":"CDYT-TB"}]}""")).ShouldBeOfType<OrganisationImport.Imported>();
        foreach (var beyond in (string[])
        [
            """{"units":[{"code":"NEW","name":"CĐCS mới","kind":"GrassrootsUnion","parent":"TLD"}]}""",
            """{"units":[{"code":"ROOT","name":"Gốc","kind":"GrassrootsUnion"}]}""",
            """{"units":[{"code":"NEW","name":"CĐCS mới","kind":"GrassrootsUnion","parent":"CDYT-TB","validTo":"01/03/2020","successor":"TLD"}]}""",
            """{"assignments":[{"userName":"quantri.cdyt","unit":"TLD","role":"Administrator"}]}""",
            """{"people":[{"userName":"quantri","displayName":"X","email":"x@example.vn"}]}""",
            """{"roles":[{"code":"Clerk","vi":"Văn thư","en":"Clerk","permissions":["organisation"]}]}""",
        ])
            (await ImportAsync(database, local, beyond)).ShouldBeOfType<OrganisationImport.Rejected>().Errors.ShouldAllBe(e => e.Code == "not-yours");
    }

    /// <summary>A role that is over gives the unit it was held in no say any more; one that is still to come does.</summary>
    [Fact]
    public async Task Who_left_another_unit_belongs_to_the_one_that_takes_them_on()
    {
        await using var database = await Postgres.CreateDatabase();
        await OnePlan.ImportDemoAsync(database.DataSource);
        var local = await OnePlan.ActorAsync(database.DataSource, "quantri.cdyt");
        const string moved = """{"people":[{"userName":"quantri","displayName":"X","email":"x@example.vn"}]}""";
        async Task HeldAsync(string from, string to) => await OnePlan.ScalarAsync<bool>(database.DataSource,
            $"with held as (update role_assignment set valid_from = '{from}', valid_to = '{to}' where person_id = (select id from person where user_name = 'quantri') returning 1) select true");

        await HeldAsync("2030-01-01", "infinity");
        (await ImportAsync(database, local, moved)).ShouldBeOfType<OrganisationImport.Rejected>().Errors.ShouldAllBe(e => e.Code == "not-yours");
        await HeldAsync("2010-01-01", "2019-12-18");
        (await ImportAsync(database, local, moved)).ShouldBeOfType<OrganisationImport.Rejected>("its last day is today");
        await HeldAsync("2010-01-01", "2019-12-17");
        (await ImportAsync(database, local, moved)).ShouldBeOfType<OrganisationImport.Imported>().People.ShouldBe(1);
    }

    private static Task<OrganisationImport> ImportAsync(Postgres database, Actor actor, string text) =>
        ImportOrganisation.RunAsync(database.DataSource, actor, OrganisationReader.Read(text), OnePlan.Noon, OnePlan.Noon);
}
