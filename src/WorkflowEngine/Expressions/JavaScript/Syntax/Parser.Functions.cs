namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    private Statement ParseFunctionDeclaration(bool isAsync)
    {
        var start = Take().Start;
        if (At("*")) throw Refuse("a generator ('function*')", start);
        var first = isAsync ? _tokens[_at - 2].Start : start;
        var at = Now.Start;
        var name = ExpectName();
        var identifier = DeclareName(name, BindingKind.Function, at);
        var code = ParseFunction(name, isAsync, first);
        _scope.Hoist(identifier, code);
        if (_scope.IsFunction || _isStrict || isAsync) return new Empty(start);
        var declaration = new BlockFunction(start, Refer(name, at));
        _blockFunctions.Add((declaration, _scope));
        return declaration;
    }

    private FunctionExpression ParseFunctionExpression(bool isAsync)
    {
        var start = Take().Start;
        if (At("*")) throw Refuse("a generator ('function*')", start);
        var first = isAsync ? _tokens[_at - 2].Start : start;
        var name = Now.Kind == TokenKind.Name ? Take().Text : null;
        var code = ParseFunction(name ?? string.Empty, isAsync, first);
        if (name is null || code.Scope.Find(name) is not null) return new FunctionExpression(start, code);
        code.Scope.Declare(name, BindingKind.Self);
        code.Self = new Identifier(start, name, declares: true);
        _references.Add((code.Self, code.Scope));
        return new FunctionExpression(start, code);
    }

    /// <summary>Parameters and body of a function or method, whose text begins at <paramref name="first"/>.</summary>
    private FunctionCode ParseFunction(string name, bool isAsync, int first)
    {
        var code = new FunctionCode(name, isArrow: false, isAsync);
        var outer = OpenFunction(code);
        ParseParameters(code);
        code.Body = ParseFunctionBody();
        CloseFunction(outer);
        code.Text = first.._tokens[_at - 1].End;
        return code;
    }

    private FunctionExpression ParseArrow(bool isAsync)
    {
        var start = isAsync ? _tokens[_at - 1].Start : Now.Start;
        var code = new FunctionCode(string.Empty, isArrow: true, isAsync);
        var outer = OpenFunction(code);
        if (At("(")) ParseParameters(code);
        else code.Parameters = [new PatternElement(ParseBindingTarget(BindingKind.Parameter), null)];
        if (Now.AfterNewLine) throw Fail("a line break before '=>'", Now.Start);
        Expect("=>");
        if (At("{")) code.Body = ParseFunctionBody();
        else code.Value = ParseAssignment();
        CloseFunction(outer);
        code.Text = start.._tokens[_at - 1].End;
        return new FunctionExpression(start, code);
    }

    private void ParseParameters(FunctionCode code)
    {
        Expect("(");
        var parameters = new List<PatternElement>();
        var first = _references.Count;
        while (!At(")"))
        {
            if (Accept("..."))
            {
                code.Rest = ParseBindingTarget(BindingKind.Parameter);
                break;
            }

            var target = ParseBindingTarget(BindingKind.Parameter);
            parameters.Add(Element(target));
            if (!Accept(",")) break;
        }

        Expect(")");
        code.Parameters = [.. parameters];
        if (parameters.TrueForAll(parameter => parameter.Default is null)) return;
        code.Scope.HidesParameters();
        code.ParameterReads = [.. _references.Skip(first).Where(reference => !reference.Name.Declares).Select(reference => reference.Name.Name)];
    }

    /// <summary>A target with its default value, if one follows.</summary>
    private PatternElement Element(Expression target) =>
        new(target, Accept("=") ? Named(ParseAssignment(), (target as Identifier)?.Name) : null);

    /// <summary>A function without a name gets that of what it is assigned to.</summary>
    private static Expression Named(Expression value, string? name)
    {
        if (name is not null && value is FunctionExpression { Code: { Name.Length: 0 } code }) code.Name = name;
        return value;
    }

    private Statement[] ParseFunctionBody()
    {
        _isStrict |= IsDirective(1);
        return ParseBody();
    }

    private bool IsDirective(int ahead) => Peek(ahead).Kind == TokenKind.Text && _source.AsSpan(Peek(ahead).Start + 1).StartsWith("use strict") && Peek(ahead).Text == "use strict"
        && (Peek(ahead + 1).Is(";") || Peek(ahead + 1).Is("}") || Peek(ahead + 1).AfterNewLine || Peek(ahead + 1).Kind == TokenKind.End);

    private (string[] Labels, int Loops, int Switches, bool InForHead, bool IsStrict) OpenFunction(FunctionCode code)
    {
        var outer = (_labels.ToArray(), _loops, _switches, _inForHead, _isStrict);
        _labels.Clear();
        _loops = _switches = 0;
        _inForHead = false;
        _scope = code.Scope = NewScope(_scope, code, isFunction: true);
        return outer;
    }

    private void CloseFunction((string[] Labels, int Loops, int Switches, bool InForHead, bool IsStrict) outer)
    {
        _scope = _scope.Parent!;
        _labels.AddRange(outer.Labels);
        (_loops, _switches, _inForHead, _isStrict) = (outer.Loops, outer.Switches, outer.InForHead, outer.IsStrict);
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
            return new PatternMember(token.Text, null, Element(target));
        }

        var (name, key) = ParseMemberName();
        Expect(":");
        return new PatternMember(name, key, ParsePatternElement(kind));
    }

    private PatternElement ParsePatternElement(BindingKind? kind)
    {
        var target = ParsePatternTarget(kind);
        return Element(target);
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
