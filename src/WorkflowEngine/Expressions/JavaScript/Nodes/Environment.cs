namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The captured names of one scope, alive as long as a closure needs them.</summary>
internal sealed class Environment(Value[] slots, Environment? parent)
{
    public readonly Value[] Slots = slots;
    public readonly Environment? Parent = parent;
}
