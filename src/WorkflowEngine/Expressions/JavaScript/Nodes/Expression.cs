namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>An expression of the syntax tree, which evaluates itself. Immutable once the script is parsed.</summary>
internal abstract class Expression(int position)
{
    public int Position { get; } = position;

    public abstract Value Evaluate(Frame frame);

    /// <summary>Stores a value: only names, members and patterns can.</summary>
    public virtual void Assign(Frame frame, Value value) => throw new InvalidOperationException();

    public virtual bool IsTarget => false;

    /// <summary>How messages call it: <c>a.b</c>.</summary>
    public virtual string Describe() => "expression";
}
