namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Templates, semicolons put in, odd forms, whole programs. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class SyntaxCases
{
    public const string Table = """""
        `a${1 + 1}b${`n${3}`}c`  ⇒  "a2bn3c"
        `line1␤line2`  ⇒  "line1\nline2"
        `\`\${}`  ⇒  "`${}"
        "\x41\u0042\u{1F600}\n\t\\\'"  ⇒  "AB😀\n\t\\'"
        'it\'s'  ⇒  "it's"
        0b101 + 0o17 + 0xff + 1_000  ⇒  1275
        .5 + 5. + 1e3 + 1E-2  ⇒  1005.51
        var a = 1␤var b = 2␤a + b  ⇒  3
        let a = 1␤;[1, 2].forEach(x => a += x)␤a  ⇒  4
        const f = () => {␤  return␤  1␤}␤f() === undefined  ⇒  true
        let x = 1␤let y = x␤++x␤[x, y]  ⇒  "NaN"
        var a = 5 /* c */ / 2 // d␤a  ⇒  2.5
        var s = "a/b/c".split(/\//g).length / 2; s  ⇒  1.5
        let g = 4, i = 2; 8 / g / i  ⇒  1
        if (true) /x/.test("x")  ⇒  true
        var r = function () { return 1 }␤/2/.source  ⇒  "2"
        a = 5; a + 1  ⇒  6
        (a, b) => a  ⇒  ! TypeError: the script's value is a function
        new Array(3).fill(0)  ⇒  [0,0,0]
        new Array(1, 2)  ⇒  [1,2]
        Array(2).length  ⇒  2
        new (Array)(2).length  ⇒  2
        new Date(2020, 0, 15, 10, 30).getTime()  ⇒  1579059000000
        async function f() { return 4; } await f()  ⇒  4
        const f = async x => { const y = await x; return y + 1; }; await f(Promise.resolve(2))  ⇒  3
        await Promise.all([1, Promise.resolve(2)])  ⇒  [1,2]
        const f = async () => { throw new Error("no"); }; try { await f(); } catch (e) { e.message }  ⇒  "no"
        await new Promise((res, rej) => res(5))  ⇒  5
        await Promise.reject(3).catch(x => x + 1)  ⇒  4
        await Promise.resolve(1).then(x => { throw x + 1; }).then(null, e => e * 10).finally(() => 9)  ⇒  20
        (function () { return typeof this; }).call(5) !== ""  ⇒  true
        const f = function (a, b) { return [this.x, a, b]; }; [f.call({ x: 1 }, 2, 3), f.apply({ x: 1 }, [2, 3]), f.bind({ x: 1 }, 2)(3)]  ⇒  [[1,2,3],[1,2,3],[1,2,3]]
        ((a, b) => 1).length  ⇒  2
        (function foo() {}).name  ⇒  "foo"
        var let_ = 1, of = 2, async = 3, get = 4, set = 5; let_ + of + async + get + set  ⇒  15
        var o = { get: 1, set: 2, async: 3, of: 4, get2() { return 1 }, async a() { return 1 } }; o.get + o.set + o.async  ⇒  6
        var o = { async, get }; var async, get; o  ⇒  {"async":null,"get":null}
        [1, 2, 3,].length  ⇒  3
        [, 1].length  ⇒  2
        (function (a, b,) { return a + b; })(1, 2,)  ⇒  3
        "use strict"; 5  ⇒  5
        { a: 1 }  ⇒  1
        {}  ⇒  undefined
        ;  ⇒  undefined
        let x = 0; for (;;) { if (x++ > 3) break; } x  ⇒  5
        let r = []; for (let i = 0, n = 3; i < n; i++) r.push(i); r  ⇒  [0,1,2]
        let r = []; for (let i = 3; i--;) r.push(i); r  ⇒  [2,1,0]
        let f = n => n < 2 ? n : f(n - 1) + f(n - 2); f(15)  ⇒  610
        const even = n => n === 0 ? true : odd(n - 1), odd = n => n === 0 ? false : even(n - 1); even(50)  ⇒  true
        const counter = () => { let n = 0; return { inc: () => ++n, get: () => n }; }; const c = counter(); c.inc(); c.inc(); c.get()  ⇒  2
        const compose = (...fs) => x => fs.reduce((v, f) => f(v), x); compose(x => x + 1, x => x * 2)(3)  ⇒  8
        var x = 1; function f() { return x; var x; } f() === undefined  ⇒  true
        let s = ""; for (let i = 0; i < 1000; i++) s += i; s.length  ⇒  2890
        let s = ""; for (let i = 0; i < 300; i++) { s += "ab"; } s.slice(-3) + s[0] + s.indexOf("b")  ⇒  "baba1"
        let s = "x"; for (let i = 0; i < 12; i++) s = s + s; s.length  ⇒  4096
        let s = "x".repeat(300); let a = s + "1", b = s + "2"; a.slice(-1) + b.slice(-1)  ⇒  "12"
        let a = "x".repeat(300) + "1"; let b = a + "2"; let c = a + "3"; b.slice(-2) + c.slice(-2)  ⇒  "1213"
        isNaN("abc") && !isNaN("1") && isFinite("5")  ⇒  true
        var undefinedVar; undefinedVar === undefined  ⇒  true
        a: for (;;) { break a }  ⇒  undefined
        do x = 1; while (0) x  ⇒  1
        var x = 1; x  ⇒  1
        x = 1 ? 2 : 3  ⇒  2
        "a" in { a: 1 } ? "y" : "n"  ⇒  "y"
        1 < 2 < 3  ⇒  true
        3 > 2 > 1  ⇒  false
        - - 1  ⇒  1
        typeof typeof 1  ⇒  "string"
        !function () { return false; }()  ⇒  true
        (1, 2)  ⇒  2
        [1, [2, [3, [4]]]].flat().length  ⇒  3
        [10, 1, 3].sort()  ⇒  [1,10,3]
        new Error("m").message  ⇒  "m"
        var f = () => {}; f() === undefined  ⇒  true
        (x => x)(1)  ⇒  1
        (async () => 1) instanceof Object  ⇒  true
        const { length } = "hello"; length  ⇒  5
        const [x = (() => 5)()] = []; x  ⇒  5
        const { [`k${1}`]: v } = { k1: 9 }; v  ⇒  9
        function outer() { const v = 1; function inner() { return v + 1; } return inner(); } outer()  ⇒  2
        const o = { a: [{ b: { c: () => "deep" } }] }; o.a[0].b.c()  ⇒  "deep"
        const obj = { total: 0, add(n) { this.total += n; return this; } }; obj.add(1).add(2).total  ⇒  3
        let v = 5; const r = v > 3 ? v > 4 ? "big" : "mid" : "small"; r  ⇒  "big"
        [..."héllo"].reverse().join("")  ⇒  "olléh"
        Object.keys("ab")  ⇒  ["0","1"]
        ({ toString() { return "T"; } }) + ""  ⇒  "T"
        ({ valueOf() { return 4; } }) * 2  ⇒  8
        `${{ toString() { return "T"; } }}`  ⇒  "T"
        [1, 2, 3] + ""  ⇒  "1,2,3"
        String([1, [2, 3]]) + String({}) + String(null)  ⇒  "1,2,3[object Object]null"
        [null, undefined, 1].join()  ⇒  ",,1"
        let a = [1, 2, 3]; a.length = 1; a  ⇒  [1]
        let a = []; a[2] = 1; a.length  ⇒  3
        let a = [1]; a.foo = 5; [a.length, a.foo]  ⇒  [1,5]
        const x = 1; { const x = 2; { const x = 3; } } x  ⇒  1
        let r = []; for (const a of [[1, 2], [3, 4]]) { const [x, y] = a; r.push(x + y); } r  ⇒  [3,7]
        let total = 0; [1, 2, 3].forEach((v, i, arr) => { total += v * i + arr.length; }); total  ⇒  17
        """"";
}
