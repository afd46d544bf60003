using WorkflowEngine.Outbox;
using WorkflowHost.Email;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Outbox;

public sealed class QueueReturnedTests
{
    /// <summary>The frame that <c>ReturnTask</c> gives: $1 task, $3 now, $14 reason, $15 new date.</summary>
    private const string Frame = "with changed as (update task t set status = 'open', round = round + 1 where id = $1 and $2 = '' and $4 = '' and $5 = '' and $6 = '' and $7 = '' and $8 = '' and $9 = '' and $10 = '' and $11 = '' and $12 = '' and $13 = '' returning *)"
        + QueueReturned.Cte + " select count(*) from changed";

    [Fact]
    public async Task A_return_tells_the_people_of_the_unit_once_with_reason_and_new_date()
    {
        await using var world = await DueWorld.CreateAsync();
        var task = await world.ReadAsync<Guid>("select id from task");
        await world.HandInAsync(2, DueWorld.At("27/12/2019 15:20:00"));
        await world.RunAsync("insert into task_round (task_id, round, submitted_at, submitted_by, data) select $1, 1, $2, id, '{}' from person where user_name = 'chair-2'",
            P(task), Instant(DueWorld.At("27/12/2019 15:20:00")));
        var empty = Enumerable.Repeat(0, 10).Select(_ => P("")).ToArray();

        await world.RunAsync(Frame, [P(task), P(""), Instant(DueWorld.At("30/12/2019 09:00:00")), .. empty, P("Thiếu mục 7."), Instant(DueWorld.At("04/01/2020 00:00:00"))]);

        (await world.ReadAsync<string>("select kind || ' ' || to_address from outbox")).ShouldBe("returned chair-2@example.test");
        var json = await world.ReadAsync<string>("select data::text from outbox");
        var data = MailData.Read<ReturnedData>(json);
        (data.Reason, data.OnTime, data.SubmittedAt, data.Due).ShouldBe(("Thiếu mục 7.", true, DueWorld.At("27/12/2019 15:20:00"), DueWorld.At("04/01/2020 00:00:00")));
        data.To.ShouldBe(new Addressee(new("Chủ tịch", "Chair"), "CĐCS đơn vị 2"));
        var mail = new MailRenderer("https://kehoach.example.vn").Render(MailKind.Returned, json, "vi");
        mail.Subject.ShouldBe("[23/KH-CĐYT] Trả lại: Nộp kế hoạch CĐCS, nộp lại 03/01/2020");
        mail.Text.ShouldContain("Ngày cuối cùng để nộp lại là Thứ Sáu 03/01/2020, đến 24:00.");
    }
}
