using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Inbox;

/// <summary>The side rail of those who follow others: what the system will do, what it did today, what is waited for without them.</summary>
public sealed class OwnerRail(RailQueries queries, UnitNames names, DefinitionStore definitions, ReferenceStore reference, Texts texts)
{
    private const int MostMoments = 3;
    private const int LookAhead = 4;

    /// <summary>The three parts; those without an entry are left out.</summary>
    public async Task<IReadOnlyList<Rail>> ReadAsync(Actor actor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var data = await reference.GetAsync(cancellation);
        var words = new RungWords(await names.RolesAsync(cancellation), actor.Roles.ToHashSet(StringComparer.Ordinal), texts);
        var morning = WorkingCalendar.VietnamPublic.InstantOf(WorkingCalendar.VietnamPublic.DayOf(now));
        var (fired, mails) = (await queries.FiredAsync(actor, morning, now, cancellation), await queries.MailsAsync(actor, morning, now, cancellation));
        var done = Done(fired, mails, words, data);
        var afternoon = fired.Select(f => f.At).Concat(mails.Select(m => m.At)).Any(at => Dates.Local(at).Hour >= 12);
        Rail[] parts =
        [
            new(texts["staff.rail.will"], Will(await queries.ClocksAsync(actor, cancellation), words, data)),
            new(texts[afternoon ? "staff.rail.did-today" : "staff.rail.did-morning"], done),
            new(texts["staff.rail.waits"], await WaitsAsync(actor, words, data, now, cancellation)),
        ];
        return [.. parts.Where(p => p.Entries.Count > 0)];
    }

    /// <summary>The next moments at which anything is sent; what falls together and is said in the same words is one entry.</summary>
    internal static List<Rail.Entry> Will(IReadOnlyList<RailClock> clocks, RungWords words, ReferenceData data)
    {
        var coming = new List<(DateTimeOffset At, RailClock Clock, Func<int, string> Say)>();
        foreach (var clock in clocks)
        {
            if (LadderOf(data, clock.LadderId) is not { } ladder) continue;
            var soft = clock.Deadline is { } text && DeadlineSyntax.TryParse(text, out var spec, out _) && spec.Soft;
            var plan = new CompiledLadder(ladder, TaskTimes.CalendarOf(data, clock.CalendarId)).Plan(clock.Due, clock.StartedAt, soft);
            var next = plan.From(clock.NextAt);
            for (var i = 0; i < LookAhead && next is not null; i++, next = plan.Next(next.RungId, next.Period))
            {
                var (rung, period) = (ladder.Find(next.RungId)!, next.Period);
                coming.Add((next.At, clock, tasks => words.ForMany(rung, period, clock.Purpose, clock.Title, tasks)));
            }
        }

        return [.. coming.GroupBy(c => c.At).OrderBy(g => g.Key).Take(MostMoments)
            .SelectMany(g => g.GroupBy(c => c.Say(0)).Select(same => same.First().Say(same.DistinctBy(c => c.Clock).Sum(c => c.Clock.Tasks)))
                .Select((text, i) => new Rail.Entry(text, i == 0 ? Dates.ShortMoment(g.Key) : null)))];
    }

    private List<Rail.Entry> Done(IReadOnlyList<RailFired> fired, IReadOnlyList<RailMails> mails, RungWords words, ReferenceData data)
    {
        var done = fired.Select(f => (f.At, Text: words.Happened(
                f.LadderId is { } id ? LadderOf(data, id)?.Find(f.Rung) : null, f.Period, f.Purpose, f.Title, f.Tasks)))
            .Concat(mails.Select(m => (m.At, Text: texts[m.Kind == "returned" ? "staff.rail.mails-returned" : "staff.rail.mails-distribution", m.Mails])));
        return [.. done.OrderByDescending(d => d.At).Select(d => new Rail.Entry(d.Text, Dates.Time(d.At)))];
    }

    private async Task<List<Rail.Entry>> WaitsAsync(Actor actor, RungWords words, ReferenceData data, DateTimeOffset now, CancellationToken cancellation)
    {
        var entries = new List<Rail.Entry>();
        foreach (var wait in await queries.WaitsAsync(actor, now, cancellation))
        {
            var title = Language.Say(wait.Title);
            var last = wait.Due is { } due ? Deadline.FromDue(due, TaskTimes.CalendarOf(data, wait.CalendarId)).LastDay : null;
            if (wait.Roles.Count > 0)
                entries.Add(new(texts["staff.rail.wait-role", title, string.Join($" {texts["plans.or"]} ", wait.Roles.Select(r => words.Roles.TryGetValue(r, out var label) ? RoleNames.Within(label) : r))]));
            else if (last is { } day) entries.Add(new(texts["staff.rail.wait-units", title, wait.Tasks, Dates.Full(day)]));
            else entries.Add(new(texts["staff.rail.wait-units-undated", title, wait.Tasks]));
        }

        foreach (var wait in await queries.EventsAsync(actor, cancellation))
        {
            var node = (await definitions.GetOrEmptyAsync(wait.DefinitionVersionId, cancellation)).FindActivity(wait.ActivityId);
            if (node is not null) entries.Add(new(texts["staff.rail.wait-event", Language.Say(Upcoming.Label(node)), wait.Instances]));
        }

        return entries;
    }

    /// <summary>A loaded ladder, or the shipped one under its own name.</summary>
    internal static Ladder? LadderOf(ReferenceData data, string id) =>
        data.Ladders.TryGetValue(id, out var ladder) ? ladder : Ladder.Shipped.FirstOrDefault(l => l.Id == id);
}
