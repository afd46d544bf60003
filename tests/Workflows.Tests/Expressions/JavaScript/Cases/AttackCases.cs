namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Scripts that want too much, and the limit that stops them.</summary>
internal static class AttackCases
{
    public const string Table = """""
        while (true) {}  ⇒  Fuel
        for (;;) ;  ⇒  Fuel
        do {} while (1)  ⇒  Fuel
        let s = "x"; while (true) s = s + s;  ⇒  Memory
        let s = "x"; while (true) s += "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";  ⇒  Memory
        let a = [1]; while (true) a = a.concat(a);  ⇒  Memory
        let a = [1]; while (true) a.push(...a);  ⇒  Memory
        let o = {}; let i = 0; while (true) o["k" + i++] = i;  ⇒  Fuel
        const f = () => f(); f()  ⇒  Depth
        const f = n => [1].map(() => f(n + 1)); f(0)  ⇒  Depth
        function f() { try { f(); } finally { f(); } } f()  ⇒  Depth
        function f() { try { f(); } catch (e) { f(); } } f()  ⇒  Depth
        for (;;) { try { null.x } catch (e) { } }  ⇒  Fuel
        new Array(1e9)  ⇒  Memory
        Array(4294967295)  ⇒  Memory
        let a = []; a[1e9] = 1  ⇒  Memory
        let a = []; a.length = 4294967295  ⇒  Memory
        "x".padStart(1e9)  ⇒  Memory
        "x".padEnd(Infinity)  ⇒  Memory
        "x".repeat(1e9)  ⇒  Memory
        Array.from({ length: 1e9 })  ⇒  Memory
        Array(900000).fill(0).map((_, i) => -i).sort()  ⇒  Memory
        let a = Array(100000).fill("aaaaaaaaaaaaaaaaaaaaaaaaa"); a.sort(); a.sort(); a.sort(); a.sort(); a.join().length  ⇒  Memory
        new Array(300000).join().split("").sort()  ⇒  Memory
        for (;;) /a.*b|a/g.test("a".repeat(1000))  ⇒  Fuel
        "a".repeat(64000).replace(/a(.*b)?/g, "c").length  ⇒  Fuel
        for (let i = 0; ; i++) new RegExp("a" + i)  ⇒  Fuel
        "a".repeat(100000).indexOf("a".repeat(50000) + "b")  ⇒  Fuel
        let a = []; for (let i = 0; i < 100000; i++) a = [a]; JSON.stringify(a)  ⇒  Depth
        let a = []; for (let i = 0; i < 100000; i++) a = [a]; String(a)  ⇒  Depth
        let a = []; for (let i = 0; i < 100000; i++) a = [a]; a.flat(Infinity)  ⇒  Depth
        let a = []; for (let i = 0; i < 100000; i++) a = [a]; a  ⇒  Depth
        let a = []; a[0] = a; a  ⇒  Depth
        let a = []; a[0] = a; String(a)  ⇒  Depth
        let o = {}; o.o = o; o  ⇒  Depth
        let f = x => x; for (let i = 0; i < 100000; i++) { const g = f; f = x => g(x); } f(1)  ⇒  Depth
        let f = x => x; for (let i = 0; i < 10000; i++) { f = f.bind(null); } f(1)  ⇒  Depth
        let o = { toString() { return String(o); } }; o + ""  ⇒  Depth
        let o = { toJSON() { return JSON.stringify(o); } }; JSON.stringify(o)  ⇒  Depth
        JSON.parse("[".repeat(100000))  ⇒  Depth
        JSON.parse("[".repeat(100) + "]".repeat(100))  ⇒  Depth
        JSON.parse('{"a":'.repeat(1000) + "1" + "}".repeat(1000))  ⇒  Depth
        "x".repeat(300000)  ⇒  OutputSize
        Array(100000).fill("abcdef")  ⇒  OutputSize
        let s = "$`".repeat(1000); for (let i = 0; i < 10; i++) s = s.replaceAll("$", "$`$'$&"); s.length  ⇒  Memory
        let p = Promise.resolve(1); while (true) p = p.then(x => x)  ⇒  Memory
        let m = new Map(); for (let i = 0; ; i++) m.set(i, i)  ⇒  Fuel
        let s = new Set([1]); for (const x of s) { s.delete(x); s.add(x); }  ⇒  Fuel
        let a = [1]; for (const x of a) a.push(x)  ⇒  Fuel
        [1].forEach(function f(x, i, a) { a.push(1); [1].forEach(f); })  ⇒  Depth
        encodeURIComponent("đ".repeat(2000000))  ⇒  Memory
        "a".repeat(4000000).normalize("NFKD").length  ⇒  Memory
        let a = Array(10000).fill(0); for (;;) a.splice(0, 1, 1)  ⇒  Fuel
        let a = Array(50000).fill(0); for (;;) a.includes(1)  ⇒  Fuel
        let o = {}; for (let i = 0; i < 50000; i++) o[i] = i; for (;;) Object.keys(o)  ⇒  Fuel
        let s = "a".repeat(1e6); for (;;) s.toUpperCase()  ⇒  Memory
        let s = "a".repeat(1e6); for (;;) s === s + ""  ⇒  Fuel
        let s = "a".repeat(1e6) + "b", t = "a".repeat(1e6) + "c"; for (;;) s < t  ⇒  Fuel
        let n = 0; for (;;) n = (n + 1.1).toString(2).length  ⇒  Fuel
        for (;;) (5e-324).toFixed(100)  ⇒  Fuel
        for (;;) (1.5e300).toPrecision(100)  ⇒  Fuel
        for (;;) new Date("2024-01-01").toISOString()  ⇒  Fuel
        let s = "1".repeat(1000000); for (;;) Number(s)  ⇒  Fuel
        Math.max(...Array(1e6).fill(1))  ⇒  Memory
        [..."x".repeat(1e6)]  ⇒  Memory
        Object.entries("x".repeat(1e6))  ⇒  Memory
        let a = Array(50000).fill(["k", 1]); for (;;) Object.fromEntries(a)  ⇒  Memory
        let a = Array(50000).fill(1); for (;;) new Set(a)  ⇒  Memory
        let s = " ".repeat(2e6); for (;;) s.trim()  ⇒  Fuel
        let s = "a".repeat(2e6) + "", t = "a".repeat(2e6) + ""; for (;;) Object.is(s, t)  ⇒  Fuel
        let s = "a".repeat(2e6) + "", t = "a".repeat(2e6) + ""; for (;;) switch (s) { case t: }  ⇒  Fuel
        let s = "a".repeat(2e6) + "", o = { [s]: 1 }; for (;;) o[s]  ⇒  Fuel
        let s = "a".repeat(2e6) + "", o = { [s]: 1 }; for (;;) ({ ...o })  ⇒  Fuel
        let s = "a".repeat(2e6) + "", o = { [s]: 1 }; for (;;) s in o  ⇒  Fuel
        let m = new Map([["a".repeat(1e6), 1]]), s = "a".repeat(1e6); for (;;) m.get(s)  ⇒  Fuel
        let n = ["a".repeat(1e6)]; for (;;) JSON.stringify({}, n)  ⇒  Fuel
        for (;;) (1e300).toLocaleString()  ⇒  Fuel
        let d = new Date(); for (;;) d.getHours()  ⇒  Fuel
        let d = new Date(); for (;;) d.setHours(1)  ⇒  Fuel
        let d = new Date(); for (;;) "" + d  ⇒  Fuel
        function g(n) { if (n) g(n - 1); else throw 1; } for (;;) try { g(150); } catch {}  ⇒  Fuel
        async function g() { throw 1; } for (;;) g()  ⇒  Fuel
        for (;;) encodeURIComponent("đặng")  ⇒  Memory
        for (;;) JSON.stringify({ a: [1, 2, "x"] })  ⇒  Memory
        for (;;) JSON.parse('{"a":[1,2,"x"]}')  ⇒  Memory
        for (;;) "a b c".split(" ").map(x => x + 1).join("-")  ⇒  Memory
        for (;;) "abc".replace(/b/g, "x")  ⇒  Memory
        for (;;) [3, 1, 2].sort()  ⇒  Memory
        for (;;) "ế".normalize("NFD").localeCompare("e")  ⇒  Fuel
        for (;;) (123.456).toFixed(2)  ⇒  Fuel
        for (;;) parseFloat("1.2345678901234567e300")  ⇒  Fuel
        for (;;) Math.sin(1e22)  ⇒  Fuel
        """"";
}
