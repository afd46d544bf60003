using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Pages.Plans;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>Accept, return, withdraw and close.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task Acceptance_moves_the_instance_with_the_rounds_data()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, data: """{"soDaiBieu":180}""");
        var done = (await bench.AcceptAsync(Officer, task, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Revision, done.MovesInstance).ShouldBe(("accepted", 3, true));
        var body = (await bench.RowAsync("instance_event", "kind = 'task-done'"))["body"]!;
        body["data"]!["soDaiBieu"]!.GetValue<int>().ShouldBe(180);
        (await bench.RowAsync("task_round", $"task_id = '{task}'"))["decision"]!.ToString().ShouldBe("accepted");
        (await bench.AcceptAsync(Officer, task, 3)).ShouldBeOfType<TaskAnswer.Conflict>().Happened.Action.ShouldBe("task.accepted");
        (await bench.ScalarAsync<long>($"select count(*) from deadline where task_id = '{task}' and (next_at is not null or stopped_at is null)")).ShouldBe(0);
    }

    [Fact]
    public async Task A_return_opens_the_next_round_with_its_own_clock_and_keeps_the_first_submission()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, data: """{"v":1}""", at: Hanoi(2019, 12, 27, 9));
        (await bench.ReturnAsync(Officer, task, 2, reason: " ")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["reason"]);
        (await bench.ReturnAsync(Officer, task, 2, due: Hanoi(2019, 12, 30))).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["newDue"]);
        var done = (await bench.ReturnAsync(Officer, task, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Round, done.Revision, done.MovesInstance).ShouldBe(("open", 2, 3, false));
        // Due 04/01 00:00, returned on 30/12: T-3, T-5 and T-10 lie before it; T-1 is 02/01 08:00, with the holiday between.
        (await bench.NextAsync(task)).ShouldBe(Hanoi(2020, 1, 2, 8));
        (await bench.NextAsync(task, "review")).ShouldBeNull();

        (await bench.CompleteAsync(Chair, task, 3, """{"v":2}""", Hanoi(2020, 1, 3, 16))).ShouldBeOfType<TaskAnswer.Done>().Round.ShouldBe(2);
        (await bench.AcceptAsync(Officer, task, 4, Hanoi(2020, 1, 6, 9))).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<string>($"select string_agg(round || ':' || decision || ':' || (data ->> 'v'), ' ' order by round) from task_round where task_id = '{task}'"))
            .ShouldBe("1:returned:1 2:accepted:2");
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Hanoi(2019, 12, 27, 9).UtcDateTime);
        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
    }

    [Fact]
    public async Task A_withdrawn_first_round_no_longer_counts()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, at: Hanoi(2019, 12, 20, 9));
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Officer), new(task, 2, null, null), Hanoi(2019, 12, 25, 9), Issue)).ShouldBeOfType<TaskAnswer.Forbidden>();
        var done = (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 2, null, null), Hanoi(2019, 12, 25, 9), Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (done.Status, done.Round, done.Revision).ShouldBe(("open", 1, 3));
        var row = await bench.TaskRowAsync(task);
        (row["first_submitted_at"], row["submitted_at"]).ShouldBe((null, null));
        // T-5 rang on the 24th while it lay with the owner; T-3 is next.
        (await bench.NextAsync(task)).ShouldBe(Hanoi(2019, 12, 26, 8));
        await bench.CompleteAsync(Chair, task, 3, at: Hanoi(2020, 1, 2, 9));
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Hanoi(2020, 1, 2, 9).UtcDateTime);
        (await bench.AcceptAsync(Officer, task, 4)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 5, null, null), Hanoi(2020, 1, 3, 9), Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
    }

    /// <summary>Where the form asks for the day of the event, the last told day counts; a withdrawal brings back the one before.</summary>
    [Fact]
    public async Task The_day_of_the_event_counts_and_a_withdrawal_takes_it_back()
    {
        await using var bench = await TaskBench.CreateAsync();
        (await bench.Forms.AddAsync("""
            {"id":"bien-ban","version":1,"title":"Biên bản","schema":{"type":"object","required":["ngay"],"properties":{
              "ngay":{"type":"string","format":"date","x-event-date":true,"x-label":{"vi":"Ngày tổ chức","en":"Date held"}}}}}
            """)).ShouldBeEmpty();
        var task = await bench.AddAsync(form: "bien-ban");
        (await bench.CompleteAsync(Chair, task, data: """{"ngay":"2020-01-03"}""", at: Hanoi(2020, 1, 2, 9))).ShouldBeOfType<TaskAnswer.Invalid>().Errors["ngay"].En!.ShouldContain("has not come yet");
        await bench.CompleteAsync(Chair, task, data: """{"ngay":"2019-12-31"}""", at: Hanoi(2020, 1, 2, 9));
        (await CountsAsync()).ShouldBe(Hanoi(2019, 12, 31).UtcDateTime);
        await bench.ReturnAsync(Officer, task, 2, due: Hanoi(2020, 1, 10));
        await bench.CompleteAsync(Chair, task, 3, """{"ngay":"2020-01-01"}""", Hanoi(2020, 1, 3, 16));
        (await CountsAsync()).ShouldBe(Hanoi(2020, 1, 1).UtcDateTime);
        await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 4, null, null), Hanoi(2020, 1, 3, 17), Issue);
        (await CountsAsync()).ShouldBe(Hanoi(2019, 12, 31).UtcDateTime);

        Task<DateTime> CountsAsync() => bench.ScalarAsync<DateTime>($"select counts_at from task where id = '{task}'");
    }

    [Fact]
    public async Task On_a_standing_clock_a_round_can_be_withdrawn_and_handed_in_again()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, at: Issue);
        (await bench.Withdraw.WithdrawAsync(await bench.ActorAsync(Chair), new(task, 2, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.CompleteAsync(Chair, task, 3, at: Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<DateTime>($"select first_submitted_at from task where id = '{task}'")).ShouldBe(Issue.UtcDateTime);
        (await bench.AcceptAsync(Officer, task, 4)).ShouldBeOfType<TaskAnswer.Done>();
    }

    /// <summary>Four eyes, also where the unit is the owner, and for who stands in or is stood in for.</summary>
    [Fact]
    public async Task Nobody_decides_on_what_they_or_their_principal_handed_in()
    {
        await using var bench = await TaskBench.CreateAsync();
        var own = await bench.AddAsync("CDYT-TB");
        await bench.AppointAsync("chutich.cdyt", "CDYT-TB", "Officer");
        await bench.CompleteAsync("chutich.cdyt", own);
        var refused = (await bench.AcceptAsync("chutich.cdyt", own, 2)).ShouldBeOfType<TaskAnswer.OwnSubmission>();
        refused.Deciders.ShouldHaveSingleItem().Role.Vi.ShouldBe("Chuyên viên theo dõi");
        (await bench.ReturnAsync("chutich.cdyt", own, 2)).ShouldBeOfType<TaskAnswer.OwnSubmission>();
        (await bench.AcceptAsync(Officer, own, 2)).ShouldBeOfType<TaskAnswer.Done>();

        // Handed in by the chair's substitute: neither of the two decides; a substitute of who handed in does not either.
        await bench.AppointAsync(Officer, "CDCS-BVDKT", "Chair");
        var (chair, officer) = (await bench.ActorAsync(Chair), await bench.ActorAsync(Officer));
        var forThem = await bench.AddAsync();
        var substitute = chair with { OnBehalfOf = officer.PersonId };
        (await bench.Complete.CompleteAsync(substitute, new(forThem, 1, null, null, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.AcceptAsync(Officer, forThem, 2)).ShouldBeOfType<TaskAnswer.OwnSubmission>();
        var byThem = await bench.AddAsync();
        await bench.CompleteAsync(Chair, byThem);
        var standIn = officer with { OnBehalfOf = chair.PersonId };
        (await bench.Accept.AcceptAsync(standIn, new(byThem, 2, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.OwnSubmission>();
        (await bench.AcceptAsync(Officer, byThem, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<long>($"select count(*) from task where id = '{forThem}' and status = 'submitted'")).ShouldBe(1);
    }

    [Fact]
    public async Task Where_no_reviewer_is_left_the_owners_other_reviewing_roles_decide_then_the_unit_above_then_it_is_said()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.AppointAsync(Officer, "CDCS-BVDKT", "Chair");
        var task = await bench.AddAsync();
        (await bench.AcceptAsync("chutich.cdyt", task, 1)).ShouldBeOfType<TaskAnswer.Forbidden>("while it is open it is the officer's to come");
        await bench.CompleteAsync(Officer, task);
        (await FourEyes.WhoAsync(bench.Database, task, Issue)).Select(d => d.Role.Vi).ShouldBe(["Chánh Văn phòng", "Chủ tịch", "Phó Chủ tịch"], ignoreOrder: true);
        (await bench.AcceptAsync("chutich.ldld", task, 2)).ShouldBeOfType<TaskAnswer.Forbidden>("the nearest level decides");

        await bench.ExecuteAsync("update role_assignment a set valid_to = '2019-12-17' from unit u, person p where u.id = a.unit_id and p.id = a.person_id and u.code = 'CDYT-TB' and p.user_name <> 'chuyenvien.cdyt'");
        (await FourEyes.WhoAsync(bench.Database, task, Issue)).Select(d => d.UnitCode).Distinct().ShouldBe(["LDLD-TB"]);
        (await bench.AcceptAsync("chutich.ldld", task, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.RowAsync("audit", "action = 'task.accepted'"))["detail"]!["role"]!.ToString().ShouldBe("Chair");

        var stuck = await bench.AddAsync();
        await bench.CompleteAsync(Officer, stuck);
        await bench.ExecuteAsync("update role_assignment a set valid_to = '2019-12-17' from unit u where u.id = a.unit_id and u.code = 'LDLD-TB'");
        var nobody = (await bench.AcceptAsync(Officer, stuck, 2)).ShouldBeOfType<TaskAnswer.OwnSubmission>();
        nobody.Deciders.ShouldBeEmpty();
        nobody.Sentence.Vi.ShouldContain("chưa có ai khác được kết luận");
        await bench.AppointAsync("phochutich.bvdkt", "CDYT-TB", "Officer");
        (await bench.AcceptAsync("phochutich.bvdkt", stuck, 2)).ShouldBeOfType<TaskAnswer.Done>();
    }

    /// <summary>The reminder goes to whoever may decide, not to a role that nobody holds.</summary>
    [Fact]
    public async Task A_review_that_falls_to_others_reminds_them()
    {
        await using var world = await Deadlines.DueWorld.CreateAsync(units: 1);
        await world.RunAsync("update role set permissions = '{review}' where code = 'ViceChair'");
        await world.RunAsync("update role_assignment set valid_to = '2019-12-01' where role = 'Officer'");
        await world.RunAsync("update deadline set next_at = null");
        await world.HandInAsync(2, Hanoi(2019, 12, 18, 9));
        await world.RunAsync("""
            insert into deadline (task_id, purpose, instance_id, ladder_id, calendar_id, due, started_at, next_at)
            select id, 'review', instance_id, 'review', 'vn-public', $1, $2, $3 from task
            """, Db.Instant(Hanoi(2019, 12, 24)), Db.Instant(Hanoi(2019, 12, 18, 9)), Db.Instant(Hanoi(2019, 12, 23, 8)));
        await world.MoveToAsync("25/12/2019 00:00:00");
        world.MailsTo("vice").ShouldBe(["23/12/2019 08:00", "24/12/2019 08:00"]);
        world.MailsTo("officer").ShouldBeEmpty();
        world.Mails.ShouldAllBe(m => m.Kind == "reminder");
    }

    /// <summary>Taken by a deputy it is the principal's: they go on with it when they are back.</summary>
    [Fact]
    public async Task A_deputy_takes_and_hands_in_for_the_person()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (chair, vice) = (await bench.ActorAsync(Chair), await bench.ActorAsync(ViceChair));
        var (taken, done) = (await bench.AddAsync(), await bench.AddAsync());
        (await bench.Claim.ClaimAsync(vice with { OnBehalfOf = chair.PersonId }, new(taken, 1, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Complete.CompleteAsync(vice with { OnBehalfOf = chair.PersonId }, new(done, 1, null, null, null, null), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.ScalarAsync<long>($"select count(*) from task where assignee_id = '{chair.PersonId}'")).ShouldBe(2);
        (await bench.RowAsync("audit", "action = 'task.claimed'"))["actor_id"]!.ToString().ShouldBe(vice.PersonId.ToString());
        (await bench.CompleteAsync(Chair, taken, 2)).ShouldBeOfType<TaskAnswer.Done>();
    }

    [Fact]
    public async Task Closing_needs_a_reason_and_ends_the_task_open_or_submitted()
    {
        await using var bench = await TaskBench.CreateAsync();
        var (open, submitted) = (await bench.AddAsync(), await bench.AddAsync());
        await bench.CompleteAsync(Chair, submitted);
        (await bench.CloseAsync(Officer, open, 1, null)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.CloseAsync(Officer, open, 1)).ShouldBeOfType<TaskAnswer.Done>().MovesInstance.ShouldBeTrue();
        (await bench.CloseAsync(Officer, submitted, 2)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.CloseAsync(Officer, submitted, 3)).ShouldBeOfType<TaskAnswer.Conflict>().Happened.Sentence.Vi.ShouldContain("đã đóng việc");
        (await bench.ScalarAsync<long>("select count(*) from instance_event where kind = 'task-closed' and body ->> 'reason' = 'Không phải thực hiện'")).ShouldBe(2);
        (await bench.NextAsync(open)).ShouldBeNull();
    }

    /// <summary>The plan's page says "yours" of exactly those whom four eyes leave.</summary>
    [Fact]
    public async Task What_the_plan_page_calls_mine_is_what_the_reader_may_decide()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.AppointAsync("chutich.cdyt", "CDYT-TB", "Officer");
        var task = await bench.AddAsync("CDYT-TB");
        await bench.CompleteAsync("chutich.cdyt", task);
        var instance = await bench.ScalarAsync<Guid>($"select instance_id from task where id = '{task}'");
        async Task<bool> MineAsync(string user) =>
            (await new PlanWaits(bench.Database).OwnAsync(await bench.ActorAsync(user), instance, Issue)).ShouldHaveSingleItem().Mine;

        (await MineAsync("chutich.cdyt")).ShouldBeFalse("they handed it in");
        (await MineAsync(Officer)).ShouldBeTrue();
        (await MineAsync("phochutich.cdyt")).ShouldBeFalse("a reviewer is left");
        await bench.ExecuteAsync("update role_assignment a set valid_to = '2019-12-17' from person p where p.id = a.person_id and p.user_name = 'chuyenvien.cdyt'");
        (await MineAsync("phochutich.cdyt")).ShouldBeTrue("nobody else is left who reviews by role");
    }
}
