namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>URIs and things combined. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class MixedCases
{
    public const string Table = """""
        encodeURIComponent("a b&c=đ/😀'()") + encodeURI("http://x/y z?q=đ&r#h")  ⇒  "a%20b%26c%3D%C4%91%2F%F0%9F%98%80'()http://x/y%20z?q=%C4%91&r#h"
        decodeURIComponent("a%20%C4%91%F0%9F%98%80%2F") + decodeURI("%20%2F%C4%91")  ⇒  "a đ😀/ %2Fđ"
        try { decodeURIComponent("%") } catch (e) { e.name }  ⇒  "URIError"
        try { decodeURIComponent("%ff") } catch (e) { e.name }  ⇒  "URIError"
        Boolean("") || Boolean("x")  ⇒  true
        [1,2,3].map(String).concat(["1","2"].map(Number)).concat([0,1,""].filter(Boolean))  ⇒  ["1","2","3",1,2,1]
        ["1","2","3"].map(parseInt).map(String)  ⇒  ["1","NaN","NaN"]
        [1, 2, 3].map((x) => ({ x })).filter(({ x }) => x > 1)  ⇒  [{"x":2},{"x":3}]
        Object.entries({ a: { n: 1 }, b: { n: 5 } }).sort(([, x], [, y]) => y.n - x.n).map(([k]) => k)  ⇒  ["b","a"]
        [["a", 1], ["b", 2]].map(([k, v]) => `${k}=${v}`).join("&")  ⇒  "a=1&b=2"
        Object.keys({ b: 1, a: 1, 10: 1, 9: 1 }).join()  ⇒  "9,10,b,a"
        (1234567.891).toLocaleString("en-US")  ⇒  "1,234,567.891"
        ({}).toString() + Math + JSON  ⇒  "[object Object][object Math][object JSON]"
        (function foo(a) {}).toString().slice(0, 8)  ⇒  "function"
        [3, 2, 1].sort(() => 0)  ⇒  [3,2,1]
        [1, 2, 3, 4].reduce((acc, x) => ({ ...acc, ["k" + x]: x }), {})  ⇒  {"k1":1,"k2":2,"k3":3,"k4":4}
        "The quick".split(" ").map(w => w[0].toUpperCase() + w.slice(1).toLowerCase()).join(" ")  ⇒  "The Quick"
        console.log("x")  ⇒  undefined
        [(2.5).toPrecision(1), (1.25).toPrecision(2), (9.5).toExponential(0), (25).toPrecision(1), (1e100).toPrecision(5), (5e-324).toPrecision(3), (0.045).toFixed(2), (8.345).toFixed(2), (1e20).toFixed(2), (-2.5).toFixed(0), (999.9).toPrecision(3)]  ⇒  ["3","1.3","1e+1","3e+1","1.0000e+100","4.94e-324","0.04","8.35","100000000000000000000.00","-3","1.00e+3"]
        (function () { const f = () => arguments[0]; return f(); })(4)  ⇒  4
        function f() { return arguments; } f(1, 2).length  ⇒  2
        """"";
}
