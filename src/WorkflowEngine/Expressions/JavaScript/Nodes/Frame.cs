namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>One call under way: names no closure captures live in its slots, the others in environments.</summary>
internal sealed class Frame(ScriptRun run, Value[] slots, Environment? environment, Value self)
{
    public readonly ScriptRun Run = run;
    public readonly Value[] Slots = slots;
    public readonly Value This = self;
    public Environment? Environment = environment;

    /// <summary>The value of <c>return</c>.</summary>
    public Value Result;

    /// <summary>The value of the last expression statement.</summary>
    public Value Completion;

    /// <summary>Where a labelled break or continue is going; null for the nearest loop.</summary>
    public string? Label;
}
