namespace WorkflowHost.Web;

/// <summary>The test clock bar above a page of a demo installation.</summary>
/// <param name="Now">Business time.</param>
/// <param name="Steps">What the buttons offer; each posts <c>to</c> (ISO instant) and <c>returnUrl</c> to <c>/demo/clock</c>.</param>
public sealed record DemoClock(DateTimeOffset Now, IReadOnlyList<DemoClock.Step> Steps)
{
    /// <summary>One button of the bar.</summary>
    /// <param name="Label">"Tới 15/01"; all that a phone shows.</param>
    /// <param name="To">The business time to move to.</param>
    /// <param name="Event">What happens then, named on wide screens: "bản tổng hợp tuần".</param>
    public sealed record Step(string Label, DateTimeOffset To, string? Event = null);
}
