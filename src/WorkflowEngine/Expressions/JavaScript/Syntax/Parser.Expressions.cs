namespace WorkflowEngine.Expressions.JavaScript;

internal sealed partial class Parser
{
    private Expression ParseExpression()
    {
        var start = Now.Start;
        var first = ParseAssignment();
        if (!At(",")) return first;
        var parts = new List<Expression> { first };
        while (Accept(",")) parts.Add(ParseAssignment());
        return new Sequence(start, parts);
    }

    private Expression ParseAssignment()
    {
        Deeper();
        var expression = IsArrow(out var isAsync) ? ParseArrowAt(isAsync) : ParseConditional();
        _depth--;
        return expression;
    }

    private FunctionExpression ParseArrowAt(bool isAsync)
    {
        if (isAsync) _at++;
        return ParseArrow(isAsync);
    }

    private bool IsArrow(out bool isAsync)
    {
        isAsync = AtName("async") && !Peek().AfterNewLine && (Peek().Kind == TokenKind.Name || Peek().Is("(")) && !Peek().Is("=>");
        if (isAsync && HasArrow(Peek(), 2)) return true;
        isAsync = false;
        return HasArrow(Now, 1);
    }

    private bool HasArrow(Token first, int next) =>
        first.Kind == TokenKind.Name ? Peek(next).Is("=>") : first.Is("(") && After(first).Is("=>");

    private Expression ParseConditional()
    {
        var start = Now.Start;
        if ((At("[") || At("{")) && After(Now).Is("="))
        {
            var pattern = ParsePattern(null);
            Expect("=");
            return new Assignment(start, pattern, ParseAssignment());
        }

        var left = ParseBinary(0);
        if (At("?"))
        {
            _at++;
            var inForHead = _inForHead;
            _inForHead = false;
            var yes = ParseAssignment();
            _inForHead = inForHead;
            Expect(":");
            return new Conditional(start, left, yes, ParseAssignment());
        }

        if (Now.Kind != TokenKind.Symbol) return left;
        var op = Now.Text == "=" ? BinaryOperator.None : Operations.OfAssignment(Now.Text);
        if (op is null) return left;
        var at = Take().Start;
        if (!left.IsTarget) throw Fail("the left side cannot be assigned to", at);
        return op == BinaryOperator.None
            ? new Assignment(at, left, Named(ParseAssignment(), (left as Identifier)?.Name))
            : new Update(at, op.Value, left, ParseAssignment(), givesOld: false);
    }

    private Expression ParseBinary(int minimum)
    {
        Deeper();
        var left = ParseUnary();
        var chained = -1;
        while (Operator(out var precedence) is var op && op != BinaryOperator.None && precedence >= minimum)
        {
            var at = Take().Start;
            var isLogical = op is BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr or BinaryOperator.Coalesce;
            var right = ParseBinary(op == BinaryOperator.Power ? precedence : precedence + 1);
            if (chained != precedence) left = isLogical ? new Logical(at, op, [left, right]) : new Binary(at, op, left, right);
            else if (left is Logical logical && logical.Operator == op) logical.Operands.Add(right);
            else left = Chain(left, op, right);
            chained = precedence;
        }

        _depth--;
        return left;
    }

    private static BinaryChain Chain(Expression left, BinaryOperator op, Expression right)
    {
        if (left is BinaryChain chain)
        {
            chain.Add(op, right);
            return chain;
        }

        var binary = (Binary)left;
        chain = new BinaryChain(binary.Position, binary.Left);
        chain.Add(binary.Operator, binary.Right);
        chain.Add(op, right);
        return chain;
    }

    private BinaryOperator Operator(out int precedence)
    {
        precedence = 0;
        if (Now.Kind is not (TokenKind.Symbol or TokenKind.Keyword) || (_inForHead && At("in"))) return BinaryOperator.None;
        return Operations.OfToken(Now.Text, out precedence);
    }

    private Expression ParseUnary()
    {
        var token = Now;
        var isPrefix = token.Kind == TokenKind.Symbol
            ? token.Text is "!" or "-" or "+" or "~" or "++" or "--"
            : (token.Kind == TokenKind.Keyword && token.Text is "typeof" or "void" or "delete") || AtName("await");
        if (!isPrefix) return ParsePostfixOperator();
        Deeper();
        _at++;
        var operand = ParseUnary();
        _depth--;
        if (token.Text is "++" or "--") return Step(token, operand, givesOld: false);
        if (At("**") && token.Text != "await") throw Fail("a sign before '**' needs brackets", Now.Start);
        if (token.Text != "delete") return new Unary(token.Start, token.Text, operand);
        return new Delete(token.Start, operand is OptionalChain { Chain: Member member } ? member : operand);
    }

    private Expression ParsePostfixOperator()
    {
        var operand = ParsePostfix();
        return (At("++") || At("--")) && !Now.AfterNewLine ? Step(Take(), operand, givesOld: true) : operand;
    }

    private Update Step(Token token, Expression operand, bool givesOld)
    {
        if (!operand.IsTarget) throw Fail($"'{token.Text}' needs a name or a member", token.Start);
        return new Update(token.Start, token.Text == "++" ? BinaryOperator.Add : BinaryOperator.Subtract, operand, null, givesOld);
    }
}
