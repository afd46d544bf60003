namespace WorkflowEngine.Outbox;

/// <summary>How long a mail waits after a failed attempt, in business time: 1, 5, 15, 60 minutes, then hourly; the tenth failure is the last.</summary>
public static class MailBackOff
{
    public const int Attempts = 10;

    private static readonly int[] Minutes = [1, 5, 15, 60];

    /// <summary>The wait after the <paramref name="failures"/>-th failure, or null: it is dead.</summary>
    public static TimeSpan? After(int failures) =>
        failures >= Attempts ? null : TimeSpan.FromMinutes(Minutes[Math.Clamp(failures - 1, 0, Minutes.Length - 1)]);
}
