namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    /// <summary>Inside the head of a <c>for</c>, where <c>in</c> is no operator and declarations end without semicolon.</summary>
    private bool _inForHead;

    private While ParseWhile(List<string> labels)
    {
        var start = Take().Start;
        Expect("(");
        var test = ParseExpression();
        Expect(")");
        return new While(start, test, ParseLoopBody(), bodyFirst: false, labels);
    }

    private While ParseDo(List<string> labels)
    {
        var start = Take().Start;
        var body = ParseLoopBody();
        Expect("while");
        Expect("(");
        var test = ParseExpression();
        Expect(")");
        Accept(";");
        return new While(start, test, body, bodyFirst: true, labels);
    }

    private Statement ParseFor(List<string> labels)
    {
        var start = Take().Start;
        if (AtName("await")) throw Refuse("'for await'", Now.Start);
        Expect("(");
        var scope = OpenBlock();
        Statement statement = ParseForEachTarget() is { } target
            ? ParseForEach(start, target, scope, labels)
            : ParseClassicFor(start, scope, labels);
        CloseBlock();
        return statement;
    }

    /// <summary>The target of <c>for (… of</c> and <c>for (… in</c>; null, with nothing read, for the classic form.</summary>
    private Expression? ParseForEachTarget()
    {
        var declares = At("var") || At("const") || (AtName("let") && !Peek().Is("in") && !(Peek().Kind == TokenKind.Name && Peek().Text == "of"));
        var first = Peek(declares ? 1 : 0);
        var isPattern = first.Is("[") || first.Is("{");
        if (declares)
        {
            var next = isPattern ? After(first) : Peek(2);
            if (!IsEachWord(next)) return null;
            var kind = Take().Text switch { "var" => BindingKind.Var, "let" => BindingKind.Let, _ => BindingKind.Const };
            return ParseBindingTarget(kind);
        }

        if (isPattern) return IsEachWord(After(first)) ? ParsePattern(null) : null;
        var start = _at;
        var depth = 0;
        // A plain target is names, members and indexes only: look for the word behind them.
        for (var i = start; i < _tokens.Count && depth == 0; i++)
        {
            var token = _tokens[i];
            if (i > start && IsEachWord(token)) return ParseSimpleTarget();
            if (token.Is("[")) i = token.Partner;
            else if (token.Kind is not (TokenKind.Name or TokenKind.Keyword) && !token.Is(".")) depth = 1;
        }

        return null;
    }

    private static bool IsEachWord(Token token) => token.Is("in") || (token.Kind == TokenKind.Name && token.Text == "of");

    private ForEach ParseForEach(int start, Expression target, Scope scope, List<string> labels)
    {
        var keys = Take().Text == "in";
        // The list is evaluated outside the scope of the loop's names.
        _scope = scope.Parent!;
        var source = keys ? ParseExpression() : ParseAssignment();
        _scope = scope;
        Expect(")");
        return new ForEach(start, target, source, ParseLoopBody(), scope, keys, labels);
    }

    private For ParseClassicFor(int start, Scope scope, List<string> labels)
    {
        Statement? first = null;
        _inForHead = true;
        if (At("var")) first = ParseDeclaration(BindingKind.Var);
        else if (At("const")) first = ParseDeclaration(BindingKind.Const);
        else if (AtName("let")) first = ParseDeclaration(BindingKind.Let);
        else if (!At(";")) first = new ForStart(Now.Start, ParseExpression());
        _inForHead = false;
        Expect(";");
        var test = At(";") ? null : ParseExpression();
        Expect(";");
        var step = At(")") ? null : ParseExpression();
        Expect(")");
        return new For(start, first, test, step, ParseLoopBody(), scope, labels);
    }

    private Statement ParseLoopBody()
    {
        _loops++;
        var body = ParseStatement();
        _loops--;
        return body;
    }
}
