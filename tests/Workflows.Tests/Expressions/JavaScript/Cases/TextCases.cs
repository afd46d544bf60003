namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Strings and regular expressions. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class TextCases
{
    public const string Table = """""
        "abc".charAt(1) + "abc".charAt(9) + "abc"[0]  ⇒  "ba"
        "abc".charCodeAt(1) + "😀".codePointAt(0) + "a".codePointAt(0)  ⇒  128707
        isNaN("abc".charCodeAt(9))  ⇒  true
        "a".concat("b", 1)  ⇒  "ab1"
        ["abc".startsWith("b", 1), "abc".endsWith("b", 2), "abc".includes("c"), "abc".startsWith("")]  ⇒  [true,true,true,true]
        ["abcabc".indexOf("c"), "abcabc".indexOf("c", 3), "abcabc".lastIndexOf("c"), "abcabc".lastIndexOf("c", 4), "abc".indexOf(""), "abc".lastIndexOf("z"), "aXbX".lastIndexOf("X", 0)]  ⇒  [2,5,5,2,0,-1,-1]
        ["abc".slice(1), "abc".slice(-2, -1), "abc".substring(2, 0), "abc".substr(-2, 1), "abc".slice(2, 1)]  ⇒  ["bc","b","ab","b",""]
        "a,b,,c".split(",")  ⇒  ["a","b","","c"]
        "abc".split("")  ⇒  ["a","b","c"]
        "abc".split()  ⇒  ["abc"]
        "".split(",")  ⇒  [""]
        "".split("")  ⇒  []
        "a1b2c".split(/\d/)  ⇒  ["a","b","c"]
        "a1b2c".split(/(\d)/)  ⇒  ["a","1","b","2","c"]
        "a,b,c".split(",", 2)  ⇒  ["a","b"]
        "abc".split(/(?:)/)  ⇒  ["a","b","c"]
        "a  b c".split(/\s+/)  ⇒  ["a","b","c"]
        "abcabc".replace("b", "X")  ⇒  "aXcabc"
        "abcabc".replaceAll("b", "X")  ⇒  "aXcaXc"
        "abcabc".replace(/b/g, "[$&]")  ⇒  "a[b]ca[b]c"
        "John Smith".replace(/(\w+)\s(\w+)/, "$2, $1")  ⇒  "Smith, John"
        "abc".replace("b", "$$-$&-$`-$'")  ⇒  "a$-b-a-cc"
        "abc".replace(/b/, (m, i, s) => m.toUpperCase() + i + s)  ⇒  "aB1abcc"
        "a1b22".replace(/[a-z](\d+)/g, (m, d, i) => `${d}@${i} `)  ⇒  "1@0 22@2 "
        "aaa".replace(/a/g, (m, i) => i)  ⇒  "012"
        "abc".replace(/(?<x>b)/, "<$<x>>")  ⇒  "a<b>c"
        "x".replace(/(y)?x/, "[$1]")  ⇒  "[]"
        "aaa".replaceAll("", "-")  ⇒  "-a-a-a-"
        "abc".replace(/x*/g, "-")  ⇒  "-a-b-c-"
        "2024-01-15".match(/(\d+)-(\d+)-(\d+)/).slice(1)  ⇒  ["2024","01","15"]
        "a1b2".match(/\d/g)  ⇒  ["1","2"]
        "ab".match(/\d/g)  ⇒  null
        "ab".match(/b/).index  ⇒  1
        "2024-01".match(/(?<y>\d+)-(?<m>\d+)/).groups.y  ⇒  "2024"
        [..."a1b22".matchAll(/[a-z](\d+)/g)].map(m => m[1] + m.index)  ⇒  ["10","222"]
        "abc".search(/c/)  ⇒  2
        "abc".search("z")  ⇒  -1
        /^\d{3}-?\d{4}$/.test("123-4567")  ⇒  true
        /^[\w.+-]+@[\w-]+\.[\w.]+$/.test("a.b+c@d-e.com")  ⇒  true
        /\u0041\x42[^]/.test("AB\n")  ⇒  true
        /a.c/s.test("a\nc") && !/a.c/.test("a\nc")  ⇒  true
        /^b$/m.test("a\nb\nc") && !/^b$/.test("a\nb")  ⇒  true
        /a$/.test("a\n")  ⇒  false
        /HELLO/i.test("hello")  ⇒  true
        /\bfoo\b/.test("a foo b")  ⇒  true
        /[\d\-x]+/.exec("ab1-x2")[0]  ⇒  "1-x2"
        /(a+)(b+)?/.exec("xaac").length  ⇒  3
        /(a+)(b+)?/.exec("xaac")[2] === undefined  ⇒  true
        let r = /a/g; [r.test("aba"), r.lastIndex, r.test("aba"), r.lastIndex, r.test("aba"), r.lastIndex]  ⇒  [true,1,true,3,false,0]
        let r = /\d/y; r.lastIndex = 1; [r.test("a1"), r.test("a1")]  ⇒  [true,false]
        let r = /(\d)(\w)/g, m, o = []; while ((m = r.exec("1a 2b")) !== null) o.push(m[0] + m.index); o  ⇒  ["1a0","2b3"]
        String(/a\/b/g)  ⇒  "/a\\/b/g"
        /[^\s\W]/.test("ế") + "|" + /\p{L}/u.test("ế") + /\p{Lu}/u.test("ế")  ⇒  "false|truefalse"
        /a{2,3}?/.exec("aaaa")[0]  ⇒  "aa"
        /a{,3}/.test("a{,3}")  ⇒  true
        /[.*+?^${}()|[\]\\]/.test("]")  ⇒  true
        /x|y|/.exec("z")[0] === ""  ⇒  true
        /(?:a|b)+c/.exec("ababc")[0]  ⇒  "ababc"
        /\$\{(\w+)\}/g.source  ⇒  "\\$\\{(\\w+)\\}"
        "Xin chào {name}, {x}".replace(/\{(\w+)\}/g, (_, k) => ({ name: "Lan" })[k] ?? "?")  ⇒  "Xin chào Lan, ?"
        "abc".padStart(5, "12") + "abc".padEnd(6, "12") + "abc".padStart(2) + "a".padEnd(3) + "|"  ⇒  "12abcabc121abca  |"
        "  a ".trimLeft() + "|" + "  a ".trimRight() + "|"  ⇒  "a |  a|"
        "  a ".trim() + "|" + "  a ".trimStart() + "|" + "  a ".trimEnd() + "|"  ⇒  "a|a |  a|"
        "\u00a0\ufeff a\u3000".trim().length  ⇒  1
        "ab".repeat(3) + "x".repeat(0)  ⇒  "ababab"
        "é".normalize("NFD").length + "e\u0301".normalize().length  ⇒  3
        "ABC".toLowerCase() + "đặng".toUpperCase()  ⇒  "abcĐẶNG"
        ["a".localeCompare("b"), "b".localeCompare("a"), "a".localeCompare("a")]  ⇒  [-1,1,0]
        ["c","a","b"].sort((a, b) => a.localeCompare(b))  ⇒  ["a","b","c"]
        "abc".at(-1)  ⇒  "c"
        String.fromCharCode(72, 105) + String.fromCodePoint(128512)  ⇒  "Hi😀"
        String(123) + String(null) + String([1]) + String() + String(true)  ⇒  "123null1true"
        "abc".length + "😀".length  ⇒  5
        """"";
}
