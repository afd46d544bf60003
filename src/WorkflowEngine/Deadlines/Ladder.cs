using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Deadlines;

/// <summary>Unit of an offset or a repetition.</summary>
public enum RungUnit
{
    /// <summary>Working days of the recipient's calendar.</summary>
    WorkingDays,

    /// <summary>All days.</summary>
    CalendarDays,

    /// <summary>Seven calendar days.</summary>
    Weeks,

    /// <summary>Hours before or after the due instant itself; the rung's time of day is not used.</summary>
    Hours,
}

/// <summary>The day a rung hangs on.</summary>
public enum RungDay
{
    /// <summary>The last lawful day, moved by the offset.</summary>
    Offset,

    /// <summary>The last lawful day itself; the rung is omitted when nobody works on it.</summary>
    LastLawfulDay,
}

/// <summary>What must (still) be true for a rung to be sent; it is looked at when the rung fires.</summary>
public enum RungCondition
{
    /// <summary>Nothing is submitted for the open round.</summary>
    NotSubmitted,

    /// <summary>Nobody opened the task.</summary>
    NotOpened,

    /// <summary>Nobody started on it.</summary>
    NotStarted,

    /// <summary>It was returned and is not submitted again.</summary>
    ReturnedNotResubmitted,

    /// <summary>It waits for the reviewer.</summary>
    NotReviewed,
}

/// <summary>Where to look for the people of a role.</summary>
public enum RecipientPlace
{
    /// <summary>The unit that has the duty.</summary>
    Unit,

    /// <summary>The organisation that owns the case.</summary>
    Owner,

    /// <summary>The organisation that reviews.</summary>
    Reviewer,

    /// <summary>The organisation above the owner, which receives what the owner sends on.</summary>
    Above,
}

/// <summary>How a rung reaches people.</summary>
public enum RungChannel
{
    /// <summary>A mail about this task.</summary>
    Reminder,

    /// <summary>A line in the one mail a person gets for the slot.</summary>
    Digest,

    /// <summary>No mail: it stands in the inbox until the task is opened or done.</summary>
    InApp,
}

/// <summary>Who hears of it: a role code of the glossary (Chair, ViceChair, Officer, HeadOfOffice, Clerk) at a place.</summary>
/// <param name="At">Unit, owner or reviewer.</param>
/// <param name="Role">Role code, or <see cref="Assignee"/>.</param>
public sealed record RecipientRule(RecipientPlace At, string Role)
{
    /// <summary>The pseudo-role of whoever may act on the task.</summary>
    public const string Assignee = "assignee";

    /// <summary>The greatest <see cref="Superior"/>.</summary>
    public const int MostLevels = 8;

    /// <summary>
    /// Not these people but the ones so many steps above them: 1 is the manager. A step goes from a role to its superior role at the same place, and from
    /// a role without one to the same role at the unit above.
    /// </summary>
    public int Superior { get; init; }

    /// <summary>Only who holds the role for this department (ban, phòng), by its code; null: whoever holds it.</summary>
    public string? Department { get; init; }
}

