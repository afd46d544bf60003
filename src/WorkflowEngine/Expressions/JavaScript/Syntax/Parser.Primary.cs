namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    /// <summary>Links of a chain between two looks at the stack.</summary>
    private const int LinksPerGuard = 4;

    /// <summary>A primary expression with its chain of members, indexes and calls.</summary>
    private Expression ParsePostfix()
    {
        var start = Now.Start;
        var expression = ParsePrimary();
        var isOptional = false;
        for (var links = 1; Now.Kind is TokenKind.Symbol or TokenKind.Template; links++)
        {
            if (links > _limits.Nesting * LevelsPerBracket) throw new ScriptLimitException(ScriptLimit.Depth, _limits.Nesting);
            var optional = Accept("?.");
            isOptional |= optional;
            if (At("(")) expression = ParseCall(expression, optional);
            else if (At("[")) expression = ParseIndex(expression, optional, links);
            else if (optional || At(".")) expression = ParseMember(expression, optional, links);
            else if (Now.Kind == TokenKind.Template && Now.IsFirst && !isOptional) expression = ParseTagged(expression);
            else break;
        }

        return isOptional ? new OptionalChain(start, expression) : expression;
    }

    private Call ParseCall(Expression callee, bool optional)
    {
        var position = callee.Position;
        if (!optional && callee is Member { Target: Identifier owner, Name: { } name }) _calls.Add((owner, name, callee.Position));
        var arguments = ParseArguments(out var hasSpread);
        return new Call(position, callee, arguments, hasSpread, optional);
    }

    private Call ParseTagged(Expression tag)
    {
        var start = Now.Start;
        var (texts, raw, parts) = ReadTemplate();
        return new Call(tag.Position, tag, [new TemplateTexts(start, texts, raw), .. parts], hasSpread: false, optional: false);
    }

    private Member ParseIndex(Expression target, bool optional, int links)
    {
        var start = Expect("[").Start;
        var key = Bracketed();
        Expect("]");
        if (target is Identifier owner && key is Literal && _tokens[_at - 2].Kind == TokenKind.Text) Note(owner, _tokens[_at - 2].Text);
        return new Member(start, target, null, key, optional, links % LinksPerGuard == 0, _isStrict);
    }

    private Member ParseMember(Expression target, bool optional, int links)
    {
        if (!optional) Expect(".");
        if (Now.Kind is not (TokenKind.Name or TokenKind.Keyword)) throw Fail($"a name expected but {Describe(Now)} found", Now.Start);
        var token = Take();
        var isKnown = token.Text == "prototype" && target is Identifier { Name: "Array" or "Object" or "String" or "Number" or "Boolean" or "Date" or "RegExp" };
        if (token.Text is "prototype" or "__proto__" && !isKnown) throw Refuse($"'{token.Text}'", token.Start);
        if (target is Identifier owner) Note(owner, token.Text);
        return new Member(token.Start, target, token.Text, null, optional, links % LinksPerGuard == 0, _isStrict);
    }

    private void Note(Identifier owner, string name)
    {
        if (owner.Name == "variables") _members.Add((owner, name));
    }

    /// <summary>An expression inside brackets, where <c>in</c> is an operator again.</summary>
    private Expression Bracketed()
    {
        var inForHead = _inForHead;
        _inForHead = false;
        var expression = ParseExpression();
        _inForHead = inForHead;
        return expression;
    }

    private Expression[] ParseArguments(out bool hasSpread)
    {
        Expect("(");
        return ParseList(")", out hasSpread);
    }

    private Expression[] ParseList(string end, out bool hasSpread)
    {
        var inForHead = _inForHead;
        _inForHead = false;
        hasSpread = false;
        var list = new List<Expression>();
        while (!At(end))
        {
            var start = Now.Start;
            if (end == "]" && Accept(","))
            {
                list.Add(new Literal(start, Value.Hole));
                continue;
            }

            var spreads = Accept("...");
            hasSpread |= spreads;
            var item = ParseAssignment();
            list.Add(spreads ? new Spread(start, item) : item);
            if (!Accept(",")) break;
        }

        Expect(end);
        _inForHead = inForHead;
        return [.. list];
    }

    private Expression ParsePrimary()
    {
        var token = Now;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new Literal(token.Start, token.Number);
            case TokenKind.Text:
                _at++;
                return new Literal(token.Start, token.Text);
            case TokenKind.Template when token.IsFirst: return ParseTemplate();
            case TokenKind.Pattern:
                _at++;
                return new PatternLiteral(token.Start, CompilePattern(token));
            case TokenKind.Name:
                if (token.Text == "async" && Peek().Is("function") && !Peek().AfterNewLine)
                {
                    _at++;
                    return ParseFunctionExpression(isAsync: true);
                }

                _at++;
                return Refer(token.Text, token.Start);
            case TokenKind.Keyword: return ParseKeyword(token);
            case TokenKind.Symbol when token.Text == "(":
                _at++;
                var inner = Bracketed();
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Text == "[":
                _at++;
                return new ArrayLiteral(token.Start, ParseList("]", out var hasSpread), hasSpread);
            case TokenKind.Symbol when token.Text == "{": return ParseObject();
            default: throw Fail($"unexpected {Describe(token)}", token.Start);
        }
    }

    private Expression ParseKeyword(Token token)
    {
        switch (token.Text)
        {
            case "function": return ParseFunctionExpression(isAsync: false);
            case "new": return ParseNew();
            case "class" or "super" or "import": throw Refuse($"'{token.Text}'", token.Start);
        }

        _at++;
        return token.Text switch
        {
            "true" => new Literal(token.Start, Value.True),
            "false" => new Literal(token.Start, Value.False),
            "null" => new Literal(token.Start, Value.Null),
            "this" => new ThisExpression(token.Start),
            _ => throw Fail($"unexpected '{token.Text}'", token.Start),
        };
    }

    private New ParseNew()
    {
        var start = Take().Start;
        if (At(".")) throw Refuse("'new.target'", start);
        if (At("new")) throw Refuse("'new new'", start);
        var callee = ParsePrimary();
        if (callee is Identifier made) _made.Add(made);
        for (var links = 1; (At(".") || At("[")) && links <= _limits.Nesting; links++)
            callee = At("[") ? ParseIndex(callee, optional: false, links) : ParseMember(callee, optional: false, links);
        var hasSpread = false;
        var arguments = At("(") ? ParseArguments(out hasSpread) : [];
        return new New(start, callee, arguments, hasSpread);
    }

    private TemplateLiteral ParseTemplate()
    {
        var start = Now.Start;
        var (texts, _, parts) = ReadTemplate();
        return new TemplateLiteral(start, texts, parts);
    }

    private (string[] Texts, string[] Raw, Expression[] Parts) ReadTemplate()
    {
        var texts = new List<string>();
        var raw = new List<string>();
        var parts = new List<Expression>();
        while (true)
        {
            var piece = Take();
            texts.Add(piece.Text);
            raw.Add(_source[(piece.Start + 1)..(piece.End - (piece.IsLast ? 1 : 2))].ReplaceLineEndings("\n"));
            if (piece.IsLast) return ([.. texts], [.. raw], [.. parts]);
            parts.Add(Bracketed());
            if (Now.Kind != TokenKind.Template || Now.IsFirst) throw Fail($"unexpected {Describe(Now)} in a template", Now.Start);
        }
    }

    private ObjectLiteral ParseObject()
    {
        var start = Expect("{").Start;
        var inForHead = _inForHead;
        _inForHead = false;
        var entries = new List<ObjectEntry>();
        while (!At("}"))
        {
            entries.Add(ParseEntry());
            if (!Accept(",")) break;
        }

        Expect("}");
        _inForHead = inForHead;
        return new ObjectLiteral(start, [.. entries]);
    }

    private ObjectEntry ParseEntry()
    {
        var token = Now;
        if (Accept("...")) return new ObjectEntry(null, null, ParseAssignment());
        if (At("*")) throw Refuse("a generator method", token.Start);
        var hasWord = token.Kind == TokenKind.Name && IsMemberName(Peek());
        var isAccessor = hasWord && token.Text is "get" or "set";
        var isAsync = hasWord && token.Text == "async";
        if (isAsync || isAccessor) _at++;
        if (token.Kind == TokenKind.Name && !isAsync && !isAccessor && (Peek().Is(",") || Peek().Is("}")))
        {
            _at++;
            return new ObjectEntry(token.Text, null, Refer(token.Text, token.Start));
        }

        var (name, key) = ParseMemberName();
        if (At("(") || isAccessor)
        {
            var function = new FunctionExpression(token.Start, ParseFunction(name ?? string.Empty, isAsync, token.Start));
            if (!isAccessor) return new ObjectEntry(name, key, function);
            var isGetter = token.Text == "get";
            if (function.Code.Parameters.Length != (isGetter ? 0 : 1) || function.Code.Rest is not null) throw Fail($"the parameters of '{token.Text}'", token.Start);
            return new ObjectEntry(name, key, function, isGetter);
        }

        if (name == "__proto__") throw Refuse("'__proto__'", token.Start);
        Expect(":");
        return new ObjectEntry(name, key, Named(ParseAssignment(), name));
    }

    private static bool IsMemberName(Token token) =>
        token.Kind is TokenKind.Name or TokenKind.Keyword or TokenKind.Text or TokenKind.Number || token.Is("[") || token.Is("*");

    private (string? Name, Expression? Key) ParseMemberName()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Text when token.Text.Length > Lexer.LongestName: return (null, new Literal(token.Start, token.Text));
            case TokenKind.Name or TokenKind.Keyword or TokenKind.Text: return (token.Text, null);
            case TokenKind.Number: return (NumberText.Format(token.Number), null);
        }

        if (!token.Is("[")) throw Fail($"a member name expected but {Describe(token)} found", token.Start);
        Deeper();
        var key = ParseAssignment();
        _depth--;
        Expect("]");
        return (null, key);
    }

    private Pattern CompilePattern(Token token)
    {
        if (_patterns.TryGetValue((token.Text, token.Flags), out var known)) return known;
        if (_patternCost > MostPatternCost) throw Fail("the script has too many different regular expressions", token.Start);
        try
        {
            var pattern = Pattern.Compile(token.Text, token.Flags);
            _patternCost += PatternCost + pattern.Size;
            return _patterns[(token.Text, token.Flags)] = pattern;
        }
        catch (FormatException error)
        {
            throw Fail(error.Message, token.Start);
        }
    }
}
