namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Operators, conversions, variables. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class ExpressionCases
{
    public const string Table = """""
        1 + 2 * 3  ⇒  7
        "a" + 1 + 2  ⇒  "a12"
        1 + 2 + "a"  ⇒  "3a"
        0.1 + 0.2  ⇒  0.30000000000000004
        120  ⇒  120
        1e21  ⇒  1e+21
        1e-7  ⇒  1e-7
        123456789012345680000  ⇒  123456789012345680000
        -0  ⇒  0
        1/3  ⇒  0.3333333333333333
        5 % 3  ⇒  2
        -5 % 3  ⇒  -2
        5.5 % 2  ⇒  1.5
        2 ** 10  ⇒  1024
        2 ** 3 ** 2  ⇒  512
        (-2) ** 2  ⇒  4
        7 / 2 | 0  ⇒  3
        ~5  ⇒  -6
        1 << 31  ⇒  -2147483648
        1 << 32  ⇒  1
        -1 >>> 0  ⇒  4294967295
        -1 >> 1  ⇒  -1
        5 & 3 | 8 ^ 2  ⇒  11
        "5" * "2"  ⇒  10
        "5" - 2  ⇒  3
        "b" > "a"  ⇒  true
        "10" < "9"  ⇒  true
        "10" < 9  ⇒  false
        null + 1  ⇒  1
        undefined + 1  ⇒  "NaN"
        true + true  ⇒  2
        [] + []  ⇒  ""
        [] + {}  ⇒  "[object Object]"
        [1,2] + "x"  ⇒  "1,2x"
        null == undefined  ⇒  true
        null === undefined  ⇒  false
        null == 0  ⇒  false
        "" == 0  ⇒  true
        "1" == 1  ⇒  true
        [1] == 1  ⇒  true
        NaN == NaN  ⇒  false
        NaN != NaN  ⇒  true
        "a" === "a"  ⇒  true
        ({}) == ({})  ⇒  false
        null ?? "d"  ⇒  "d"
        0 ?? "d"  ⇒  0
        0 || "d"  ⇒  "d"
        "" && "x"  ⇒  ""
        1 && 2 && 3  ⇒  3
        0 || null || "z"  ⇒  "z"
        null ?? undefined ?? 4  ⇒  4
        typeof 1 + typeof "" + typeof true + typeof undefined + typeof null + typeof {} + typeof [] + typeof (() => 1)  ⇒  "numberstringbooleanundefinedobjectobjectobjectfunction"
        typeof nothing  ⇒  "undefined"
        typeof nothing === "undefined" ? 1 : 2  ⇒  1
        void 0  ⇒  undefined
        void 0 ?? 7  ⇒  7
        !0  ⇒  true
        !!"x"  ⇒  true
        -"3"  ⇒  -3
        +"0x10"  ⇒  16
        +""  ⇒  0
        +" 12 "  ⇒  12
        +"12a"  ⇒  "NaN"
        +[]  ⇒  0
        +{}  ⇒  "NaN"
        +"1e3"  ⇒  1000
        +"-.5"  ⇒  -0.5
        1, 2, 3  ⇒  3
        true ? 1 : 2  ⇒  1
        false ? 1 : true ? 2 : 3  ⇒  2
        var x = 5; x * 2;  ⇒  10
        var t = 0; for (var i = 1; i <= 4; i++) { t += i; } return "sum=" + t;  ⇒  "sum=10"
        let a = 1; { let a = 2; } a  ⇒  1
        var a = 1; { var a = 2; } a  ⇒  2
        let x = 1; x += 2; x *= 3; x -= 1; x /= 2; x **= 2; x %= 7; x  ⇒  2
        let x = 5; x <<= 2; x >>= 1; x |= 1; x &= 13; x ^= 3; x >>>= 1; x  ⇒  5
        let a = null; a ??= 4; a  ⇒  4
        let a = 0; a ||= 4; a  ⇒  4
        let a = 1; a &&= 4; a  ⇒  4
        let o = {a: null}; o.a ??= 3; o.b ||= 4; o.a &&= 9; o  ⇒  {"a":9,"b":4}
        let i = 1; [i++, i, ++i, i--, --i]  ⇒  [1,2,3,3,1]
        let o = {n: 1}; [o.n++, ++o.n, o.n]  ⇒  [1,3,3]
        let s = "5"; s++; s  ⇒  6
        """"";
}
