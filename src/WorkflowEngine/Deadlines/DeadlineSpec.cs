using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Deadlines;

/// <summary>What happens when the last lawful day is no working day. Both days are always shown (domain §4.3).</summary>
public enum ShiftPolicy
{
    /// <summary>Nothing: a named date means itself. Default of all dated deadlines.</summary>
    None,

    /// <summary>The next working day; default of periods counted from an event (Civil Code 2015 art. 148(5)).</summary>
    NextWorkingDay,

    /// <summary>The working day before.</summary>
    PreviousWorkingDay,
}

/// <summary>Unit in which a period after an event is counted.</summary>
public enum PeriodUnit
{
    /// <summary>Every day counts.</summary>
    CalendarDays,

    /// <summary>Only working days of the calendar count.</summary>
    WorkingDays,
}

/// <summary>
/// What a plan says about time, as data: one record for each of the phrases of domain §0, with dates relative to the campaign year. It becomes
/// a <see cref="Deadline"/> by <see cref="Resolve"/>. Short text form: <see cref="DeadlineSyntax"/>; from a plan's words: <see cref="VietnamesePhrase"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Nothing), "none")]
[JsonDerivedType(typeof(Before), "before")]
[JsonDerivedType(typeof(By), "by")]
[JsonDerivedType(typeof(InQuarter), "inQuarter")]
[JsonDerivedType(typeof(QuarterWindow), "quarterWindow")]
[JsonDerivedType(typeof(Period), "period")]
[JsonDerivedType(typeof(AfterEvent), "afterEvent")]
[JsonDerivedType(typeof(Offset), "offset")]
[JsonDerivedType(typeof(Yearly), "yearly")]
public abstract record DeadlineSpec
{
    private DeadlineSpec()
    {
    }

    /// <summary>The plan's own words, kept verbatim ("trước ngày 01/01/2020"), or null.</summary>
    public string? Quote { get; init; }

    /// <summary>What to do when the last day is off.</summary>
    public ShiftPolicy ShiftPolicy { get; init; }

    /// <summary>True for a wish rather than a limit: passing it warns and escalates nothing.</summary>
    public bool Soft { get; init; }

    /// <summary>
    /// Puts the campaign year, the events that happened so far (name to instant) and the calendar in. An event that is still missing is named in
    /// <see cref="Deadline.WaitsFor"/>; for <see cref="Offset"/> there is no due instant until it happens.
    /// </summary>
    public Deadline Resolve(int campaignYear, IReadOnlyDictionary<string, DateTimeOffset> events, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(calendar);
        var name = this switch { AfterEvent after => after.Event, Offset offset => offset.Event, _ => null };
        DateTimeOffset? happened = name is not null && events.TryGetValue(name, out var at) ? at.ToUniversalTime() : null;
        var eventDay = happened is { } instant ? calendar.DayOf(instant) : (DateOnly?)null;
        var deadline = LastDay(campaignYear, eventDay, calendar) is { } last ? Deadline.Through(last, calendar, ShiftPolicy) : Deadline.None;
        return deadline with
        {
            Soft = Soft,
            NotBefore = FirstDay(campaignYear) is { } first ? calendar.InstantOf(first) : happened,
            WaitsFor = happened is null ? name : null,
        };
    }

    /// <summary>Reads a specification from JSON.</summary>
    /// <exception cref="JsonException">Malformed, of an unknown kind, or with a date that does not exist.</exception>
    public static DeadlineSpec Read(string json) => DeadlineJson.Read<DeadlineSpec>(json);

    /// <summary>Writes JSON that <see cref="Read"/> takes.</summary>
    public string Write() => JsonSerializer.Serialize(this, DeadlineJson.Options);

    /// <summary>The short text form, as <see cref="DeadlineSyntax"/> prints it.</summary>
    public sealed override string ToString() => DeadlineSyntax.Print(this);

