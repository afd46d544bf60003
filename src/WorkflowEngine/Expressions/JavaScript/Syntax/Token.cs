namespace WorkflowEngine.Expressions.JavaScript;

internal enum TokenKind
{
    End,
    Name,
    Keyword,
    Symbol,
    Number,
    Text,
    Template,
    Pattern,
}

/// <summary>One token. <see cref="Partner"/> joins brackets, so the parser can look behind a closing one at once.</summary>
internal struct Token
{
    public TokenKind Kind;

    /// <summary>Name, keyword or symbol; the cooked text of strings and templates; the body of a regular expression.</summary>
    public string Text;

    /// <summary>The flags of a regular expression.</summary>
    public string Flags;

    public double Number;
    public int Start;
    public int End;

    /// <summary>Index of the matching bracket.</summary>
    public int Partner;

    public bool AfterNewLine;

    /// <summary>The last piece of a template.</summary>
    public bool IsLast;

    /// <summary>The first piece of a template.</summary>
    public bool IsFirst;

    public readonly bool Is(string symbol) => Kind is TokenKind.Symbol or TokenKind.Keyword && Text == symbol;
}
