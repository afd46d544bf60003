namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Functions, closures, patterns, objects. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class FunctionCases
{
    public const string Table = """""
        const f = x => x * 2; f(4)  ⇒  8
        const f = (a, b = a + 1, ...c) => [a, b, c]; [f(1), f(1, 5), f(1, 2, 3, 4)]  ⇒  [[1,2,[]],[1,5,[]],[1,2,[3,4]]]
        function f(n) { return n <= 1 ? 1 : n * f(n - 1); } f(10)  ⇒  3628800
        var f = function g(n) { return n ? n + g(n - 1) : 0; }; f(4)  ⇒  10
        f(); function f() { return 7; }  ⇒  7
        if (true) { function inBlock() { return 'b'; } } inBlock()  ⇒  "b"
        (() => { const r = [typeof f]; for (const n of [1, 2]) { function f() { return n; } r.push(f()); } r.push(f()); return r; })()  ⇒  ["undefined",1,2,2]
        (() => { switch (2) { case 1: function one() { return 1; } default: function two() { return one() + 1; } } return [typeof one, (() => two())()]; })()  ⇒  ["undefined",2]
        (() => { { function f() { return 'block'; } f = 5; } return typeof f; })()  ⇒  "function"
        ((f) => { { function f() { return 'block'; } } return f; })(3)  ⇒  3
        (() => { let f = 1; { function f() { return 'block'; } } return f; })()  ⇒  1
        (() => { { let f = 1; { function f() { return 'block'; } } } return typeof f; })()  ⇒  "undefined"
        (() => { 'use strict'; { function f() { return 'block'; } } return typeof f; })()  ⇒  "undefined"
        (() => { { async function f() { return 'block'; } } return typeof f; })()  ⇒  "undefined"
        (() => { try { throw 1 } catch (f) { { function f() { return 'caught'; } } } return f(); })()  ⇒  "caught"
        (function () { return arguments.length + arguments[1]; })(1, 2, 3)  ⇒  5
        (() => { return { a: 1 }; })()  ⇒  {"a":1}
        (() => ({ a: 1 }))()  ⇒  {"a":1}
        const add = a => b => c => a + b + c; add(1)(2)(3)  ⇒  6
        let c = 0; const inc = () => ++c; inc(); inc(); c  ⇒  2
        var fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); fs.map(f => f())  ⇒  [0,1,2]
        var fs = []; for (var i = 0; i < 3; i++) fs.push(() => i); fs.map(f => f())  ⇒  [3,3,3]
        var fs = []; for (const x of [1, 2]) { fs.push(() => x); } fs.map(f => f())  ⇒  [1,2]
        let fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); i++; } fs.map(f => f())  ⇒  [1,3]
        const [a, , b = 5, ...r] = [1, 2, undefined, 4, 5]; [a, b, r]  ⇒  [1,5,[4,5]]
        const { a, b: { c = 2, ...d }, ...e } = { a: 1, b: { x: 1, y: 2 }, f: 3, g: 4 }; [a, c, d, e]  ⇒  [1,2,{"x":1,"y":2},{"f":3,"g":4}]
        let a = 1, b = 2; [a, b] = [b, a]; [a, b]  ⇒  [2,1]
        let o = {}; [o.x, o["y"]] = [1, 2]; o  ⇒  {"x":1,"y":2}
        let a, b; ({ a, b: [b] } = { a: 1, b: [2] }); [a, b]  ⇒  [1,2]
        let a; ({ a = 3 } = {}); a  ⇒  3
        const f = ({ a, b = 2 }, [c, d] = [3, 4]) => [a, b, c, d]; f({ a: 1 })  ⇒  [1,2,3,4]
        const k = "z"; ({ [k + 1]: 1, "q r": 2, 3: 4, k, f() { return 5; } }).f()  ⇒  5
        const k = "z"; ({ [k + 1]: 1, "q r": 2, 3: 4, k })  ⇒  {"3":4,"z1":1,"q r":2,"k":"z"}
        ({ ...{ a: 1, b: 2 }, b: 3 })  ⇒  {"a":1,"b":3}
        ({ ..."hi", ...null, ...[7] })  ⇒  {"0":7,"1":"i"}
        [...[1, 2], ...'ab', 3]  ⇒  [1,2,"a","b",3]
        Math.max(...[1, 5, 3], 4)  ⇒  5
        ({ b: 1, a: 2, 2: 3, 1: 4 })  ⇒  {"1":4,"2":3,"b":1,"a":2}
        ({ if: 1, class: 2 }).class  ⇒  2
        const o = { n: 3, f() { return this.n; }, g: function () { return [1].map(() => this.n); } }; [o.f(), o.g()]  ⇒  [3,[3]]
        let o = { a: { b: [10, 20] } }; o.a.b[1]  ⇒  20
        let o = null; o?.a.b.c  ⇒  undefined
        let o = { a: null }; [o?.a?.b, o.a?.[0], o.f?.(1), o?.["a"]]  ⇒  [null,null,null,null]
        let o = { f() { return this.x; }, x: 8 }; o?.f()  ⇒  8
        let o = { f() { return this.x; }, x: 8 }; (o?.f)()  ⇒  8
        let o = { a: 1, b: 2 }; delete o.a; o  ⇒  {"b":2}
        let o = { a: 1 }; "a" in o && !("b" in o)  ⇒  true
        0 in [1]  ⇒  true
        [] instanceof Array  ⇒  true
        ({}) instanceof Object  ⇒  true
        new Error("x") instanceof Error  ⇒  true
        new TypeError("x") instanceof Error  ⇒  true
        new Date(0) instanceof Date  ⇒  true
        /a/ instanceof RegExp  ⇒  true
        """"";
}
