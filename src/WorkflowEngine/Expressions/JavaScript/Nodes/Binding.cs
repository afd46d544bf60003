namespace WorkflowEngine.Expressions.JavaScript;

internal enum BindingKind
{
    Parameter,
    Var,
    Let,
    Const,
    Function,

    /// <summary>The own name of a function expression: writing to it does nothing.</summary>
    Self,
}

/// <summary>A declared name and the slot it got.</summary>
internal sealed class Binding(string name, BindingKind kind, Scope scope)
{
    public string Name { get; } = name;

    public BindingKind Kind { get; } = kind;

    public Scope Scope { get; } = scope;

    public bool IsCaptured { get; set; }

    public int Slot { get; set; }

    public bool IsLexical => Kind is BindingKind.Let or BindingKind.Const;
}
