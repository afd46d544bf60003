namespace Workflows.Tests.Identity;

/// <summary>A system clock that stands still until a test moves it.</summary>
internal sealed class SetTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
