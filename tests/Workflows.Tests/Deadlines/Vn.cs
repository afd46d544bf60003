using WorkflowEngine.Deadlines;

namespace Workflows.Tests.Deadlines;

/// <summary>Short hands of the deadline tests: dates and instants as the domain writes them, in Vietnamese time.</summary>
internal static class Vn
{
    public static readonly WorkingCalendar Calendar = WorkingCalendar.VietnamPublic;

    public static readonly IReadOnlyDictionary<string, DateTimeOffset> NoEvents = new Dictionary<string, DateTimeOffset>();

    /// <summary>Plan 23/KH-CĐYT is of 2019 and was issued on Tuesday 17/12/2019.</summary>
    public static readonly DateTimeOffset Issued = At("17/12/2019 10:00:00");

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "dd/MM/yyyy", null);

    public static DateTimeOffset At(string text) =>
        new(DateTime.ParseExact(text, "dd/MM/yyyy HH:mm:ss", null), TimeSpan.FromHours(7));

    public static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal);

    public static Deadline Resolve(string syntax, int campaignYear = 2019) =>
        DeadlineSyntax.Parse(syntax).Resolve(campaignYear, NoEvents, Calendar);
}
