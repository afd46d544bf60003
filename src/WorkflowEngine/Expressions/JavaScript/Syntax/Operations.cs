using System.Collections.Frozen;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The binary operators by their signs, with precedence.</summary>
internal static class Operations
{
    private static readonly FrozenDictionary<string, (BinaryOperator Operator, int Precedence)> Signs =
        new Dictionary<string, (BinaryOperator, int)>
        {
            ["??"] = (BinaryOperator.Coalesce, 1),
            ["||"] = (BinaryOperator.LogicalOr, 2),
            ["&&"] = (BinaryOperator.LogicalAnd, 3),
            ["|"] = (BinaryOperator.Or, 4),
            ["^"] = (BinaryOperator.Xor, 5),
            ["&"] = (BinaryOperator.And, 6),
            ["=="] = (BinaryOperator.Equal, 7),
            ["!="] = (BinaryOperator.NotEqual, 7),
            ["==="] = (BinaryOperator.StrictEqual, 7),
            ["!=="] = (BinaryOperator.StrictNotEqual, 7),
            ["<"] = (BinaryOperator.Less, 8),
            ["<="] = (BinaryOperator.LessOrEqual, 8),
            [">"] = (BinaryOperator.Greater, 8),
            [">="] = (BinaryOperator.GreaterOrEqual, 8),
            ["in"] = (BinaryOperator.In, 8),
            ["instanceof"] = (BinaryOperator.InstanceOf, 8),
            ["<<"] = (BinaryOperator.ShiftLeft, 9),
            [">>"] = (BinaryOperator.ShiftRight, 9),
            [">>>"] = (BinaryOperator.ShiftRightUnsigned, 9),
            ["+"] = (BinaryOperator.Add, 10),
            ["-"] = (BinaryOperator.Subtract, 10),
            ["*"] = (BinaryOperator.Multiply, 11),
            ["/"] = (BinaryOperator.Divide, 11),
            ["%"] = (BinaryOperator.Remainder, 11),
            ["**"] = (BinaryOperator.Power, 12),
        }.ToFrozenDictionary();

    public static BinaryOperator OfToken(string sign, out int precedence)
    {
        if (!Signs.TryGetValue(sign, out var found))
        {
            precedence = 0;
            return BinaryOperator.None;
        }

        precedence = found.Precedence;
        return found.Operator;
    }

    /// <summary>The operator inside <c>+=</c> and its kin; null when the sign is no assignment.</summary>
    public static BinaryOperator? OfAssignment(string sign)
    {
        if (sign.Length < 2 || sign[^1] != '=' || sign is "==" or "===" or "!=" or "!==" or "<=" or ">=") return null;
        var op = OfToken(sign[..^1], out _);
        return op == BinaryOperator.None ? null : op;
    }
}
