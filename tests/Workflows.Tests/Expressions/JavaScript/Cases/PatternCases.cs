namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Regular expressions: captures, lookahead, edges, letter case, sources. Each line: the script and what Node gives for it.</summary>
internal static class PatternCases
{
    public const string Table = """""
        /a/gi.source  ⇒  "a"
        "a\r\nb".match(/a$/m)  ⇒  ["a"]
        "a\rb".match(/a$/m)  ⇒  ["a"]
        /^b/m.test("a\rb")  ⇒  true
        /\bword\b/.test("a word b")  ⇒  true
        /\bé/.test("aé")  ⇒  true
        /^.$/u.test("😀")  ⇒  true
        /\u{1F600}/u.test("😀")  ⇒  true
        /[😀]/u.test("😀")  ⇒  true
        /^[^a]$/u.test("😀")  ⇒  true
        /\p{L}/u.test("đ")  ⇒  true
        /\p{Lu}/u.test("Đ")  ⇒  true
        /a{2,3}/.exec("aaaa")[0]  ⇒  "aaa"
        /(z)((a+)?(b+)?(c))*/.exec("zaacbbbcac")  ⇒  ["zaacbbbcac","z","ac","a",null,"c"]
        /(a*)*/.exec("b")  ⇒  ["",null]
        /((a)|b)*/.exec("ab")  ⇒  ["ab","b",null]
        /(?:(a)|b)*/.exec("ab")  ⇒  ["ab",null]
        /[\b]/.test("\b")  ⇒  true
        /a(?=b)/.test("ab")  ⇒  true
        /(?<=a)b/.test("ab")  ⇒  true
        /ẾẾ/i.test("ếế")  ⇒  true
        /k/i.test("\u212a")  ⇒  false
        /ß/i.test("ẞ")  ⇒  false
        /[A-Z]/i.test("k")  ⇒  true
        /[^x]/i.test("X")  ⇒  false
        /i/i.test("İ")  ⇒  false
        /ſ/i.test("s")  ⇒  false
        /σ/i.test("ς")  ⇒  true
        new RegExp("/").source  ⇒  "\\/"
        new RegExp("").source  ⇒  "(?:)"
        new RegExp("\n").source  ⇒  "\\n"
        [1].constructor.name + "".constructor.name + ({}).constructor.name + true.constructor.name + new Map().constructor.name + /a/.constructor.name + new TypeError().constructor.name  ⇒  "ArrayStringObjectBooleanMapRegExpTypeError"
        "1234567.5".replace(/\B(?=(\d{3})+(?!\d))/g, ",")  ⇒  "1,234,567.5"
        (1234567).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ".")  ⇒  "1.234.567"
        /^(?=.*[A-Z])(?=.*\d).{8,}$/.test("Abcdefg1")  ⇒  true
        /(?<=\$)\d+/.exec("cost $42")[0]  ⇒  "42"
        /(?=(a+))a*b\s/.exec("baaabac ")  ⇒  null
        /(?=(a+))/.exec("baaabac")  ⇒  ["","aaa"]
        /(?!(a))b/.exec("b")  ⇒  ["b",null]
        /(?<=(\d+)(\d+))$/.exec("1053")  ⇒  ["","1","053"]
        new RegExp("[/]").source  ⇒  "[/]"
        new RegExp("a/b").source  ⇒  "a\\/b"
        "abc".split(/(?=b)/)  ⇒  ["a","bc"]
        "aBcDe".split(/(?=[A-Z])/)  ⇒  ["a","Bc","De"]
        /^[\p{L}\s]+$/u.test("Nguyễn Văn A")  ⇒  true
        /a{0}b/.exec("ab").index  ⇒  1
        /(?:a{0,2}){2}/.exec("aaaaa")[0]  ⇒  "aaaa"
        /(a{2}){2}/.exec("aaaa")  ⇒  ["aaaa","aa"]
        /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test("192.168.1.1")  ⇒  true
        """"";
}
