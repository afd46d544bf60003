namespace WorkflowEngine.Outbox;

/// <summary>
/// How long a mail waits after a failed attempt, in business time: 1, 5, 15, 60 minutes, then
/// 2, 4, 8 hours, then daily; the tenth failure is the last. That is two and a half days: a server away for a weekend loses nothing.
/// </summary>
public static class MailBackOff
{
    public const int Attempts = 10;

    private static readonly int[] Minutes = [1, 5, 15, 60, 120, 240, 480, 1440];

    /// <summary>The wait after the <paramref name="failures"/>-th failure, or null: it is dead.</summary>
    public static TimeSpan? After(int failures) =>
        failures >= Attempts ? null : TimeSpan.FromMinutes(Minutes[Math.Clamp(failures - 1, 0, Minutes.Length - 1)]);
}