/// <summary>
/// Hours in which a ladder keeps still. What would fall in them comes at their end; but a rung of before the limit never slips behind it: it then comes
/// at their beginning.
/// </summary>
/// <param name="From">Local time after which it is quiet; a rung exactly then still comes.</param>
/// <param name="Until">Local time at which it goes on, of the next day where it is not after <paramref name="From"/>.</param>
/// <param name="WorkingDaysOnly">Whole days off are quiet too.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly Until, bool WorkingDaysOnly = false)
{
    /// <summary>Where a rung planned for an instant comes. Never decreasing: of two rungs the later one stays the later, or both come together.</summary>
    public DateTimeOffset Move(DateTimeOffset at, DateTimeOffset due, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var (day, time) = Local(at, calendar);
        if (!IsQuiet(day, time, calendar)) return at;
        var end = End(day, time, calendar);
        return at < due && end >= due ? Beginning(day, time, calendar) : end;
    }

    private bool IsQuiet(DateOnly day, TimeOnly time, WorkingCalendar calendar) => IsRest(day, calendar) || IsHour(time);

    private bool IsRest(DateOnly day, WorkingCalendar calendar) => WorkingDaysOnly && !calendar.IsWorkingDay(day);

    private bool IsHour(TimeOnly time) => From < Until ? time > From && time < Until : time > From || time < Until;

    private DateTimeOffset End(DateOnly day, TimeOnly time, WorkingCalendar calendar)
    {
        while (IsQuiet(day, time, calendar))
        {
            if (IsRest(day, calendar) || time >= Until) (day, time) = (day.AddDays(1), TimeOnly.MinValue);
            else time = Until;
        }

        return calendar.InstantOf(day, time);
    }

    private DateTimeOffset Beginning(DateOnly day, TimeOnly time, WorkingCalendar calendar)
    {
        while (IsQuiet(day, time, calendar))
        {
            if (IsRest(day, calendar) || time <= From) (day, time) = (day.AddDays(-1), TimeOnly.MaxValue);
            else time = From;
        }

        return calendar.InstantOf(day, time);
    }

    private static (DateOnly Day, TimeOnly Time) Local(DateTimeOffset at, WorkingCalendar calendar)
    {
        var local = TimeZoneInfo.ConvertTime(at, calendar.Zone).DateTime;
        return (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
    }
}

/// <summary>Repeats a rung: period 1 comes <paramref name="Every"/> units after period 0, and so on.</summary>
/// <param name="Every">Units between two periods, at least 1.</param>
/// <param name="Unit">Unit of <paramref name="Every"/>.</param>
/// <param name="Times">How many periods follow period 0 at the most; null is <see cref="Unbounded"/>. The rung's condition stops it earlier.</param>
public sealed record RungRepeat(int Every, RungUnit Unit, int? Times = null)
{
    /// <summary>Periods of a repetition without an own end; a weekly one runs for ten years.</summary>
    public const int Unbounded = 520;

    /// <summary>The greatest <paramref name="Every"/>: with all its periods it stays within the calendar's years.</summary>
    public const int Longest = 366;
}

/// <summary>One step of a ladder.</summary>
/// <param name="Id">Key within the ladder, for example "T-5"; it stands in the ledger, so never reuse one for something else.</param>
/// <param name="Offset">Signed distance from the last lawful day (hours: from the due instant); positive is overdue.</param>
/// <param name="Unit">Unit of the offset.</param>
/// <param name="At">Local time of day.</param>
/// <param name="Recipients">Who hears of it; not empty.</param>
public sealed record Rung(string Id, int Offset, RungUnit Unit, TimeOnly At, IReadOnlyList<RecipientRule> Recipients)
{
    /// <summary>The greatest distance from the limit, in whichever unit.</summary>
    public const int Farthest = 1000;

    /// <summary>Offset, or the last lawful day.</summary>
    public RungDay On { get; init; }

    /// <summary>What must be true when it fires.</summary>
    public RungCondition Condition { get; init; }

    /// <summary>Mail of its own, or a line of the digest.</summary>
    public RungChannel Channel { get; init; }

    /// <summary>Repetition, or null for once.</summary>
    public RungRepeat? Repeat { get; init; }
}

/// <summary>
/// Reminders before and escalation after a due instant, as data of a definition, plan or task. When its rungs fall is <see cref="LadderPlan"/>'s
/// business; that each (task, rung, period) is queued at most once is the ledger's.
/// </summary>
public sealed record Ladder
{
    /// <summary>Builds a ladder.</summary>
    /// <exception cref="ArgumentException">No id, two rungs of one id, a rung without recipients, a distance or repetition without bounds, or quiet hours that never end.</exception>
    [JsonConstructor]
    public Ladder(string id, IReadOnlyList<Rung> rungs, QuietHours? quiet = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(rungs);
        foreach (var rung in rungs)
        {
            if (string.IsNullOrWhiteSpace(rung.Id)) throw new ArgumentException("A rung needs an id.", nameof(rungs));
            if (rung.Recipients.Count == 0) throw new ArgumentException($"Rung '{rung.Id}' has no recipients.", nameof(rungs));
            if (rung.Recipients.FirstOrDefault(r => r.Superior is < 0 or > RecipientRule.MostLevels) is not null)
                throw new ArgumentException($"Rung '{rung.Id}' asks for more than {RecipientRule.MostLevels} levels of superiors.", nameof(rungs));
            if (rung.Offset is > Rung.Farthest or < -Rung.Farthest) throw new ArgumentException($"Rung '{rung.Id}' is more than {Rung.Farthest} units from the limit.", nameof(rungs));
            if (rung.Repeat is { Every: > RungRepeat.Longest } or { Times: > RungRepeat.Unbounded })
                throw new ArgumentException($"Rung '{rung.Id}' repeats after {RungRepeat.Longest} units and {RungRepeat.Unbounded} times at most.", nameof(rungs));
            if (rung.Repeat is { Every: < 1 } or { Times: < 0 }) throw new ArgumentException($"Rung '{rung.Id}' repeats without moving on.", nameof(rungs));
        }
        if (rungs.GroupBy(rung => rung.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Rung '{twice.Key}' is there twice.", nameof(rungs));
        if (quiet is not null && quiet.From == quiet.Until) throw new ArgumentException("Quiet hours that end when they begin leave none or all.", nameof(quiet));
        (Id, Rungs, Quiet) = (id, [.. rungs], quiet);
    }

    /// <summary>The default of domain §2.0: T-10, T-5, T-3, T-1, last day, +1, +3, +5 then weekly, each at 08:00.</summary>
    public static Ladder Standard { get; } = Read(DeadlineJson.Embedded("default-ladder.json"));

    /// <summary>For who decides on what was handed in: the last day, +1, then +3 and weekly with the vice-chair.</summary>
    public static Ladder Review { get; } = Read(DeadlineJson.Embedded("review-ladder.json"));

    /// <summary>Those that come with the engine.</summary>
    public static IReadOnlyList<Ladder> Shipped { get; } = [Standard, Review];

    /// <summary>Key of the ladder.</summary>
    public string Id { get; }

    /// <summary>The rungs as written; rungs of one instant fire in this order.</summary>
    public IReadOnlyList<Rung> Rungs { get; }

    /// <summary>Hours in which nothing of it comes, or null: each rung comes at its own time.</summary>
    public QuietHours? Quiet { get; }

    /// <summary>The rung of an id, or null.</summary>
    public Rung? Find(string rungId) => Rungs.FirstOrDefault(rung => rung.Id == rungId);

    /// <summary>Names what it says: two ladders of one mark are the same.</summary>
    public string Mark() => Fingerprint.Of(Write());

    /// <summary>Reads a ladder from JSON.</summary>
    /// <exception cref="JsonException">Malformed, or it breaks a rule of the ladder.</exception>
    public static Ladder Read(string json) => DeadlineJson.Read<Ladder>(json);

    /// <summary>Writes JSON that <see cref="Read"/> takes.</summary>
    public string Write() => JsonSerializer.Serialize(this, DeadlineJson.Options);
}
