using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Deadlines;

public sealed class CloseDigestsTests
{
    private static readonly DateTimeOffset Slot = DueWorld.At("24/12/2019 08:00:00");

    [Fact]
    public async Task A_digest_stays_open_while_another_host_holds_a_row_of_its_slot()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await using (var other = await world.Database.OpenConnectionAsync())
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var hold = Command(other, "select 1 from deadline d join task t on t.id = d.task_id where t.unit_id = 3 for update of d");
            await hold.ExecuteScalarAsync();

            (await world.FireDue.RunAsync(Slot)).Rungs.ShouldBe(1);
            (await world.CloseDigests.RunAsync(Slot)).ShouldBe(0);
        }

        (await world.FireDue.RunAsync(Slot)).Rungs.ShouldBe(1);
        (await world.CloseDigests.RunAsync(Slot)).ShouldBe(2);
        (await world.CloseDigests.RunAsync(Slot)).ShouldBe(0);
    }

    [Fact]
    public async Task A_line_that_comes_after_its_slot_was_closed_goes_out_in_a_mail_of_its_own()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.Turn.RunAsync(Slot);
        await world.AddTaskAsync(2, "Lập danh sách", "roster");

        await world.Turn.RunAsync(Slot);
        await world.AddTaskAsync(2, "Gửi báo cáo", "report");
        await world.Turn.RunAsync(Slot);

        world.MailsTo("chair-2").Count().ShouldBe(3);
        (await world.ReadAsync<long>("select count(distinct slot) from digest")).ShouldBe(3);
    }

    [Fact]
    public async Task What_was_handed_in_before_the_mail_was_written_is_not_asked_for()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.FireDue.RunAsync(Slot);
        await world.HandInAsync(2, Slot);

        (await world.CloseDigests.RunAsync(Slot)).ShouldBe(1);

        (await world.ReadAsync<long>("select count(*) from outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task A_reminder_says_all_that_its_reader_needs()
    {
        await using var world = await DueWorld.CreateAsync();

        await world.MoveToAsync("26/12/2019 08:00:00");

        var data = MailData.Read<ReminderData>(world.Mails[^1].Data);
        data.Plan.ShouldBe(new PlanFacts("23/KH-CĐYT", "Tổ chức Hội nghị điển hình tiên tiến", "Công đoàn ngành Y tế"));
        data.To.ShouldBe(new Addressee(new("Chủ tịch", "Chair"), "CĐCS đơn vị 2"));
        (data.Deadline.Quote, data.Deadline.LastDay, data.Deadline.Today).ShouldBe(("trước ngày 01/01/2020", Vn.Day("31/12/2019"), Vn.Day("26/12/2019")));
        data.Deadline.DaysLeft.ShouldBe([Vn.Day("27/12/2019"), Vn.Day("30/12/2019"), Vn.Day("31/12/2019")]);
        data.Deadline.Strip.Select(c => c.IsOff).ShouldBe([false, false, true, true, false, false, true]);
        data.Next.ShouldBe([DueWorld.At("30/12/2019 08:00:00"), DueWorld.At("31/12/2019 08:00:00"), DueWorld.At("02/01/2020 08:00:00")]);
        data.Escalates.ShouldBe(DueWorld.At("06/01/2020 08:00:00"));
    }

    [Fact]
    public async Task A_digest_shows_ten_rows_and_counts_all()
    {
        await using var world = await DueWorld.CreateAsync(units: 13);
        await world.RunAsync("update task set opened_at = $1 where unit_id = 5", Instant(DueWorld.At("03/01/2020 09:00:00")));

        await world.MoveToAsync("06/01/2020 08:00:00");

        var data = MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith("officer", StringComparison.Ordinal)).Data);
        data.To.ShouldBe(new Addressee(new("Chuyên viên", "Officer"), "Công đoàn ngành Y tế"));
        var group = data.Groups.Single();
        (group.Units, group.Of, group.Rows.Count, group.Open).ShouldBe((13, 13, DigestData.MaximumRows, 13));
        group.Rows.Count(r => r.Opened == Vn.Day("03/01/2020")).ShouldBe(1);
        data.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Units_equally_late_stand_in_the_order_of_their_names()
    {
        await using var world = await DueWorld.CreateAsync(units: 3);
        await world.RunAsync("update unit set name = (array['', '', 'CĐCS Trạm Y tế', 'CĐCS Ấp Bắc', 'CĐCS Bệnh viện'])[id + 1] where id in (2, 3, 4)");

        await world.MoveToAsync("06/01/2020 08:00:00");

        var data = MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith("officer", StringComparison.Ordinal)).Data);
        data.Groups.Single().Rows.Select(r => r.Unit).ShouldBe(["CĐCS Ấp Bắc", "CĐCS Bệnh viện", "CĐCS Trạm Y tế"]);
    }

    [Fact]
    public async Task Neither_a_review_nor_a_return_is_told_as_a_unit_that_handed_in_nothing()
    {
        await using var world = await DueWorld.CreateAsync(units: 3);
        await world.RunAsync("""
            with second as (update deadline set round = 2 where task_id = (select id from task where unit_id = 3))
            insert into task_round (task_id, round, submitted_at, submitted_by, data, decision, decided_at)
            select t.id, 1, $1, p.id, '{}', 'returned', $2 from task t, person p where t.unit_id = 3 and p.user_name = 'chair-3'
            """, Instant(DueWorld.At("20/12/2019 09:00:00")), Instant(DueWorld.At("23/12/2019 09:00:00")));
        await world.RunAsync("update deadline set purpose = 'review' where task_id = (select id from task where unit_id = 4)");
        await world.HandInAsync(4, DueWorld.At("20/12/2019 09:00:00"));

        await world.MoveToAsync("06/01/2020 08:00:00");

        var data = MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith("officer", StringComparison.Ordinal)).Data);
        data.Groups.Select(g => (g.Review, g.Returned, g.Units, g.Rows.Single().Submitted, g.Rows.Single().Returned)).ShouldBe(
            [(false, false, 1, null, null), (false, true, 1, null, Vn.Day("23/12/2019")), (true, false, 1, Vn.Day("20/12/2019"), null)], ignoreOrder: true);
    }

    [Fact]
    public async Task Reviews_of_a_first_and_of_a_later_round_are_counted_together()
    {
        await using var world = await DueWorld.CreateAsync(units: 3);
        await world.RunAsync("update deadline set purpose = 'review', round = case when task_id = (select id from task where unit_id = 4) then 2 else 1 end where task_id in (select id from task where unit_id in (3, 4))");
        foreach (var unit in (int[])[3, 4]) await world.HandInAsync(unit, DueWorld.At("20/12/2019 09:00:00"));

        await world.MoveToAsync("06/01/2020 08:00:00");

        var data = MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith("officer", StringComparison.Ordinal)).Data);
        data.Groups.Where(g => g.Review).Select(g => (g.Units, g.Rows.Count)).ShouldBe([(2, 2)]);
        data.Path.ShouldBe("/overdue", "a unit that handed in nothing stands in it too");
    }

    [Theory]
    [InlineData("review", 1, "/overdue#reviews")]
    [InlineData("work", 2, "/overdue#returned")]
    [InlineData("work", 1, "/overdue")]
    public async Task A_digest_leads_to_the_part_of_the_page_where_all_of_it_stands(string purpose, int round, string path)
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await world.RunAsync("update deadline set purpose = $1, round = $2", P(purpose), P(round));
        if (purpose == "review")
            foreach (var unit in (int[])[2, 3]) await world.HandInAsync(unit, DueWorld.At("20/12/2019 09:00:00"));

        await world.MoveToAsync("08/01/2020 08:00:00");

        MailData.Read<DigestData>(world.Mails.Last(m => m.To.StartsWith("vice", StringComparison.Ordinal)).Data).Path.ShouldBe(path);
    }
}
