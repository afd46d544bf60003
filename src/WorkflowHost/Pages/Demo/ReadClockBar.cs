using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Demo;

/// <summary>The test clock bar of a demo: the next morning, and the next thing that falls due, by name.</summary>
public sealed class ReadClockBar(NpgsqlDataSource database, BusinessClock clock, Texts texts)
{
    // What the clock would stop at first, beyond the mails of the present; digests and escalations are told apart from reminders by the ladder's own data.
    private const string Next =
        """
        -- ReadClockBar.Next
        with due as (
          (select d.next_at as at, 'rung' as kind, d.purpose, d.due, d.task_id, d.ladder_id from deadline d where d.next_at > $1 order by d.next_at limit 1)
          union all
          (select b.due_at, 'timer', null, null, null, null from bookmark b where b.due_at > $1 order by b.due_at limit 1)),
        first as (select * from due order by at limit 1)
        select f.at, f.kind, f.purpose, f.due <= f.at,
          (select count(*)::int from deadline d where d.next_at = f.at and (d.due <= f.at) = (f.due <= f.at) and d.purpose = f.purpose)
        from first f
        """;

    /// <summary>The bar, or null when nobody is signed in: the sign-in page keeps to itself.</summary>
    public async Task<DemoClock?> ReadAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await clock.Refresh(connection, cancellation);
        var now = clock.Now();
        var steps = new List<DemoClock.Step> { new(texts["demo.next-day"], At(Dates.DayOf(now).AddDays(1))) };
        var next = await Command(connection, Next, Instant(now)).ListAsync(
            r => (At: r.Instant(0), Kind: r.GetString(1), Purpose: r.TextOrNull(2), Late: !r.IsDBNull(3) && r.GetBoolean(3), Count: r.GetInt32(4)), cancellation);
        foreach (var (at, kind, purpose, late, count) in next)
            steps.Add(new(texts["demo.to", Dates.DayMonth(Dates.DayOf(at)), Dates.Time(at)], at,
                kind == "timer" ? texts["demo.timer"] : purpose == "review" ? texts["demo.review"] : texts[late ? "demo.escalation" : "demo.reminder", count]));
        return new DemoClock(now, steps);
    }

    /// <summary>08:00 in Vietnam, when reminders go out.</summary>
    public static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(8, 0)), TimeSpan.FromHours(7));
}
