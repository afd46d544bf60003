using WorkflowEngine.Absences;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Absences;

/// <summary>Who gets the mails while somebody is away: reminders go to whoever can act, escalation passes over managers who are not there and says so.</summary>
public sealed class AbsenceMailTests
{
    private static readonly DateOnly First = new(2020, 1, 6), Last = new(2020, 1, 10);

    [Fact]
    public async Task A_written_delegation_sends_the_escalation_to_both_and_the_deputys_says_in_whose_place()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await world.AddPersonAsync("deputy", (1, "Clerk"));
        await AwayAsync(world, "officer", Deputy("deputy", written: true));

        await world.MoveToAsync("07/01/2020 00:00:00");

        world.MailsTo("officer").ShouldBe(["06/01/2020 08:00"]);
        world.MailsTo("deputy").ShouldBe(["06/01/2020 08:00"]);
        var digest = DigestTo(world, "deputy");
        digest.Absences.ShouldBe([new AbsenceNote(new WorkflowEngine.Tasks.Text("Chuyên viên", "Officer"), "Công đoàn ngành Y tế", Last, StandsIn: true)]);
        digest.To.Role!.Vi.ShouldBe("Chuyên viên");
        digest.Groups.Single().Units.ShouldBe(2);
        DigestTo(world, "officer").Absences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_writing_only_the_deputy_gets_it_and_the_day_after_the_last_one_the_person_again()
    {
        await using var world = await DueWorld.CreateAsync(units: 1, startedAt: DueWorld.Issued);
        await world.AddPersonAsync("deputy", (1, "Clerk"));
        await AwayAsync(world, "officer", Deputy("deputy"));
        await world.RunAsync("update deadline set ladder_id = 'weekly'");
        await world.RunAsync("insert into ladder (id, body) values ('weekly', $1)", Json("""
            {"id":"weekly","rungs":[{"id":"w","offset":3,"unit":"workingDays","at":"08:00","recipients":[{"at":"owner","role":"Officer"}],"repeat":{"every":1,"unit":"workingDays"}}]}
            """));

        await world.MoveToAsync("14/01/2020 00:00:00");

        world.MailsTo("deputy").ShouldBe(["06/01/2020 08:00", "07/01/2020 08:00", "08/01/2020 08:00", "09/01/2020 08:00", "10/01/2020 08:00"]);
        world.MailsTo("officer").ShouldBe(["13/01/2020 08:00"]);
    }

    [Fact]
    public async Task A_manager_who_is_away_without_a_deputy_is_passed_over_for_the_superior_who_reads_why()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await world.AddPersonAsync("chair", (1, "Chair"));
        await world.RunAsync("update role set superior = 'Chair' where code = 'ViceChair'");
        await AwayAsync(world, "vice");

        await world.MoveToAsync("09/01/2020 00:00:00");

