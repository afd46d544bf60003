using System.Diagnostics;

namespace WorkflowEngine.Running;

/// <summary>
/// Named places where a test kills the process as <c>kill -9</c> would: around each commit and between two of them. Inert unless a point is armed,
/// and never armed in production.
/// </summary>
public sealed class CrashPoints
{
    /// <summary>Every place, in the order in which an installation comes by.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "migration-before-commit", "migration-after-commit", "loading",
        "after-intake", "before-commit", "after-commit", "cascade-before-commit", "cascade-after-commit",
        "clock-moved", "timers-fired", "change-before-commit", "change-after-commit", "rungs-before-commit", "rungs-after-commit", "digests-before-commit", "digests-after-commit",
        "before-smtp", "after-smtp-accepted", "mail-after-commit",
        "http-before-send", "http-after-answer", "http-after-commit",
    ];

    private readonly string? _armed;
    private int _countdown;

    private CrashPoints(string? armed, int countdown) => (_armed, _countdown) = (armed, countdown);

    public static CrashPoints None { get; } = new(null, 0);

    /// <summary>Reads <c>point</c> or <c>point:n</c> (the n-th time it is passed).</summary>
    /// <exception cref="ArgumentException">There is no such point: a test that waits for this death would wait for ever.</exception>
    public static CrashPoints Armed(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting)) return None;
        var parts = setting.Split(':');
        if (!Names.Contains(parts[0])) throw new ArgumentException($"There is no crash point '{parts[0]}'.", nameof(setting));
        return new CrashPoints(parts[0], parts.Length > 1 && int.TryParse(parts[1], out var n) ? n : 1);
    }

    public void Hit(string point)
    {
        if (_armed == point && Interlocked.Decrement(ref _countdown) == 0) Process.GetCurrentProcess().Kill();
    }
}
