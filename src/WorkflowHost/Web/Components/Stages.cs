namespace WorkflowHost.Web.Components;

/// <summary>The stage line of a plan; across on a desk, downwards on a phone.</summary>
/// <param name="Items">In the order of the plan; they are numbered.</param>
public sealed record Stages(IReadOnlyList<Stages.Stage> Items)
{
    /// <summary>Where a stage stands.</summary>
    public enum State
    {
        /// <summary>Not yet begun.</summary>
        Ahead,

        /// <summary>Under way.</summary>
        Current,

        /// <summary>Waits for an event that has no date: drawn dashed.</summary>
        Waiting,

        /// <summary>Closed.</summary>
        Done,
    }

    /// <summary>One stage.</summary>
    /// <param name="Name">"Nộp kế hoạch CĐCS".</param>
    /// <param name="Date">"đến 31/12/2019", "chưa có ngày".</param>
    /// <param name="Standing">"Đang làm, 30/34 được duyệt".</param>
    /// <param name="State">How it is drawn; the standing says the same in words.</param>
    public sealed record Stage(string Name, string Date, string Standing, State State);
}
