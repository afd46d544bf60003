using System.Diagnostics;

namespace WorkflowEngine.Running;

/// <summary>
/// Named places where a test kills the process as <c>kill -9</c> would: before-commit, after-commit, after-smtp-accepted. Inert unless a point
/// is armed, and never armed in production.
/// </summary>
public sealed class CrashPoints
{
    private readonly string? _armed;
    private int _countdown;

    private CrashPoints(string? armed, int countdown) => (_armed, _countdown) = (armed, countdown);

    public static CrashPoints None { get; } = new(null, 0);

    /// <summary>Reads <c>point</c> or <c>point:n</c> (the n-th time it is passed).</summary>
    public static CrashPoints Armed(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting)) return None;
        var parts = setting.Split(':');
        return new CrashPoints(parts[0], parts.Length > 1 && int.TryParse(parts[1], out var n) ? n : 1);
    }

    public void Hit(string point)
    {
        if (_armed == point && Interlocked.Decrement(ref _countdown) == 0) Process.GetCurrentProcess().Kill();
    }
}
