namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A thrown script value on its way to the next <c>catch</c> or to the end of the run.</summary>
internal sealed class ThrowSignal(Value value, int position) : Exception
{
    public Value Value { get; } = value;

    public int Position { get; } = position;
}
