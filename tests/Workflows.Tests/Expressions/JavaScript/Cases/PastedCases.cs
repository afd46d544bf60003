namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>What people paste: getters, tagged templates, holes, frozen objects, strictness, the methods of built-in kinds. Each line: the script and what Node gives for it.</summary>
internal static class PastedCases
{
    public const string Table = """""
        ({ get a() { return 5 } }).a  ⇒  5
        let o = { _x: 1, get x() { return this._x }, set x(v) { this._x = v * 2 } }; o.x = 4; o.x  ⇒  8
        let o = { get x() { return 1 } }; o.x = 2; o.x  ⇒  1
        let o = { set x(v) { } }; o.x  ⇒  undefined
        let o = { get a() { return 1 }, b: 2 }; JSON.stringify(o)  ⇒  "{\"a\":1,\"b\":2}"
        let o = { get a() { return 1 } }; ({ ...o })  ⇒  {"a":1}
        let o = { get ["a" + 1]() { return 7 } }; o.a1  ⇒  7
        let o = { a: 1, get a() { return 2 } }; o.a  ⇒  2
        let o = { get a() { return 2 }, a: 1 }; o.a  ⇒  1
        let o = { get: 1, set: 2 }; o.get + o.set  ⇒  3
        ({ get 1() { return 2 } })[1]  ⇒  2
        ({ get "a b"() { return 3 } })["a b"]  ⇒  3
        Object.keys({ get a() { return 1 }, b: 2 })  ⇒  ["a","b"]
        Object.entries({ get a() { return 1 }, b: 2 })  ⇒  [["a",1],["b",2]]
        "a" in { get a() { return 1 } }  ⇒  true
        let o = { get a() { throw new Error("x") } }; try { o.a } catch (e) { e.message }  ⇒  "x"
        let n = 0; let o = { get a() { return ++n } }; [o.a, o.a, o.a++, n]  ⇒  [1,2,3,3]
        let {a} = { get a() { return 9 } }; a  ⇒  9
        delete ({ get a() { return 1 } }).a  ⇒  true
        let o = { get a() { return 1 } }; delete o.a; o.a  ⇒  undefined
        Object.assign({}, { get a() { return 3 } })  ⇒  {"a":3}
        String.raw`a\n${1}b`  ⇒  "a\\n1b"
        String.raw`C:\new\${2}`  ⇒  "C:\\new\\${2}"
        const tag = (s, ...v) => s.join("|") + v.join(","); tag`a${1}b${2}c`  ⇒  "a|b|c1,2"
        const tag = s => s.raw[0]; tag`\n\u0041`  ⇒  "\\n\\u0041"
        const o = { t(s) { return this.x + s[0] }, x: 5 }; o.t`y`  ⇒  "5y"
        const t = s => s; (() => t`a`)() === (() => t`a`)()  ⇒  false
        const t = s => s; const f = () => t`a`; f() === f()  ⇒  true
        const t = s => Object.isFrozen(s); t`x`  ⇒  true
        const t = s => x => s[0] + x[0]; t`a``b`  ⇒  "ab"
        String.raw({ raw: ["x", "y"] }, 0, 1)  ⇒  "x0y"
        String.raw({ raw: "abc" }, 0, 1)  ⇒  "a0b1c"
        Object.create(null)  ⇒  {}
        let o = Object.create(null); o.a = 1; o  ⇒  {"a":1}
        let o = Object.create(null); typeof o.toString  ⇒  "undefined"
        Object.getOwnPropertyNames({ a: 1, b: 2 })  ⇒  ["a","b"]
        Object.getOwnPropertyNames([1, 2])  ⇒  ["0","1","length"]
        Object.getOwnPropertyNames("ab")  ⇒  ["0","1","length"]
        [1, 2, 3].toSpliced(1, 1, 9, 8)  ⇒  [1,9,8,3]
        [1, 2, 3].toSpliced()  ⇒  [1,2,3]
        [1, 2, 3].toSpliced(1)  ⇒  [1]
        [1, 2, 3, 4, 5].copyWithin(0, 3)  ⇒  [4,5,3,4,5]
        [1, 2, 3, 4, 5].copyWithin(1, 0, 3)  ⇒  [1,1,2,3,5]
        [1, 2, 3, 4, 5].copyWithin(-2, -3, -1)  ⇒  [1,2,3,3,4]
        [1, , 3]  ⇒  [1,null,3]
        [1, , 3].length  ⇒  3
        [1, , 3].map(x => 1)  ⇒  [1,null,1]
        [1, , 3].forEach(x => 1)  ⇒  undefined
        let n = 0; [1, , 3].forEach(x => n++); n  ⇒  2
        1 in [1, , 3]  ⇒  false
        let a = []; a[5] = 1; Object.keys(a)  ⇒  ["5"]
        let a = []; a[5] = 1; a.length  ⇒  6
        let n = 0; let a = []; a[5] = 1; a.forEach(() => n++); n  ⇒  1
        let n = 0; new Array(3).map(() => n++); n  ⇒  0
        new Array(3).map((_, i) => i)  ⇒  [null,null,null]
        [...new Array(3)].map((_, i) => i)  ⇒  [0,1,2]
        let a = [1, 2, 3]; delete a[1]; 1 in a  ⇒  false
        let a = [1, 2, 3]; delete a[1]; a.length  ⇒  3
        let a = [1, 2, 3]; delete a[1]; Object.keys(a)  ⇒  ["0","2"]
        [1, , 3].reduce((a, b) => a + b)  ⇒  4
        [[1, 2], [3]].toString()  ⇒  "1,2,3"
        [1, 2, 3].toLocaleString("en-US")  ⇒  "1,2,3"
        [1, 2].concat(3, [4, [5]])  ⇒  [1,2,3,4,[5]]
        [].every(x => false)  ⇒  true
        "abc".replace("b", "[$`|$'|$&|$$]")  ⇒  "a[a|c|b|$]c"
        "a".localeCompare("B", undefined, { sensitivity: "base" })  ⇒  -1
        "10".localeCompare("2", undefined, { numeric: true })  ⇒  1
        "abc".concat(1, null)  ⇒  "abc1null"
        "ß".toUpperCase()  ⇒  "SS"
        "ﬁ".toUpperCase()  ⇒  "FI"
        "ΑΣ".toLowerCase()  ⇒  "ας"
        String(null) + String(undefined) + String(true)  ⇒  "nullundefinedtrue"
        String([1, [2, 3]])  ⇒  "1,2,3"
        String({})  ⇒  "[object Object]"
        String(() => 1)  ⇒  "() => 1"
        String(function f(a) { return a })  ⇒  "function f(a) { return a }"
        (x => x + 1).toString()  ⇒  "x => x + 1"
        `${[1, 2]}` + `${{}}`  ⇒  "1,2[object Object]"
        (255).toString(16)  ⇒  "ff"
        (255).toString(2)  ⇒  "11111111"
        (0.5).toString(2)  ⇒  "0.1"
        (-255).toString(36)  ⇒  "-73"
        (1e21).toString()  ⇒  "1e+21"
        (1e-7).toString()  ⇒  "1e-7"
        (123456789012345680000).toString()  ⇒  "123456789012345680000"
        (0.1).toString(3)  ⇒  "0.0022002200220022002200220022002201"
        (1234567.891).toLocaleString("vi-VN")  ⇒  "1.234.567,891"
        (1234.5).toLocaleString("en-US", { minimumFractionDigits: 2 })  ⇒  "1,234.50"
        (1234.5).toLocaleString("en-US", { maximumFractionDigits: 0 })  ⇒  "1,235"
        (1235.5).toLocaleString("en-US", { maximumFractionDigits: 0 })  ⇒  "1,236"
        (2.5).toLocaleString("en-US", { maximumFractionDigits: 0 })  ⇒  "3"
        (1.005).toLocaleString("en-US", { maximumFractionDigits: 2 })  ⇒  "1.01"
        (1500000).toLocaleString("vi-VN", { style: "currency", currency: "VND" })  ⇒  "1.500.000\u00A0₫"
        (-1500000).toLocaleString("vi-VN", { style: "currency", currency: "VND" })  ⇒  "-1.500.000\u00A0₫"
        (1500000).toLocaleString("en-US", { style: "currency", currency: "VND" })  ⇒  "₫1,500,000"
        (1e21).toLocaleString("en-US")  ⇒  "1,000,000,000,000,000,000,000"
        (-0).toLocaleString("en-US")  ⇒  "-0"
        (NaN).toLocaleString("en-US")  ⇒  "NaN"
        (-1234.5).toLocaleString("en-US")  ⇒  "-1,234.5"
        (0.0001).toLocaleString("en-US")  ⇒  "0"
        (-0.0001).toLocaleString("en-US")  ⇒  "-0"
        Number.parseFloat === parseFloat  ⇒  true
        5 % -3  ⇒  2
        -5 % 5 === 0 && 1 / (-5 % 5)  ⇒  "-Infinity"
        let n = 0; const o = { get x() { n++; return 1 } }; o.x ??= 5; n  ⇒  1
        let o = Object.freeze({ a: 1 }); o.a = 2; o.a  ⇒  1
        let o = Object.freeze({ a: 1 }); o.b = 2; o  ⇒  {"a":1}
        let o = Object.freeze({ a: 1 }); delete o.a; o  ⇒  {"a":1}
        (function () { "use strict"; const o = Object.freeze([1]); try { o[0] = 2 } catch (e) { return e.name } return o })()  ⇒  "TypeError"
        let a = Object.freeze([1]); try { a.push(2) } catch (e) { e.name }  ⇒  "TypeError"
        let a = Object.freeze([1]); a[0] = 2; a  ⇒  [1]
        let a = Object.freeze([1]); a.length = 0; a  ⇒  [1]
        let a = Object.freeze([2, 1]); try { a.sort() } catch (e) { e.name }  ⇒  "TypeError"
        let a = Object.freeze([2, 1]); [...a].sort()  ⇒  [1,2]
        "use strict"; try { "abc".foo = 1 } catch (e) { e.name }  ⇒  "TypeError"
        "use strict"; try { undeclared = 1 } catch (e) { e.name }  ⇒  "ReferenceError"
        Object.isFrozen(Object.freeze({}))  ⇒  true
        let o = Object.freeze({ a: { b: 1 } }); o.a.b = 2; o.a.b  ⇒  2
        (() => 1).bind().name  ⇒  "bound "
        ((a, b) => 1).name  ⇒  ""
        const foo = () => 1; foo.name  ⇒  "foo"
        let foo = function () { }; foo.name  ⇒  "foo"
        ({ bar() { } }).bar.name  ⇒  "bar"
        ({ bar: () => 1 }).bar.name  ⇒  "bar"
        (function () { }).name  ⇒  ""
        Math.max.name  ⇒  "max"
        [].push.name  ⇒  "push"
        (function () { return typeof arguments })()  ⇒  "object"
        (function () { return arguments.length })(1, 2, 3)  ⇒  3
        (function () { return Array.isArray(arguments) })(1)  ⇒  false
        (function () { return JSON.stringify(arguments) })(1, 2)  ⇒  "{\"0\":1,\"1\":2}"
        (function () { return Object.prototype.toString.call(arguments) })()  ⇒  "[object Arguments]"
        (function () { return String(arguments) })()  ⇒  "[object Arguments]"
        (() => { try { return arguments.length } catch (e) { return e.name } })()  ⇒  "ReferenceError"
        "a" in { a: 1 }  ⇒  true
        "toString" in {}  ⇒  true
        "length" in [1]  ⇒  true
        "push" in [1]  ⇒  true
        "hasOwnProperty" in { }  ⇒  true
        try { x.y } catch (e) { [e.name, e.message] }  ⇒  ["ReferenceError","x is not defined"]
        try { JSON.parse("{") } catch (e) { e.name }  ⇒  "SyntaxError"
        try { (1).toFixed(101) } catch (e) { e.name }  ⇒  "RangeError"
        try { decodeURIComponent("%") } catch (e) { e.name + e.message }  ⇒  "URIErrorURI malformed"
        try { [].reduce(x => x) } catch (e) { e.message }  ⇒  "Reduce of empty array with no initial value"
        try { new 5 } catch (e) { e.name }  ⇒  "TypeError"
        try { [...5] } catch (e) { e.name }  ⇒  "TypeError"
        try { let [a] = {}; } catch (e) { e.name }  ⇒  "TypeError"
        try { let {a} = null; } catch (e) { e.name }  ⇒  "TypeError"
        new Error("m").toString()  ⇒  "Error: m"
        String(new TypeError("a"))  ⇒  "TypeError: a"
        let e = new Error("a"); e.name = "B"; String(e)  ⇒  "B: a"
        let { [`a${1}`]: z } = { a1: 5 }; z  ⇒  5
        function f(a = b, b = 1) { return a } try { f() } catch (e) { e.name }  ⇒  "ReferenceError"
        function f(a, b = 2) { return [a, b, arguments.length] } f(1, undefined)  ⇒  [1,2,2]
        ({ a: 1 }).hasOwnProperty("a")  ⇒  true
        [1].hasOwnProperty(0)  ⇒  true
        "abc".hasOwnProperty("length")  ⇒  true
        "abc".hasOwnProperty(0)  ⇒  true
        [true.hasOwnProperty("a"), (5).propertyIsEnumerable("a"), false.toLocaleString()]  ⇒  [false,false,"false"]
        ({}).toString()  ⇒  "[object Object]"
        Object.prototype.toString.call([])  ⇒  "[object Array]"
        [].toString.call({})  ⇒  "[object Object]"
        ({ toString() { return "x" } }) + "y"  ⇒  "xy"
        ({ valueOf() { return 5 }, toString() { return "x" } }) + "y"  ⇒  "5y"
        `${{ valueOf() { return 5 }, toString() { return "x" } }}`  ⇒  "x"
        JSON.stringify("\ud800")  ⇒  "\"\\ud800\""
        JSON.stringify(Object.create(null))  ⇒  "{}"
        escape("a b/ü€")  ⇒  "a%20b/%FC%u20AC"
        unescape("%u20AC%FC%20a")  ⇒  "€ü a"
        unescape("%zz%u12")  ⇒  "%zz%u12"
        new Date(2020, 1, 30).toISOString()  ⇒  "2020-02-29T17:00:00.000Z"
        new Date(2020, 12, 1).toISOString()  ⇒  "2020-12-31T17:00:00.000Z"
        new Date(2020, 0, 1, 10, 30, 15, 500).toISOString()  ⇒  "2020-01-01T03:30:15.500Z"
        new Date(1945, 5, 1).toISOString()  ⇒  "1945-05-31T15:00:00.000Z"
        new Date(1975, 5, 13, 12).toISOString()  ⇒  "1975-06-13T05:00:00.000Z"
        new Date(1960, 0, 1, 0, 30).toISOString()  ⇒  "1959-12-31T16:30:00.000Z"
        String(new Date(NaN))  ⇒  "Invalid Date"
        let d = new Date(2020, 0, 31); d.setMonth(1); d.toISOString()  ⇒  "2020-03-01T17:00:00.000Z"
        let d = new Date(2020, 0, 31); d.setDate(0); d.toISOString()  ⇒  "2019-12-30T17:00:00.000Z"
        let d = new Date(2020, 0, 31); d.setDate(d.getDate() + 1); d.toISOString()  ⇒  "2020-01-31T17:00:00.000Z"
        let d = new Date(2020, 1, 29); d.setFullYear(2021); d.toISOString()  ⇒  "2021-02-28T17:00:00.000Z"
        let d = new Date(2020, 0, 1); d.setHours(25, 61, 61, 1001); d.toISOString()  ⇒  "2020-01-01T19:02:02.001Z"
        let d = new Date(2020, 0, 1); d.setMinutes(-1); d.toISOString()  ⇒  "2019-12-31T16:59:00.000Z"
        let d = new Date(2020, 0, 1); d.setSeconds(75); d.toISOString()  ⇒  "2019-12-31T17:01:15.000Z"
        let d = new Date(2020, 0, 1); d.setUTCHours(5); d.toISOString()  ⇒  "2019-12-31T05:00:00.000Z"
        let d = new Date(NaN); d.setFullYear(2020); d.getTime()  ⇒  1577811600000
        let d = new Date(2020, 0, 1); d.setMonth(5, 31); d.toISOString()  ⇒  "2020-06-30T17:00:00.000Z"
        new Date(2020, 0, 1).toDateString()  ⇒  "Wed Jan 01 2020"
        new Date(2020, 0, 1).toUTCString()  ⇒  "Tue, 31 Dec 2019 17:00:00 GMT"
        new Date(2020, 0, 1).toGMTString()  ⇒  "Tue, 31 Dec 2019 17:00:00 GMT"
        new Date(2020, 0, 1).toLocaleDateString("vi-VN")  ⇒  "1/1/2020"
        new Date(2020, 0, 1).toLocaleDateString("en-US")  ⇒  "1/1/2020"
        new Date(2020, 0, 1, 15, 4, 5).toLocaleTimeString("vi-VN")  ⇒  "15:04:05"
        new Date(2020, 0, 1, 15, 4, 5).toLocaleTimeString("en-US")  ⇒  "3:04:05 PM"
        new Date(2020, 0, 1, 15, 4, 5).toLocaleString("en-US")  ⇒  "1/1/2020, 3:04:05 PM"
        new Date(2020, 0, 1, 15, 4, 5).toLocaleString("vi-VN")  ⇒  "15:04:05 1/1/2020"
        new Date(2020, 0, 1, 0, 4, 5).toLocaleString("en-US")  ⇒  "1/1/2020, 12:04:05 AM"
        new Date(2020, 0, 1).toLocaleDateString("en-GB")  ⇒  "01/01/2020"
        new Date(2020, 0, 1).toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" })  ⇒  "01/01/2020"
        `${new Date(2020, 0, 1)}`.slice(0, 15)  ⇒  "Wed Jan 01 2020"
        Math.hypot(1e200, 1e200)  ⇒  1.414213562373095E+200
        String(Math)  ⇒  "[object Math]"
        /a/.toString()  ⇒  "/a/"
        Number.prototype.toFixed.call(5, 2)  ⇒  "5.00"
        Array.prototype.slice.call([1, 2], 1)  ⇒  [2]
        [].slice.call([1, 2], 1)  ⇒  [2]
        [].map.call("abc", x => x + x)  ⇒  ["aa","bb","cc"]
        [].slice.call({ length: 2, 0: "a", 1: "b" })  ⇒  ["a","b"]
        [].join.call("abc", "-")  ⇒  "a-b-c"
        [].concat([1], [2], 3)  ⇒  [1,2,3]
        [].concat(...[[1], [2, 3]])  ⇒  [1,2,3]
        "".concat("a", "b")  ⇒  "ab"
        "a".constructor.name  ⇒  "String"
        [].constructor === Array  ⇒  true
        ({}).constructor.name  ⇒  "Object"
        (5).constructor.name  ⇒  "Number"
        new Date().constructor.name  ⇒  "Date"
        1..toString()  ⇒  "1"
        5 .toString()  ⇒  "5"
        Object.entries({ a: 1, b: 2 }).map(([k, v]) => `${k}=${v}`).join("&")  ⇒  "a=1&b=2"
        new Date(2020, 0, 2).toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" })  ⇒  "02/01/2020"
        new Date(2020, 0, 2).toLocaleDateString("vi-VN", { day: "numeric", month: "numeric", year: "numeric" })  ⇒  "2/1/2020"
        new Date(2020, 0, 2).toLocaleDateString("en-US", { day: "2-digit", month: "2-digit", year: "numeric" })  ⇒  "01/02/2020"
        new Date(2020, 0, 2).toLocaleDateString("en-GB", { day: "2-digit", month: "2-digit", year: "2-digit" })  ⇒  "02/01/20"
        new Date(2020, 0, 2, 15, 4, 5).toLocaleString("en-GB")  ⇒  "02/01/2020, 15:04:05"
        new Date(2020, 0, 2, 15, 4, 5).toLocaleTimeString("en-GB")  ⇒  "15:04:05"
        new Date(2020, 0, 2).toLocaleDateString("en-GB")  ⇒  "02/01/2020"
        ({ constructor: 5 }).constructor  ⇒  5
        (function () { return [...arguments].length })(1, 2)  ⇒  2
        (function () { return Array.prototype.slice.call(arguments, 1) })(1, 2, 3)  ⇒  [2,3]
        (function () { return Array.from(arguments) })(1, 2)  ⇒  [1,2]
        Object.prototype.toString.call(null) + Object.prototype.toString.call([]) + Object.prototype.toString.call(new Date()) + Object.prototype.toString.call("")  ⇒  "[object Null][object Array][object Date][object String]"
        Object.prototype.hasOwnProperty.call({ a: 1 }, "a")  ⇒  true
        Array.prototype.map.call("abc", c => c + c)  ⇒  ["aa","bb","cc"]
        String.prototype.trim.call("  a ")  ⇒  "a"
        Array.prototype.concat.call([1], [2])  ⇒  [1,2]
        (function () { "use strict"; try { zzz = 1 } catch (e) { return e.name } })()  ⇒  "ReferenceError"
        (() => { "use strict"; const o = Object.freeze({ a: 1 }); try { o.a = 2 } catch (e) { return e.name } })()  ⇒  "TypeError"
        let a = [1, , 3]; a.sort(); [a.length, 2 in a]  ⇒  [3,false]
        let a = [, 1]; a.concat([, 2]).length  ⇒  4
        [1, , 2].flat()  ⇒  [1,2]
        [...[1, , 2]]  ⇒  [1,null,2]
        [1, , 2].slice(1).map(x => 7)  ⇒  [null,7]
        let r = []; for (const x of [1, , 2]) r.push(x); r  ⇒  [1,null,2]
        [1, , 2].join("-")  ⇒  "1--2"
        JSON.stringify([1, , 2])  ⇒  "[1,null,2]"
        [1, , 2].filter(() => true)  ⇒  [1,2]
        Object.keys([1, , 2])  ⇒  ["0","2"]
        const o = { async f() { return 1 }, get async() { return 2 } }; o.async  ⇒  2
        const o = { get: 5, set: 6, async: 7 }; o.get + o.set + o.async  ⇒  18
        const o = { get, set }; var get = 1, set = 2; o  ⇒  {"get":null,"set":null}
        ({ get }) ; var get  ⇒  {"get":null}
        let log = []; const p = { set v(x) { log.push(x) }, get v() { return log.length } }; p.v = 5; p.v += 2; log  ⇒  [5,3]
        const { v } = { get v() { return this.w }, w: 3 }; v  ⇒  3
        const dedent = (s, ...v) => s.raw.map((x, i) => x.trim() + (v[i] ?? "")).join(""); dedent`  a ${1} b `  ⇒  "a1b"
        const t = (s, ...v) => s.length + v.length; t`${1}${2}`  ⇒  5
        const t = s => s.raw[0]; t`a\tb${0}`  ⇒  "a\\tb"
        (x => x)`a`[0]  ⇒  "a"
        escape("Đ")  ⇒  "%u0110"
        "b".localeCompare("a", "vi", { sensitivity: "base" })  ⇒  1
        ["10", "9", "1"].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))  ⇒  ["1","9","10"]
        "a".localeCompare("á", "vi", { sensitivity: "base" })  ⇒  0
        5 % 3 + -7 % 4  ⇒  -1
        1e308 % 7  ⇒  3
        """"";
}