        world.MailsTo("vice").ShouldBeEmpty();
        world.MailsTo("chair").ShouldBe(["08/01/2020 08:00"]);
        DigestTo(world, "chair").Absences.ShouldBe([new AbsenceNote(new WorkflowEngine.Tasks.Text("Phó Chủ tịch", "Vice-chair"), "Công đoàn ngành Y tế", Last, StandsIn: false)]);
        (await world.ReadAsync<string>("select detail ->> 'until' from audit where action = 'deadline.rung.absent'")).ShouldBe("2020-01-11");
        (await world.ReadAsync<int>("select recipients from rung_fired where rung = 'overdue+5'")).ShouldBe(1);
    }

    [Fact]
    public async Task When_all_the_way_up_everybody_is_away_the_rung_is_on_record_as_unheard()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await AwayAsync(world, "vice");

        await world.MoveToAsync("09/01/2020 00:00:00");

        (await world.ReadAsync<string>("select string_agg(action, ' ' order by action) from audit where action like 'deadline.%'"))
            .ShouldBe("deadline.rung.absent deadline.rung.no-recipient");
    }

    [Fact]
    public async Task Whoever_has_to_do_it_themselves_is_reminded_though_away_because_nobody_else_can()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await AwayAsync(world, "chair-2", new DateOnly(2019, 12, 20), new DateOnly(2019, 12, 27));

        await world.MoveToAsync("28/12/2019 00:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "26/12/2019 08:00"]);
    }

    [Fact]
    public async Task A_delegation_for_another_plan_or_duty_passes_nothing_on()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await world.AddPersonAsync("other-plan", (1, "Clerk"));
        await world.AddPersonAsync("other-duty", (1, "Clerk"));
        await AwayAsync(world, "officer", First, Last,
            ("other-plan", false, [Duty.Review, Duty.FollowUp], [Guid.NewGuid()]), ("other-duty", false, [Duty.Work], null));

        await world.MoveToAsync("07/01/2020 00:00:00");

        world.MailsTo("other-plan").ShouldBeEmpty();
        world.MailsTo("other-duty").ShouldBeEmpty();
        world.MailsTo("officer").ShouldBeEmpty();
        world.MailsTo("head").ShouldBe(["06/01/2020 08:00"]);
    }

    [Fact]
    public async Task Several_deputies_share_the_work_by_process()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await world.AddPersonAsync("for-plans", (1, "Clerk"));
        await world.AddPersonAsync("for-reports", (1, "Clerk"));
        var other = new Guid("00000000-0000-0000-0000-00000000bbbb");
        await world.RunAsync("""
            insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, name, created_at, updated_at)
            select $1, 'report', 'report:1', 1, $1, unit_id, 'Báo cáo', created_at, updated_at from instance where id = $2
            """, WorkflowEngine.Storage.Db.P(other), WorkflowEngine.Storage.Db.P(DueWorld.Root));
        await world.RunAsync("with t as (update task set instance_id = $1, root_id = $1 where unit_id = 3 returning id) update deadline d set instance_id = $1 from t where d.task_id = t.id",
            WorkflowEngine.Storage.Db.P(other));
        var officer = await IdAsync(world, "officer");
        Deputy[] deputies = [
            new(await IdAsync(world, "for-plans"), [Duty.FollowUp], Processes: ["plan"]), new(await IdAsync(world, "for-reports"), [Duty.FollowUp], Processes: ["report"])];
        (await new EnterAbsence(world.Database).EnterAsync(new Actor(officer, null, []), new(officer, First, Last, null, deputies), world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<AbsenceAnswer.Done>();

        await world.MoveToAsync("06/01/2020 09:00:00");

        world.MailsTo("officer").ShouldBeEmpty();
        DigestTo(world, "for-plans").Groups.ShouldHaveSingleItem().Rows.ShouldHaveSingleItem().Unit.ShouldBe("CĐCS đơn vị 2");
        DigestTo(world, "for-reports").Groups.ShouldHaveSingleItem().Rows.ShouldHaveSingleItem().Unit.ShouldBe("CĐCS đơn vị 3");
    }

    [Fact]
    public async Task An_absence_that_makes_no_sense_or_is_not_ones_own_to_enter_is_refused()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        var (officer, chair) = (await IdAsync(world, "officer"), await IdAsync(world, "chair-2"));
        var enter = new EnterAbsence(world.Database);
        var self = new Actor(officer, null, []);
        async Task<AbsenceAnswer> Try(Actor actor, Guid person, DateOnly from, DateOnly last, params Deputy[] deputies) =>
            await enter.EnterAsync(actor, new(person, from, last, null, deputies), world.Clock.Now(), world.Clock.Now());

        (await Try(self, chair, First, Last)).ShouldBeOfType<AbsenceAnswer.NotFound>();
        (await Try(self, officer, Last, First)).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["lastDay"]);
        (await Try(self, officer, new(2019, 12, 1), new(2019, 12, 16))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["lastDay"]);
        (await Try(self, officer, First, Last, new Deputy(officer, Duty.All))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["deputies[0]"]);
        (await Try(self, officer, First, Last, new Deputy(chair, ["everything"]))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["deputies[0]"]);
        (await Try(self, officer, First, Last, new Deputy(Guid.NewGuid(), Duty.All))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["deputies[0]"]);
        var done = (await Try(self, officer, First, Last, new Deputy(chair, Duty.All))).ShouldBeOfType<AbsenceAnswer.Done>();
        (await Try(self, officer, Last, Last.AddDays(3))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["fromDay"]);
        (await Try(new Actor(chair, null, []), chair, First.AddDays(-1), Last.AddDays(1))).ShouldBeOfType<AbsenceAnswer.Done>();
        (await enter.EndAsync(new Actor(chair, null, []), done.Id, world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<AbsenceAnswer.NotFound>();
        (await enter.EndAsync(self, done.Id, world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<AbsenceAnswer.Done>();
        (await Try(self, officer, First, Last, new Deputy(chair, Duty.All))).ShouldBeOfType<AbsenceAnswer.Invalid>().Errors.Keys.ShouldBe(["deputies[0]"]);
        (await world.ReadAsync<string>("select string_agg(action, ' ' order by id) from audit")).ShouldBe("absence.entered absence.entered absence.ended");
    }

    private static DigestData DigestTo(DueWorld world, string name) => MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith(name + "@", StringComparison.Ordinal)).Data);

    private static (string Name, bool Written, string[] Duties, Guid[]? Plans) Deputy(string name, bool written = false) => new(name, written, [Duty.Review, Duty.FollowUp], null);

    private static Task AwayAsync(DueWorld world, string person, params (string Name, bool Written, string[] Duties, Guid[]? Plans)[] deputies) =>
        AwayAsync(world, person, First, Last, deputies);

    private static async Task AwayAsync(DueWorld world, string person, DateOnly from, DateOnly last, params (string Name, bool Written, string[] Duties, Guid[]? Plans)[] deputies)
    {
        var id = await IdAsync(world, person);
        var named = new List<Deputy>();
        foreach (var (name, written, duties, plans) in deputies) named.Add(new Deputy(await IdAsync(world, name), duties, plans, null, written));
        (await new EnterAbsence(world.Database).EnterAsync(new Actor(id, null, []), new(id, from, last, null, named), world.Clock.Now(), world.Clock.Now()))
            .ShouldBeOfType<AbsenceAnswer.Done>();
    }

    private static Task<Guid> IdAsync(DueWorld world, string name) => world.ReadAsync<Guid>($"select id from person where user_name = '{name}'");
}
