using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Tasks;

/// <summary>What an extension would do, shown before anybody confirms it.</summary>
/// <param name="Refused">Why nothing would move at all, or null.</param>
/// <param name="Lines">How each named task would fare.</param>
/// <param name="LastDay">Last day on time by the new date.</param>
/// <param name="LastWorkingDay">Last working day on or before it.</param>
/// <param name="Provisional">The year has no holiday notice yet, or null.</param>
/// <param name="Reminders">What becomes of the reminders that are still to come, the earliest first.</param>
public sealed record ExtensionPreview(
    TaskAnswer? Refused, IReadOnlyList<ExtensionLine> Lines, DateOnly LastDay, DateOnly LastWorkingDay, Bilingual? Provisional, IReadOnlyList<ReminderChange> Reminders)
{
    public int Extended => Lines.Count(l => l.Result == ExtensionResult.Extended);
}

/// <summary>A reminder to come: moved, dropped (no <paramref name="To"/>) or new (no <paramref name="From"/>), for so many tasks.</summary>
public sealed record ReminderChange(string LadderId, string Rung, DateTimeOffset? From, DateTimeOffset? To, int Count);

/// <summary>Works out an extension without writing anything: the same rows, the same rules as <see cref="ExtendDeadline"/>.</summary>
public sealed class PreviewExtension(NpgsqlDataSource database, ReferenceStore reference)
{
    /// <summary>Reminders of one task that are compared; what repeats without end is cut here.</summary>
    private const int Shown = 8;

    /// <inheritdoc cref="ExtensionPreview"/>
    public async Task<ExtensionPreview> ReadAsync(Actor actor, ExtendDeadline.Command command, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var last = Deadline.FromDue(command.NewDue, WorkingCalendar.VietnamPublic).LastDay!.Value;
        if ((ExtendDeadline.RefuseText(command) ?? ExtendDeadline.Refuse(command with { Reason = string.IsNullOrWhiteSpace(command.Reason) ? "…" : command.Reason }, now)) is { } refused)
            return new(refused, [], last, last, null, []);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await ExtendDeadline.ReadAsync(connection, actor, command.TaskIds, cancellation);
        if (rows.Count == 0) return new(new TaskAnswer.NotFound(), [], last, last, null, []);
        if (rows.TrueForAll(r => !r.MayExtend)) return new(new TaskAnswer.Forbidden(), [], last, last, null, []);
        var data = await reference.GetAsync(cancellation);
        var calendar = DuePlan.CalendarOf(data, rows[0].CalendarId) ?? WorkingCalendar.VietnamPublic;
        var changes = new Dictionary<(string, string, DateTimeOffset?, DateTimeOffset?), int>();
        var moving = rows.Where(r => r.ResultFor(command.NewDue) == ExtensionResult.Extended && r.Status == TaskState.Open && !r.IsPaused && r.LadderId is not null);
        foreach (var same in moving.GroupBy(r => (r.CalendarId, r.LadderId, r.Due, r.StartedAt, r.NextAt, Soft: TaskClocks.IsSoft(r.Spec))))
        {
            var (calendarId, ladderId, due, started, next, soft) = same.Key;
            if (DuePlan.LadderOf(data, ladderId!) is not { } steps) continue;
            var ladder = new CompiledLadder(steps, DuePlan.CalendarOf(data, calendarId) ?? WorkingCalendar.VietnamPublic);
            var before = next is { } from ? Coming(ladder.Plan(due!.Value, started, soft), from) : [];
            var after = Coming(ladder.Plan(command.NewDue, started, soft), now);
            foreach (var key in before.Keys.Union(after.Keys))
            {
                var change = (ladderId!, key, before.TryGetValue(key, out var was) ? was : (DateTimeOffset?)null, after.TryGetValue(key, out var will) ? will : (DateTimeOffset?)null);
                if (change.Item3 != change.Item4) changes[change] = changes.GetValueOrDefault(change) + same.Count();
            }
        }

        var days = Deadline.FromDue(command.NewDue, calendar);
        return new(null, [.. rows.Select(r => new ExtensionLine(r.Id, r.UnitCode, r.ResultFor(command.NewDue), r.Due))], days.LastDay!.Value, days.LastWorkingDay!.Value,
            calendar.WarningFor(days.LastDay!.Value.Year),
            [.. changes.Select(c => new ReminderChange(c.Key.Item1, c.Key.Item2, c.Key.Item3, c.Key.Item4, c.Value)).OrderBy(c => c.To ?? c.From).ThenBy(c => c.From)]);
    }

    /// <summary>The first reminders from an instant on, each rung once: of what repeats the first time counts.</summary>
    internal static Dictionary<string, DateTimeOffset> Coming(LadderPlan plan, DateTimeOffset from)
    {
        var coming = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var step = plan.From(from); step is not null && coming.Count < Shown && step.Period == 0; step = plan.Next(step.RungId, step.Period))
            coming.TryAdd(step.RungId, step.At);
        return coming;
    }
}
