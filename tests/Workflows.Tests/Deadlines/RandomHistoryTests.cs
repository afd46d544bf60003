using System.Globalization;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Deadlines;

/// <summary>
/// Random histories of clocks: extensions, pauses, holiday notices, absences, submissions and days on which no host ran, while sessions of the server
/// die inside the statements that take due rows, write digests and mails, and mark mails as sent. Each history is made from one number; a failure
/// names it, and <c>WORKFLOWS_SEED</c> begins with it. Deaths of the host process itself at the same places are <c>CrashTests</c>' business.
/// </summary>
public sealed class RandomHistoryTests
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 300 : 3;
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("WORKFLOWS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    // A session that passes the n-th statement named fatal dies as it does with its process: nothing of its transaction is left. The count is a
    // sequence, which no rollback takes back, so each death comes once.
    private const string Deaths =
        """
        create sequence passed;
        create table fatal (n bigint primary key);
        create function die() returns trigger language plpgsql as $$
        declare pass bigint := nextval('passed');
        begin
          if exists (select from fatal f where f.n = pass) then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end if;
          return null;
        end $$;
        create trigger die after insert on rung_fired for each statement execute function die();
        create trigger die after insert on digest_line for each statement execute function die();
        create trigger die after insert on outbox for each statement execute function die();
        create trigger die_sent after update on outbox for each statement execute function die();
        create trigger die after update on deadline_extension for each statement execute function die();
        """;

    private static readonly Guid Granter = Guid.Parse("00000000-0000-0000-0000-0000000000aa");
    private static readonly Actor Officer = new(Granter, null, [new Grant(1, "/1/", "Officer", new HashSet<string> { Permission.Extend, Permission.Read })]);

    [Fact]
    public async Task No_rung_is_lost_or_doubled_and_every_stored_date_follows_from_its_events()
    {
        var deaths = 0;
        for (var number = First; number < First + Histories; number++) deaths += await new History(number).RunAsync();
        if (Environment.GetEnvironmentVariable("WORKFLOWS_SEED") is null) deaths.ShouldBeGreaterThan(0, "no session died: the test would not have seen what a death does");
    }

    private sealed class History(int number)
    {
        private readonly Random random = new(number);
        private readonly string name = $"WORKFLOWS_SEED={number}";
        private readonly Dictionary<(Guid Task, int Round, string Rung, int Period, DateTimeOffset Due), DateTimeOffset> ledger = [];
        private readonly Dictionary<Guid, Shadow> tasks = [];
        private WorkingCalendar calendar = Vn.Calendar;
        private int deaths;

        /// <summary>What the events of a task say, kept beside the database.</summary>
        private sealed class Shadow
        {
            public required DateTimeOffset Due { get; set; }
            public required DateTimeOffset Since { get; set; }
            public bool Paused { get; set; }
            public bool HandedIn { get; set; }
        }

        public async Task<int> RunAsync()
        {
            await using var world = await DueWorld.CreateAsync(units: 3);
            await world.RunAsync("insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1, $2) on conflict do nothing", Json(calendar.Write()), Instant(DueWorld.Issued));
            world.Reference.Invalidate();
            await world.RunAsync(Deaths);
            foreach (var pass in Enumerable.Range(0, 6).Select(_ => (long)random.Next(1, 60)).Distinct()) await world.RunAsync("insert into fatal values ($1)", P(pass));
            var clocks = new TaskClocks(world.Reference);
            var extend = new ExtendDeadline(world.Database, clocks);
            var pause = new PauseClocks(world.Database, extend, clocks);
            var load = new LoadCalendar(world.Database, world.Reference, TimeProvider.System);
            await using (var connection = await world.Database.OpenConnectionAsync())
                foreach (var id in await Command(connection, "select id from task").ListAsync(r => r.GetGuid(0)))
                    tasks[id] = new Shadow { Due = DueWorld.Due, Since = DueWorld.Issued };

            var day = Vn.Day("17/12/2019");
            for (var step = 0; step < 14; step++)
            {
                day = day.AddDays(random.Next(1, 6));
                var now = calendar.InstantOf(day, new TimeOnly(random.Next(0, 24), random.Next(0, 60)));
                await GoOnAsync(world, now, random.Next(4) == 0);
                await CheckAsync(world);
                await EventAsync(world, extend, pause, load, world.Clock.Now());
            }

            await GoOnAsync(world, calendar.InstantOf(day.AddDays(20)), false);
            await CheckAsync(world);
            return deaths;
        }

        /// <summary>Time passes with the hosts at work, or with none until the end of it; a death is met as the pulse meets it: by trying again.</summary>
        private async Task GoOnAsync(DueWorld world, DateTimeOffset to, bool down)
        {
            while (true)
            {
                try
                {
                    if (down)
                        await using (var connection = await world.Database.OpenConnectionAsync()) await world.Clock.MoveTo(connection, to);
                    await world.Advance.RunAsync(to);
                    return;
                }
                catch (NpgsqlException)
                {
                    deaths++;
                }
            }
        }

        private async Task EventAsync(DueWorld world, ExtendDeadline extend, PauseClocks pause, LoadCalendar load, DateTimeOffset now)
        {
            var (id, task) = tasks.ElementAt(random.Next(tasks.Count));
            switch (random.Next(7))
            {
                case 0 or 1:
                    var until = calendar.InstantOf(calendar.DayOf(task.Due > now ? task.Due : now).AddDays(random.Next(1, 30)));
                    var answer = await extend.ExtendAsync(Officer, new([id], until, "Gia hạn", null), now, now);
                    (answer.Extended == 1).ShouldBe(until > task.Due, name);
                    if (answer.Extended == 1) (task.Due, task.Since) = (until, now);
                    break;
                case 2 when !task.HandedIn && !task.Paused:
                    (await pause.PauseAsync(Officer, [id], null, "Tạm dừng", now, now)).Clocks.ShouldBe(1, name);
                    task.Paused = true;
                    break;
                case 3 when tasks.Any(t => t.Value.Paused):
                    (id, task) = tasks.First(t => t.Value.Paused);
                    var resumed = await pause.ResumeAsync(Officer, [id], null, "Tiếp tục", random.Next(2) == 0, now, now);
                    resumed.Clocks.ShouldBe(1, name);
                    (task.Paused, task.Since) = (false, now);
                    if (resumed.Moved == 1) task.Due = await DueOfAsync(world, id);
                    break;
                case 4:
                    var holiday = calendar.DayOf(now).AddDays(random.Next(1, 25));
                    var change = new CalendarChange(calendar.Version, Days: [new CalendarDay(holiday, random.Next(4) == 0 ? CalendarDayKind.Worked : CalendarDayKind.Off, new("Ngày nghỉ", "Day off"))]);
                    var seen = (await load.PreviewAsync(Actor.System, "vn-public", change, now)).ShouldBeOfType<CalendarAnswer.Previewed>(name).Preview;
                    (await load.ApplyAsync(Actor.System, "vn-public", change, seen.Token, now, now)).ShouldBeOfType<CalendarAnswer.Loaded>(name);
                    calendar = change.ApplyTo(calendar, "vn-public");
                    world.Reference.Invalidate();
                    break;
                case 5:
                    await world.RunAsync("""
                        insert into absence (id, person_id, from_day, until_day, entered_by, entered_at)
                        select gen_random_uuid(), p.id, $1, $2, p.id, $3 from person p where p.user_name = $4
                        """, P(calendar.DayOf(now)), P(calendar.DayOf(now).AddDays(random.Next(1, 10))), Instant(now), P(random.Next(2) == 0 ? "vice" : "officer"));
                    break;
                case 6 when !task.HandedIn && !task.Paused && random.Next(3) == 0:
                    await world.RunAsync("update task set status = 'submitted', first_submitted_at = $2, counts_at = $2, submitted_at = $2 where id = $1", P(id), Instant(now));
                    await world.RunAsync("update deadline set next_at = null, stopped_at = $2 where task_id = $1", P(id), Instant(now));
                    task.HandedIn = true;
                    break;
            }
        }

        private static async Task<DateTimeOffset> DueOfAsync(DueWorld world, Guid id)
        {
            await using var connection = await world.Database.OpenConnectionAsync();
            return (await Command(connection, "select new_due from deadline_extension where task_id = $1 order by at desc, new_due desc limit 1", P(id)).ListAsync(r => r.Instant(0)))[0];
        }

        private async Task CheckAsync(DueWorld world)
        {
            var now = world.Clock.Now();
            await using var connection = await world.Database.OpenConnectionAsync();
            var rows = await Command(connection, "select task_id, due, legal_due, extended_due, next_at, started_at from deadline").ListAsync(
                r => (Task: r.GetGuid(0), Due: r.Instant(1), Legal: r.Instant(2), Extended: r.InstantOrNull(3), Next: r.InstantOrNull(4), Started: r.Instant(5)));
            var extensions = (await Command(connection, "select task_id, old_due, new_due from deadline_extension where outcome = 'applied' order by at, new_due").ListAsync(
                r => (Task: r.GetGuid(0), Old: r.Instant(1), New: r.Instant(2)))).ToLookup(e => e.Task);
            var fired = await Command(connection, "select task_id, round, rung, period, due, fired_at from rung_fired").ListAsync(
                r => (Key: (Task: r.GetGuid(0), Round: r.GetInt32(1), Rung: r.GetString(2), Period: r.GetInt32(3), Due: r.Instant(4)), At: r.Instant(5)));

            // What was fired for a date is never fired for it again.
            foreach (var (key, at) in fired)
                if (!ledger.TryAdd(key, at)) ledger[key].ShouldBe(at, $"{name}: {key} fired twice");

            foreach (var row in rows)
            {
                var task = tasks[row.Task];
                var last = row.Legal;
                foreach (var extension in extensions[row.Task])
                {
                    extension.Old.ShouldBe(last, name);
                    last = extension.New;
                }

                // The stored date is what plan and extensions come to.
                row.Legal.ShouldBe(DueWorld.Due, name);
                (row.Due, row.Extended ?? row.Legal).ShouldBe((last, last), name);
                row.Due.ShouldBe(task.Due, name);
                var plan = new CompiledLadder(Ladder.Standard, calendar).Plan(row.Due, row.Started);
                if (task.HandedIn || task.Paused)
                {
                    row.Next.ShouldBeNull(name);
                    continue;
                }

                // What has come since the date is in force has fired; what comes next is the first that has not.
                foreach (var due in plan.Until(now).Where(o => o.At >= task.Since))
                    ledger.ShouldContainKey((row.Task, 1, due.RungId, due.Period, row.Due), $"{name}: {due.RungId} of {due.At:O} is lost at {now:O}");
                var next = plan.Occurrences().First(o => o.At > now);
                var unannounced = plan.Occurrences().First(o => o.At > now && !ledger.ContainsKey((row.Task, 1, o.RungId, o.Period, row.Due)));
                row.Next.ShouldBeOneOf([next.At, unannounced.At], $"{name}: next of {row.Task} at {now:O}");
            }

            // One line for each person and firing, and a mail for each closed digest that has lines; mails at least once, one row for each digest.
            var doubled = await Command(connection, """
                select l.task_id::text || ' ' || l.rung || ' ' || l.period || ' ' || g.person_id || ' ' || count(*)
                from digest_line l join digest g on g.id = l.digest_id group by l.task_id, l.rung, l.period, g.person_id, l.round
                having count(*) > (select count(*) from unnest($1, $2, $3) as f(task_id, rung, period) where f.task_id = l.task_id and f.rung = l.rung and f.period = l.period)
                """, Uuids([.. ledger.Keys.Select(k => k.Task)]), Texts([.. ledger.Keys.Select(k => k.Rung)]), Ints([.. ledger.Keys.Select(k => k.Period)])).ListAsync(r => r.GetString(0));
            doubled.ShouldBeEmpty(name);
            (await Command(connection, """
                select f.task_id::text || ' ' || f.rung || ' ' || f.period from rung_fired f where f.recipients > 0
                  and not exists (select from digest_line l where l.task_id = f.task_id and l.rung = f.rung and l.period = f.period)
                union all select 'two mails of digest ' || o.digest_id from outbox o where o.digest_id is not null group by o.digest_id having count(*) > 1
                union all select 'digest still open: ' || g.id from digest g where g.closed_at is null
                """).ListAsync(r => r.GetString(0))).ShouldBeEmpty(name);
        }
    }
}
