using Npgsql;
using WorkflowHost.Inbox;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Inbox;

public sealed class InboxQueriesTests
{
    private static readonly DateTimeOffset Before = Hanoi(2019, 12, 27, 9);
    private static readonly DateTimeOffset After = Hanoi(2020, 1, 6, 8, 15);

    [Fact]
    public async Task A_chair_sees_the_own_unit_and_nothing_of_another()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var task = await bench.AddAsync();

        (await ItemsAsync(bench, queries, Chair, Before)).ShouldHaveSingleItem().Id.ShouldBe(task);
        (await queries.CountAsync(await bench.ActorAsync(Stranger), After)).ShouldBe(new InboxCounts(0, 0, 0, 0));
        (await ItemsAsync(bench, queries, Stranger, After)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_task_that_somebody_holds_leaves_the_others_inbox()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var task = await bench.AddAsync();

        await bench.Claim.ClaimAsync(await bench.ActorAsync(ViceChair), new(task, 1, null), Before, Before);

        (await ItemsAsync(bench, queries, ViceChair, Before)).Count.ShouldBe(1);
        (await ItemsAsync(bench, queries, Chair, Before)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Work_that_others_wait_for_stands_above_what_is_overdue()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var late = await bench.AddAsync("CDCS-BVNHI");
        var submitted = await bench.AddAsync();
        await bench.CompleteAsync(Chair, submitted);

        var items = await ItemsAsync(bench, queries, Officer, After);

        items.Select(i => (i.Kind, i.Id)).ShouldBe([(InboxKind.Review, submitted), (InboxKind.FollowUp, late)]);
        (await queries.CountAsync(await bench.ActorAsync(Officer), After)).ShouldBe(new InboxCounts(1, 1, 0, 1));
        (await queries.CountAsync(await bench.ActorAsync(Officer), Before)).ShouldBe(new InboxCounts(1, 0, 0, 0));
    }

    [Fact]
    public async Task What_was_returned_and_is_late_again_is_urged_and_not_overdue()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task);
        await bench.ReturnAsync(Officer, task, 2);