    private protected abstract DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar);

    private protected virtual DateOnly? FirstDay(int campaignYear) => null;

    private static DateOnly EndOfQuarter(int quarter, int year) => new DateOnly(year, quarter * 3, 1).AddMonths(1).AddDays(-1);

    private static int CheckQuarter(int quarter) => quarter is >= 1 and <= 4
        ? quarter
        : throw new ArgumentOutOfRangeException(nameof(quarter), quarter, "A quarter lies within 1 and 4.");

    private static string CheckEvent(string name) => DeadlineSyntax.IsEventName(name)
        ? name
        : throw new ArgumentException($"'{name}' is no event name: letters, digits, '_', '-', '.', a letter first.", nameof(name));

    /// <summary>No date: "không có hạn", "thường xuyên". 31 of the 81 duties of the seed plans are of this kind.</summary>
    public sealed record Nothing : DeadlineSpec
    {
        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) => null;
    }

    /// <summary>"trước ngày D": exclusive, D itself is late.</summary>
    public sealed record Before(CampaignDate Date) : DeadlineSpec
    {
        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) => Date.DayBefore(campaignYear);
    }

    /// <summary>"chậm nhất vào ngày D", "đến hết ngày D": inclusive.</summary>
    public sealed record By(CampaignDate Date) : DeadlineSpec
    {
        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) => Date.In(campaignYear);
    }

    /// <summary>"trong quý N", "xong trong quí N": by the end of the quarter, no lower bound.</summary>
    public sealed record InQuarter(int Quarter, CampaignYear Year) : DeadlineSpec
    {
        /// <summary>1 to 4.</summary>
        public int Quarter { get; init; } = CheckQuarter(Quarter);

        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) =>
            EndOfQuarter(Quarter, Year.In(campaignYear));
    }

    /// <summary>"vào quý N": a window, neither before the quarter's first day nor after its last.</summary>
    public sealed record QuarterWindow(int Quarter, CampaignYear Year) : DeadlineSpec
    {
        /// <summary>1 to 4.</summary>
        public int Quarter { get; init; } = CheckQuarter(Quarter);

        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) =>
            EndOfQuarter(Quarter, Year.In(campaignYear));

        private protected override DateOnly? FirstDay(int campaignYear) => new DateOnly(Year.In(campaignYear), Quarter * 3 - 2, 1);
    }

    /// <summary>"từ tháng M/Y đến D", a đợt: both days inclusive; a month starts on its first day (Civil Code 2015 art. 146).</summary>
    public sealed record Period(CampaignDate From, CampaignDate To) : DeadlineSpec
    {
        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) => To.In(campaignYear);

        private protected override DateOnly? FirstDay(int campaignYear) => From.In(campaignYear);
    }

    /// <summary>"Sau Hội nghị … trước ngày D": not before the event, and before D (or by D when <paramref name="Inclusive"/>).</summary>
    public sealed record AfterEvent(string Event, CampaignDate Date, bool Inclusive = false) : DeadlineSpec
    {
        /// <summary>Name of the event, as the definition publishes it.</summary>
        public string Event { get; init; } = CheckEvent(Event);

        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) =>
            Inclusive ? Date.In(campaignYear) : Date.DayBefore(campaignYear);
    }

    /// <summary>
    /// "hằng năm, trước ngày 15/12": the same day each year, without an end; <paramref name="Date"/> in the year of the case at hand, so that the case of the next
    /// year has the next date.
    /// </summary>
    /// <exception cref="ArgumentException">The date is of one fixed year.</exception>
    public sealed record Yearly(CampaignDate Date, bool Inclusive = false) : DeadlineSpec
    {
        /// <summary>Counted from the case's year: (+1) is the year after it.</summary>
        public CampaignDate Date { get; init; } = Date is { Year.IsRelative: true } ? Date : throw new ArgumentException("A date of one year does not come again each year.", nameof(Date));

        /// <summary>The last day on time of the case a year after the one whose last day is given.</summary>
        public DateOnly LastDayAfter(DateOnly lastDay) => OfYear((Inclusive ? lastDay : lastDay.AddDays(1)).Year + 1 - Date.Year.Value);

        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) => OfYear(campaignYear);

        private DateOnly OfYear(int campaignYear) => Inclusive ? Date.In(campaignYear) : Date.DayBefore(campaignYear);
    }

    /// <summary>
    /// "trong 10 ngày làm việc kể từ …": counted from the day after the event (Civil Code 2015 art. 147), ends at 24:00 of the last day, which
    /// moves to the next working day unless said otherwise.
    /// </summary>
    public sealed record Offset : DeadlineSpec
    {
        /// <summary>A period after an event.</summary>
        /// <exception cref="ArgumentException">Amount not within 1 and 3660, or no event name.</exception>
        public Offset(int amount, PeriodUnit unit, string @event)
        {
            if (amount is < 1 or > 3660) throw new ArgumentOutOfRangeException(nameof(amount), amount, "A period has 1 to 3660 days.");
            (Amount, Unit, Event, ShiftPolicy) = (amount, unit, CheckEvent(@event), ShiftPolicy.NextWorkingDay);
        }

        /// <summary>Days, 1 to 3660.</summary>
        public int Amount { get; }

        /// <summary>Calendar or working days.</summary>
        public PeriodUnit Unit { get; }

        /// <summary>Name of the event, as the definition publishes it.</summary>
        public string Event { get; }

        private protected override DateOnly? LastDay(int campaignYear, DateOnly? eventDay, WorkingCalendar calendar) =>
            eventDay is not { } day ? null : Unit == PeriodUnit.WorkingDays ? calendar.AddWorkingDays(day, Amount) : day.AddDays(Amount);
    }
}
