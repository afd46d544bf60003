namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    private Empty ParseFunctionDeclaration(bool isAsync)
    {
        var start = Take().Start;
        if (At("*")) throw Refuse("a generator ('function*')", start);
        var at = Now.Start;
        var name = ExpectName();
        var identifier = DeclareName(name, BindingKind.Function, at);
        var code = ParseFunction(name, isAsync);
        _scope.Hoist(identifier, code);
        return new Empty(start);
    }

    private FunctionExpression ParseFunctionExpression(bool isAsync)
    {
        var start = Take().Start;
        if (At("*")) throw Refuse("a generator ('function*')", start);
        var name = Now.Kind == TokenKind.Name ? Take().Text : null;
        var code = ParseFunction(name ?? string.Empty, isAsync);
        if (name is null || code.Scope.Find(name) is not null) return new FunctionExpression(start, code);
        code.Scope.Declare(name, BindingKind.Self);
        code.Self = new Identifier(start, name, declares: true);
        _references.Add((code.Self, code.Scope));
        return new FunctionExpression(start, code);
    }

    /// <summary>Parameters and body of a function or method.</summary>
    private FunctionCode ParseFunction(string name, bool isAsync)
    {
        var code = new FunctionCode(name, isArrow: false, isAsync);
        var outer = OpenFunction(code);
        ParseParameters(code);
        code.Body = ParseBody();
        CloseFunction(outer);
        return code;
    }

    private FunctionExpression ParseArrow(bool isAsync)
    {
        var start = Now.Start;
        var code = new FunctionCode(string.Empty, isArrow: true, isAsync);
        var outer = OpenFunction(code);
        if (At("(")) ParseParameters(code);
        else code.Parameters = [new PatternElement(ParseBindingTarget(BindingKind.Parameter), null)];
        if (Now.AfterNewLine) throw Fail("a line break before '=>'", Now.Start);
        Expect("=>");
        if (At("{")) code.Body = ParseBody();
        else code.Value = ParseAssignment();
        CloseFunction(outer);
        return new FunctionExpression(start, code);
    }

    private void ParseParameters(FunctionCode code)
    {
        Expect("(");
        var parameters = new List<PatternElement>();
        while (!At(")"))
        {
            if (Accept("..."))
            {
                code.Rest = ParseBindingTarget(BindingKind.Parameter);
                break;
            }

            var target = ParseBindingTarget(BindingKind.Parameter);
            parameters.Add(new PatternElement(target, Accept("=") ? ParseAssignment() : null));
            if (!Accept(",")) break;
        }

        Expect(")");
        code.Parameters = [.. parameters];
    }

    private (string[] Labels, int Loops, int Switches, bool InForHead) OpenFunction(FunctionCode code)
    {
        var outer = (_labels.ToArray(), _loops, _switches, _inForHead);
        _labels.Clear();
        _loops = _switches = 0;
        _inForHead = false;
        _scope = code.Scope = NewScope(_scope, code, isFunction: true);
        return outer;
    }

    private void CloseFunction((string[] Labels, int Loops, int Switches, bool InForHead) outer)
    {
        _scope = _scope.Parent!;
        _labels.AddRange(outer.Labels);
        (_loops, _switches, _inForHead) = (outer.Loops, outer.Switches, outer.InForHead);
    }

    private Expression ParseBindingTarget(BindingKind kind)
    {
        if (At("[") || At("{")) return ParsePattern(kind);
        var at = Now.Start;
        return DeclareName(ExpectName(), kind, at);
    }

    /// <summary>A pattern that declares names of a kind, or (kind null) assigns to what exists.</summary>
    private Expression ParsePattern(BindingKind? kind)
    {
        Deeper();
        var inForHead = _inForHead;
        _inForHead = false;
        Expression pattern = At("[") ? ParseArrayPattern(kind) : ParseObjectPattern(kind);
        _inForHead = inForHead;
        _depth--;
        return pattern;
    }

    private ArrayPattern ParseArrayPattern(BindingKind? kind)
    {
        var start = Expect("[").Start;
        var elements = new List<PatternElement?>();
        Expression? rest = null;
        while (!At("]"))
        {
            if (Accept(","))
            {
                elements.Add(null);
                continue;
            }

            if (Accept("..."))
            {
                rest = ParsePatternTarget(kind);
                break;
            }

            elements.Add(ParsePatternElement(kind));
            if (!Accept(",")) break;
        }

        Expect("]");
        return new ArrayPattern(start, [.. elements], rest);
    }

    private ObjectPattern ParseObjectPattern(BindingKind? kind)
    {
        var start = Expect("{").Start;
        var members = new List<PatternMember>();
        Expression? rest = null;
        while (!At("}"))
        {
            if (Accept("..."))
            {
                rest = ParsePatternTarget(kind);
                break;
            }

            members.Add(ParsePatternMember(kind));
            if (!Accept(",")) break;
        }

        Expect("}");
        return new ObjectPattern(start, [.. members], rest);
    }

    private PatternMember ParsePatternMember(BindingKind? kind)
    {
        var token = Now;
        if (token.Kind == TokenKind.Name && !Peek().Is(":"))
        {
            _at++;
            Expression target = kind is { } declared ? DeclareName(token.Text, declared, token.Start) : Refer(token.Text, token.Start);
            return new PatternMember(token.Text, null, new PatternElement(target, Accept("=") ? ParseAssignment() : null));
        }

        var (name, key) = ParseMemberName();
        Expect(":");
        return new PatternMember(name, key, ParsePatternElement(kind));
    }

    private PatternElement ParsePatternElement(BindingKind? kind)
    {
        var target = ParsePatternTarget(kind);
        return new PatternElement(target, Accept("=") ? ParseAssignment() : null);
    }

    private Expression ParsePatternTarget(BindingKind? kind)
    {
        if (kind is { } declared) return ParseBindingTarget(declared);
        var nested = (At("[") || At("{")) && !After(Now).Is(".") && !After(Now).Is("[");
        return nested ? ParsePattern(null) : ParseSimpleTarget();
    }

    private Expression ParseSimpleTarget()
    {
        var start = Now.Start;
        var target = ParsePostfix();
        return target.IsTarget ? target : throw Fail("not something to assign to", start);
    }
}
