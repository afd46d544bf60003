using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>How a Break reaches the loop around it: sequences and forks on the way end after their child, the nearest loop takes it.</summary>
internal static class LoopBreak
{
    private const string Mark = "IsBreaking";

    public static void Send(ActivityContext from)
    {
        for (var outer = from.Parent; outer is not null; outer = outer.Parent)
        {
            var isLoop = IsLoop(outer);
            if (isLoop || outer.Node.Activity is Sequence or Fork) outer.Properties[Mark] = true;
            if (isLoop) return;
        }
    }

    public static bool IsLoop(ActivityContext context) => context.Node.Activity is While or For or ForEach;

    public static bool IsBroken(ActivityContext context) => context.State.Properties?.ContainsKey(Mark) == true;
}
