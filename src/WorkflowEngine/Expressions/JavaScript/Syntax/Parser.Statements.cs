namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    private readonly List<string> _labels = [];
    private int _loops;
    private int _switches;

    private Statement ParseStatement()
    {
        Deeper();
        var statement = Now.Kind switch
        {
            TokenKind.Keyword => ParseKeywordStatement(),
            TokenKind.Name => ParseNamedStatement(),
            _ => At("{") ? ParseBlock() : Accept(";") ? new Empty(Now.Start) : ParseExpressionStatement(),
        };
        _depth--;
        return statement;
    }

    private Statement ParseKeywordStatement()
    {
        var start = Now.Start;
        switch (Now.Text)
        {
            case "var": return ParseDeclaration(BindingKind.Var);
            case "const": return ParseDeclaration(BindingKind.Const);
            case "function": return ParseFunctionDeclaration(isAsync: false);
            case "if": return ParseIf();
            case "for": return ParseFor([]);
            case "while": return ParseWhile([]);
            case "do": return ParseDo([]);
            case "switch": return ParseSwitch();
            case "try": return ParseTry();
            case "return": return ParseReturn();
            case "break": return ParseJump(Signal.Break);
            case "continue": return ParseJump(Signal.Continue);
            case "throw":
                _at++;
                if (Now.AfterNewLine) throw Fail("a line break after 'throw'", Now.Start);
                var value = ParseExpression();
                EndStatement();
                return new Throw(start, value);
            case "class" or "import" or "export" or "with" or "debugger" or "enum": throw Refuse($"'{Now.Text}'", start);
            default: return ParseExpressionStatement();
        }
    }

    private Statement ParseNamedStatement()
    {
        var next = Peek();
        if (Now.Text == "let" && (next.Kind == TokenKind.Name || next.Is("[") || next.Is("{"))) return ParseDeclaration(BindingKind.Let);
        if (Now.Text == "async" && next.Is("function") && !next.AfterNewLine)
        {
            _at++;
            return ParseFunctionDeclaration(isAsync: true);
        }

        return next.Is(":") ? ParseLabelled() : ParseExpressionStatement();
    }

    private ExpressionStatement ParseExpressionStatement()
    {
        var start = Now.Start;
        var expression = ParseExpression();
        EndStatement();
        return new ExpressionStatement(start, expression);
    }

    private Block ParseBlock()
    {
        var start = Now.Start;
        var scope = OpenBlock();
        var body = ParseBody();
        CloseBlock();
        return new Block(start, body, scope);
    }

    private Statement[] ParseBody()
    {
        Expect("{");
        var body = new List<Statement>();
        while (!Accept("}")) body.Add(ParseStatement());
        return [.. body];
    }

    private Declarations ParseDeclaration(BindingKind kind)
    {
        var start = Take().Start;
        var parts = new List<Statement>();
        do
        {
            var at = Now.Start;
            var target = ParseBindingTarget(kind);
            if (Accept("=")) parts.Add(new Declaration(at, target, Named(ParseAssignment(), (target as Identifier)?.Name)));
            else if (kind == BindingKind.Const || target is not Identifier) throw Fail("a declaration without value", at);
            else if (kind == BindingKind.Let) parts.Add(new Declaration(at, target, null));
        }
        while (Accept(","));
        if (!_inForHead) EndStatement();
        return new Declarations(start, [.. parts]);
    }

    private If ParseIf()
    {
        var start = Now.Start;
        var branches = new List<(Expression, Statement)>();
        Statement? otherwise = null;
        do
        {
            Expect("if");
            Expect("(");
            var test = ParseExpression();
            Expect(")");
            branches.Add((test, ParseStatement()));
            if (!Accept("else")) break;
            if (!At("if")) otherwise = ParseStatement();
        }
        while (otherwise is null);
        return new If(start, branches, otherwise);
    }

    private Switch ParseSwitch()
    {
        var start = Take().Start;
        Expect("(");
        var subject = ParseExpression();
        Expect(")");
        Expect("{");
        var scope = OpenBlock();
        var cases = new List<(Expression?, Statement[])>();
        var hasDefault = false;
        _switches++;
        while (!Accept("}"))
        {
            Expression? test = null;
            if (!At("default")) Expect("case");
            if (Accept("default"))
            {
                if (hasDefault) throw Fail("a second 'default'", Now.Start);
                hasDefault = true;
            }
            else test = ParseExpression();

            Expect(":");
            var body = new List<Statement>();
            while (!At("case") && !At("default") && !At("}")) body.Add(ParseStatement());
            cases.Add((test, [.. body]));
        }

        _switches--;
        CloseBlock();
        return new Switch(start, subject, [.. cases], scope);
    }

    private Try ParseTry()
    {
        var start = Take().Start;
        var body = ParseBlock();
        Expression? target = null;
        Scope? scope = null;
        Block? handler = null;
        if (Accept("catch"))
        {
            scope = OpenBlock();
            if (Accept("("))
            {
                target = ParseBindingTarget(BindingKind.Parameter);
                Expect(")");
            }

            handler = ParseBlock();
            CloseBlock();
        }

        var last = Accept("finally") ? ParseBlock() : null;
        if (handler is null && last is null) throw Fail("'try' without 'catch' or 'finally'", start);
        return new Try(start, body, target, scope, handler, last);
    }

    private Return ParseReturn()
    {
        var start = Take().Start;
        var bare = At(";") || At("}") || Now.Kind == TokenKind.End || Now.AfterNewLine;
        var value = bare ? null : ParseExpression();
        EndStatement();
        return new Return(start, value);
    }

    private Jump ParseJump(Signal signal)
    {
        var start = Take().Start;
        string? label = null;
        if (Now.Kind == TokenKind.Name && !Now.AfterNewLine)
        {
            label = Take().Text;
            if (!_labels.Contains(label)) throw Fail($"the label '{label}' is unknown here", start);
        }

        if (signal == Signal.Continue && _loops == 0) throw Fail("'continue' outside a loop", start);
        if (label is null && _loops + _switches == 0) throw Fail("'break' outside a loop or switch", start);
        EndStatement();
        return new Jump(start, signal, label);
    }

    private Labelled ParseLabelled()
    {
        var start = Now.Start;
        var own = new List<string>();
        while (Now.Kind == TokenKind.Name && Peek().Is(":"))
        {
            if (_labels.Contains(Now.Text)) throw Fail($"the label '{Now.Text}' is used twice", Now.Start);
            own.Add(Now.Text);
            _labels.Add(Take().Text);
            _at++;
        }

        var body = Now.Kind != TokenKind.Keyword ? ParseStatement() : Now.Text switch
        {
            "for" => ParseFor(own),
            "while" => ParseWhile(own),
            "do" => ParseDo(own),
            _ => ParseStatement(),
        };
        _labels.RemoveRange(_labels.Count - own.Count, own.Count);
        // The names are one and the same place: breaking to any of them ends here.
        return new Labelled(start, own, body);
    }
}
