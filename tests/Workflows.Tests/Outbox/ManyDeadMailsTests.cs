using System.Diagnostics;
using WorkflowEngine.Outbox;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Outbox;

/// <summary>Ten thousand mails that die with their server: told once, in bounded transactions and statements.</summary>
public sealed class ManyDeadMailsTests
{
    private const int Many = 10_000, Together = 1000;

    // Task 1 is there already; the others are its copies, each with an open clock whose next rung lies far off.
    private const string Tasks =
        """
        with made as (
          insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, reviewer_roles, created_at)
          select gen_random_uuid(), t.instance_id, t.root_id, t.spec_id, t.activity_id, '', t.unit_id, t.owner_unit_id, t.candidate_roles, t.reviewer_roles, t.created_at
          from task t, generate_series(2, 10000) returning id)
        insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, started_at, next_at)
        select m.id, d.instance_id, d.ladder_id, d.calendar_id, d.legal_due, d.due, d.started_at, d.next_at from made m, deadline d
        """;

    private const string Reminders =
        """
        insert into outbox (id, dedupe, kind, person_id, to_address, task_id, data, attempts, queued_at, next_attempt_at)
        select t.id, t.id::text, 'reminder', p.id, p.email, t.id, '{}', $1, $2, $2 from task t, person p where p.user_name = 'chair-2'
        """;

    private const string Digest =
        """
        with g as (insert into digest (id, person_id, slot, closed_at) select gen_random_uuid(), p.id, $2, $2 from person p where p.user_name = 'vice' returning *),
        l as (insert into digest_line (digest_id, task_id, purpose, round, rung, period) select g.id, t.id, 'work', 1, 'overdue+5', 0 from g, task t)
        insert into outbox (id, dedupe, kind, person_id, to_address, data, attempts, queued_at, next_attempt_at, digest_id)
        select g.id, g.id::text, 'digest', g.person_id, 'vice@example.test', '{}', $1, $2, $2, g.id from g
        """;

    /// <summary>Ten thousand reminders, or one digest of as many lines.</summary>
    [Theory]
    [InlineData(true, Many)]
    [InlineData(false, 1)]
    public async Task They_are_told_once_to_those_who_follow_the_work_in_bounded_steps(bool each, int mails)
    {
        await using var world = await DueWorld.CreateAsync();
        var at = DueWorld.At("18/12/2019 10:02:00");
        await world.RunAsync(Tasks);
        await world.RunAsync(each ? Reminders : Digest, P(MailBackOff.Attempts - 1), Instant(at));
        var bounces = new RecordBounce(world.Database, world.Reference, TimeProvider.System);
        await using var connection = await world.Database.OpenConnectionAsync();
        await world.Reference.GetAsync();
        using var statements = new Statements(connection.Database);

        (await MarkFailed.PostponeAsync(connection, "no route to host", at, bounces)).ShouldBe(mails);

        statements.Count.ShouldBeLessThanOrEqualTo((Many / Together + 1) * 10, "statements grow with batches, not with mails");
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'dead'")).ShouldBe(mails);
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(Many);
        (await world.ReadAsync<long>("select count(*) from digest_line where rung = 'bounced'")).ShouldBe(2 * Many, "officer and head of office");
        // Each step is a transaction of its own: a ledger row's transaction marks its step, and no step has more than its thousand.
        (await world.ReadAsync<long>("select max(n) from (select count(*) n from outbox group by xmin::text) x")).ShouldBeLessThanOrEqualTo(Together);
        (await world.ReadAsync<long>("select count(distinct (person_id, slot)) from digest where closed_at is null")).ShouldBe(2);

        while (await world.CloseDigests.RunAsync(at.AddMinutes(5)) > 0) { }
        (await world.ReadAsync<string>("select string_agg(split_part(to_address, '@', 1), ' ' order by to_address) from outbox where status = 'queued'")).ShouldBe("head officer");
        (await world.ReadAsync<int>("select max(length(data::text)) from outbox")).ShouldBeLessThan(20_000, "the mail shows the worst and counts the rest");
        MailData.Read<DigestData>(await world.ReadAsync<string>("select data::text from outbox where status = 'queued' limit 1")).Groups.Single().Units.ShouldBe(Many);

        // The tellings die with the server too, and so does a later reminder of the same round: nobody is told again.
        await world.RunAsync("update outbox set attempts = 9, status = 'queued', next_attempt_at = $1", Instant(at.AddMinutes(6)));
        (await MarkFailed.PostponeAsync(connection, "no route to host", at.AddMinutes(6), bounces)).ShouldBe(mails + 2);
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(Many);
        (await world.ReadAsync<long>("select count(*) from digest where closed_at is null")).ShouldBe(0);
    }

    /// <summary>A crash in the middle: what was committed is told, the rest is still due and told by the next attempt, none twice.</summary>
    [Fact]
    public async Task A_step_that_fails_leaves_the_rest_due_and_none_is_told_twice()
    {
        await using var world = await DueWorld.CreateAsync();
        var at = DueWorld.At("18/12/2019 10:02:00");
        await world.RunAsync(Tasks);
        await world.RunAsync(Reminders, P(MailBackOff.Attempts - 1), Instant(at));
        await world.RunAsync("create sequence steps");
        await world.RunAsync("create function broken() returns trigger language plpgsql as $$ begin if nextval('steps') = 4 then raise exception 'killed'; end if; return null; end $$");
        await world.RunAsync("create trigger broken after update on outbox for each statement execute function broken()");
        var bounces = new RecordBounce(world.Database, world.Reference, TimeProvider.System);

        await using (var connection = await world.Database.OpenConnectionAsync())
            await Should.ThrowAsync<Npgsql.PostgresException>(() => MarkFailed.PostponeAsync(connection, "no route to host", at, bounces));
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'dead'")).ShouldBe(3 * Together);
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(3 * Together);

        await using (var connection = await world.Database.OpenConnectionAsync())
            (await MarkFailed.PostponeAsync(connection, "no route to host", at, bounces)).ShouldBe(Many - 3 * Together);
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(Many);
        (await world.ReadAsync<long>("select count(*) from digest")).ShouldBe(2);
    }

    /// <summary>Counts the commands that went to one database.</summary>
    private sealed class Statements : IDisposable
    {
        private readonly ActivityListener listener;
        private int count;

        public Statements(string database)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.TagObjects.Any(tag => tag.Value is string text && text == database)) Interlocked.Increment(ref count);
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public int Count => count > 0 ? count : throw new InvalidOperationException("No statement was seen.");

        public void Dispose() => listener.Dispose();
    }
}