        (await queries.CountAsync(await bench.ActorAsync(Officer), Hanoi(2020, 1, 3, 23))).ShouldBe(new InboxCounts(0, 0, 0, 0));
        (await queries.CountAsync(await bench.ActorAsync(Officer), Hanoi(2020, 1, 4))).ShouldBe(new InboxCounts(0, 1, 0, 0));
    }

    [Fact]
    public async Task An_undated_duty_is_never_urged()
    {
        await using var bench = await CreateAsync();
        await bench.AddAsync(dated: false);
        (await new InboxQueries(bench.Database).CountAsync(await bench.ActorAsync(Officer), Hanoi(2030, 1, 1))).All.ShouldBe(0);
    }

    [Theory]
    [InlineData("benh vien NHI", 1)]
    [InlineData("Bệnh viện", 2)]
    [InlineData("bệnh viện đa khoa", 1)]
    [InlineData("nop ke hoach", 2)]
    [InlineData("100%", 0)]
    [InlineData("_", 0)]
    public async Task A_search_does_not_mind_marks(string typed, int found)
    {
        await using var bench = await CreateAsync();
        await bench.AddAsync("CDCS-BVNHI");
        await bench.AddAsync();
        (await ItemsAsync(bench, new InboxQueries(bench.Database), Officer, After, typed)).Count.ShouldBe(found);
    }

    [Fact]
    public async Task Pages_go_on_where_they_stopped()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var all = new HashSet<Guid>();
        for (var i = 0; i < InboxQueries.PageSize + 7; i++) all.Add(await bench.AddAsync());
        var actor = await bench.ActorAsync(Officer);

        var (first, place) = await queries.PageAsync(actor, null, null, null, After);
        var (second, end) = await queries.PageAsync(actor, null, null, InboxPlaceText.Read(InboxPlaceText.Write(place!)), After);

        first.Count.ShouldBe(InboxQueries.PageSize);
        end.ShouldBeNull();
        first.Concat(second).Select(i => i.Id).Distinct().Count().ShouldBe(all.Count);
    }

    [Fact]
    public async Task The_most_overdue_group_and_unit_stand_first_and_units_of_one_day_go_by_name()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        var (nhi, tinh, mat, other) = (await bench.AddAsync("CDCS-BVNHI"), await bench.AddAsync(), await bench.AddAsync("CDCS-BVMAT"), await bench.AddAsync("CDCS-BVPS"));
        await bench.ExecuteAsync("update task set root_id = $1 where id = any($2)", new() { Value = nhi }, new() { Value = new[] { nhi, tinh, mat } });
        await bench.ExecuteAsync("update deadline set legal_due = legal_due - interval '1 day', due = due - interval '1 day' where task_id = $1", new NpgsqlParameter { Value = mat });
        await bench.ExecuteAsync("update deadline set legal_due = legal_due - interval '2 days', due = due - interval '2 days' where task_id = $1", new NpgsqlParameter { Value = other });

        (await ItemsAsync(bench, queries, Officer, After)).Select(i => i.Id).ShouldBe([other, mat, tinh, nhi]);
        await bench.ExecuteAsync("update task set root_id = $1 where id = any($2)", new() { Value = other }, new() { Value = new[] { nhi, tinh, mat } });
        await bench.ExecuteAsync("update task set root_id = $1 where id = $2", new() { Value = nhi }, new() { Value = other });
        (await ItemsAsync(bench, queries, Officer, After)).Select(i => i.Id).ShouldBe([other, mat, tinh, nhi], "whatever the ids are");
    }

    [Fact]
    public async Task Own_work_goes_by_its_date_over_all_plans_and_what_has_none_comes_last()
    {
        await using var bench = await CreateAsync();
        var (undated, late, later) = (await bench.AddAsync(dated: false), await bench.AddAsync(), await bench.AddAsync());
        await bench.ExecuteAsync("update deadline set legal_due = legal_due + interval '1 day', due = due + interval '1 day' where task_id = $1", new NpgsqlParameter { Value = later });

        (await ItemsAsync(bench, new InboxQueries(bench.Database), Chair, Before)).Select(i => i.Id).ShouldBe([late, later, undated]);
    }

    [Fact]
    public async Task Only_who_has_units_below_oversees()
    {
        await using var bench = await CreateAsync();
        var queries = new InboxQueries(bench.Database);
        (await queries.OverseesAsync(await bench.ActorAsync(Officer))).ShouldBeTrue();
        (await queries.OverseesAsync(await bench.ActorAsync(Chair))).ShouldBeFalse();
        (await queries.OverseesAsync(await bench.ActorAsync("vanthu.cdyt"))).ShouldBeFalse();
    }

    [Fact]
    public async Task The_rail_tells_only_of_cases_one_follows()
    {
        await using var bench = await CreateAsync();
        var rail = new RailQueries(bench.Database);
        await bench.AddAsync();
        await bench.ExecuteAsync("insert into rung_fired select id, 'work', 1, 'T-5', 0, $1, $1, 2 from task", new NpgsqlParameter { Value = Hanoi(2019, 12, 24, 8) });

        (await rail.ClocksAsync(await bench.ActorAsync(Officer))).ShouldHaveSingleItem().Tasks.ShouldBe(1);
        (await rail.FiredAsync(await bench.ActorAsync(Officer), Hanoi(2019, 12, 24), Hanoi(2019, 12, 24, 9))).ShouldHaveSingleItem().Rung.ShouldBe("T-5");
        (await rail.WaitsAsync(await bench.ActorAsync(Officer), Before)).ShouldHaveSingleItem().Roles.ShouldBeEmpty();
        (await rail.ClocksAsync(await bench.ActorAsync(Stranger))).ShouldBeEmpty();
        (await rail.WaitsAsync(await bench.ActorAsync(Stranger), Before)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reviews_are_numbered_in_the_order_of_the_inbox()
    {
        await using var bench = await CreateAsync();
        var queries = new TaskPageQueries(bench.Database);
        var day = new DateOnly(2019, 12, 27);
        var (first, second) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI"));
        await bench.CompleteAsync(Chair, first);
        await bench.CompleteAsync(Stranger, second);
        var officer = await bench.ActorAsync(Officer);
        var order = (await ItemsAsync(bench, new InboxQueries(bench.Database), Officer, Before)).Select(i => i.Id).ToList();

        (await queries.PlaceAsync(officer, order[0], day)).ShouldBe(new ReviewPlace(1, 2, order[1]));
        (await queries.PlaceAsync(officer, order[1], day)).ShouldBe(new ReviewPlace(2, 2, order[0]));
        (await queries.PlaceAsync(await bench.ActorAsync(Chair), first, day)).ShouldBe(new ReviewPlace(null, 0, null));
        await bench.AcceptAsync(Officer, order[0], 2);
        (await queries.PlaceAsync(officer, order[0], day)).ShouldBe(new ReviewPlace(null, 1, order[1]));
        (await queries.PlaceAsync(officer, order[1], day)).ShouldBe(new ReviewPlace(1, 1, null));
    }

    /// <summary>Behind a child that runs within the instance's run it is still being worked on; after a failure it is kept until that is mended.</summary>
    [Fact]
    public async Task A_page_says_that_what_came_for_its_instance_is_set_aside()
    {
        await using var bench = await CreateAsync();
        var queries = new TaskPageQueries(bench.Database);
        var task = await bench.AddAsync();
        async Task<(bool, bool)> SaidAsync()
        {
            var head = await queries.HeadAsync(task, Guid.Empty, new DateOnly(2019, 12, 27));
            return (head.Working, head.IsSetAside);
        }

        (await SaidAsync()).ShouldBe((false, false));
        await bench.ExecuteAsync($"insert into held_event (id, instance_id, kind, at) select 1, instance_id, 'task-done', '2019-12-27' from task where id = '{task}'");
        (await SaidAsync()).ShouldBe((true, false));
        await bench.ExecuteAsync($"update instance set status = 'Finished', sub_status = 'Faulted' where id = (select instance_id from task where id = '{task}')");
        (await SaidAsync()).ShouldBe((false, true));
    }

    [Fact]
    public async Task A_unit_sees_what_it_handed_in_and_whom_to_ask()
    {
        await using var bench = await CreateAsync();
        var catalog = new WorkflowEngine.Activities.ActivityCatalog(typeof(WorkflowEngine.Activities.Activity).Assembly, typeof(Unions.UnionSetup).Assembly);
        var queries = new UnitInboxQueries(bench.Database, new WorkflowEngine.Definitions.DefinitionStore(bench.Database, new(bench.Database, new(catalog))));
        var task = await bench.AddAsync();
        var (chair, stranger) = (await bench.ActorAsync(Chair), await bench.ActorAsync(Stranger));

        (await queries.SubmittedAsync(chair)).ShouldBeEmpty();
        await bench.Claim.ClaimAsync(chair, new(task, 1, null), Before, Before);
        (await queries.HeldAsync(await bench.ActorAsync(ViceChair))).ShouldHaveSingleItem().Id.ShouldBe(task);
        (await queries.HeldAsync(chair)).ShouldBeEmpty();
        (await queries.HeldAsync(stranger)).ShouldBeEmpty();
        await bench.CompleteAsync(Chair, task, 2);
        (await queries.SubmittedAsync(chair)).ShouldHaveSingleItem().Id.ShouldBe(task);
        (await queries.SubmittedAsync(stranger)).ShouldBeEmpty();
        (await queries.WhoToAskAsync(chair))!.RoleEn.ShouldBe("Case officer");
        (await queries.WhoToAskAsync(stranger)).ShouldBeNull();
        await bench.AcceptAsync(Officer, task, 3);
        (await queries.DoneAsync(chair)).ShouldHaveSingleItem().Status.ShouldBe("accepted");
        (await queries.DoneAsync(stranger)).ShouldBeEmpty();
    }

    /// <summary>Nothing is known of what comes in a run whose version cannot be read; what comes in the others is shown.</summary>
    [Fact]
    public async Task One_version_that_cannot_be_read_leaves_what_comes_elsewhere()
    {
        await using var bench = await CreateAsync();
        var catalog = new WorkflowEngine.Activities.ActivityCatalog(typeof(WorkflowEngine.Activities.Activity).Assembly, typeof(Unions.UnionSetup).Assembly);
        var queries = new UnitInboxQueries(bench.Database, new WorkflowEngine.Definitions.DefinitionStore(bench.Database, new(bench.Database, new(catalog))));
        await bench.AddAsync();
        await bench.AddAsync();
        await bench.ExecuteAsync("update instance i set unit_id = t.unit_id, definition_version_id = case when i.id = (select max(id::text)::uuid from instance) then 'sound' else 'broken' end from task t where t.instance_id = i.id");
        await bench.ExecuteAsync("""
            insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values
              ('broken', 'd', 1, '{"root": []}', false, false, '2019-12-01'),
              ('sound', 'd', 2, '{"root": {"id": "t", "type": "Workflows.HumanTask", "version": 1, "title": {"typeName": "String", "expression": {"type": "Literal", "value": "Nộp"}}, "roles": {"typeName": "String", "expression": {"type": "Object", "value": "[\"Chair\"]"}}}}', true, true, '2019-12-01')
            """);
        (await queries.UpcomingAsync(await bench.ActorAsync(Chair))).ShouldHaveSingleItem();
    }

    private static async Task<IReadOnlyList<InboxItem>> ItemsAsync(TaskBench bench, InboxQueries queries, string who, DateTimeOffset now, string? search = null) =>
        (await queries.PageAsync(await bench.ActorAsync(who), null, search, null, now)).Items;
}
