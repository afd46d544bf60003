using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Api;

/// <summary>A plan's words read as a deadline, with all that somebody needs to say whether they mean it.</summary>
/// <param name="Words">The words as the text has them.</param>
/// <param name="Start">Where they begin in the text (NFC).</param>
/// <param name="Expression">The same for the deadline of a task in a definition.</param>
/// <param name="Due">First instant that is late; null: none, or it waits for an event.</param>
/// <param name="NotBefore">First instant of a window or period.</param>
/// <param name="WaitsFor">The event it counts from or waits for.</param>
/// <param name="Lines">The arithmetic, line by line.</param>
public sealed record DeadlineReading(
    string Words, int Start, string Expression, DateTimeOffset? Due, DateTimeOffset? NotBefore, DateOnly? LastDay, DateOnly? LastWorkingDay, bool Soft, string? WaitsFor,
    Text Sentence, IReadOnlyList<Text> Lines)
{
    /// <summary>Longest text that is read.</summary>
    public const int MostCharacters = 4_000;

    private static readonly Dictionary<string, DateTimeOffset> NoEvents = [];

    /// <summary>Every deadline in a text, in its order.</summary>
    /// <param name="campaignYear">Years become relative to it; null: they stay as written.</param>
    /// <param name="today">The business day, for what is left.</param>
    public static IReadOnlyList<DeadlineReading> Of(string text, int? campaignYear, DateOnly today, WorkingCalendar calendar) =>
        [.. VietnamesePhrase.ReadAll(text, campaignYear).Select(found =>
        {
            var deadline = found.Spec.Resolve(campaignYear ?? today.Year, NoEvents, calendar);
            var said = DeadlineSentence.Explain(new DeadlineFacts(deadline, found.Spec, calendar) { Today = today });
            return new DeadlineReading(found.Spec.Quote!, found.Start, DeadlineSyntax.Print(found.Spec), deadline.Due, deadline.NotBefore, deadline.LastDay, deadline.LastWorkingDay,
                deadline.Soft, deadline.WaitsFor, Both(said.Sentence), [.. said.Lines.Select(Both)]);
        })];

    private static Text Both(Bilingual words) => new(words.Vi, words.En);
}
