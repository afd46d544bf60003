namespace WorkflowEngine.Expressions.JavaScript;

internal enum Signal
{
    Normal,
    Break,
    Continue,
    Return,
}

/// <summary>A statement of the syntax tree, which executes itself.</summary>
internal abstract class Statement(int position)
{
    public int Position { get; } = position;

    public abstract Signal Execute(Frame frame);
}
