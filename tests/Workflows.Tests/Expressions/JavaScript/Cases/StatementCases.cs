namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Control flow and errors. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class StatementCases
{
    public const string Table = """""
        if (1) 2; else 3  ⇒  2
        if (0) 2; else if (1) 4; else 3  ⇒  4
        let x = 3; if (x > 2) { x = 10 } else x = 20; x  ⇒  10
        var r = ""; for (const k in { a: 1, b: 2 }) r += k; r  ⇒  "ab"
        var r = ""; for (var k in [5, 6]) r += k; r  ⇒  "01"
        var r = ""; for (const c of "añ😀") r += c + "|"; r  ⇒  "a|ñ|😀|"
        var r = 0; for (const [k, v] of Object.entries({ a: 1, b: 2 })) r += v; r  ⇒  3
        let o = {}; for (o.x of [1, 2, 3]); o.x  ⇒  3
        let x; for (x in { q: 1 }); x  ⇒  "q"
        let x; for ([x] of [[1], [2]]); x  ⇒  2
        let i = 0; while (true) { if (++i > 5) break; if (i % 2) continue; } i  ⇒  6
        let i = 0; do { i++; } while (i < 5) i  ⇒  5
        outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j == 1) continue outer; if (i == 2) break outer; } } "done"  ⇒  "done"
        let n = 0; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j == 1) continue outer; if (i == 2) break outer; n += 10 * i + j + 1; } } n  ⇒  12
        let n = 0; a: { n = 1; break a; n = 2; } n  ⇒  1
        let r = []; for (const x of [1, 2, 3, 4, "z"]) { switch (x) { case 1: r.push("one"); case 2: r.push("two"); break; case "z": { r.push("zed"); break; } default: r.push("def"); } } r  ⇒  ["one","two","two","def","def","zed"]
        switch (3) { default: "d"; case 1: "one"; break; case 2: "two" }  ⇒  "one"
        let r; switch (true) { case 1 > 2: r = 1; break; case 2 > 1: r = 2; } r  ⇒  2
        try { throw new Error("boom"); } catch (e) { e.message }  ⇒  "boom"
        try { throw { code: 5 }; } catch ({ code }) { code }  ⇒  5
        try { null.x } catch (e) { e.name + ":" + e.message }  ⇒  "TypeError:Cannot read properties of null (reading 'x')"
        try { undefined.foo() } catch (e) { e.message }  ⇒  "Cannot read properties of undefined (reading 'foo')"
        try { nope } catch (e) { e.name + ":" + e.message }  ⇒  "ReferenceError:nope is not defined"
        try { let q = 1; q(); } catch (e) { e.message }  ⇒  "q is not a function"
        try { const q = 1; q = 2; } catch (e) { e.name }  ⇒  "TypeError"
        try { zz; let zz = 1; } catch (e) { e.name }  ⇒  "ReferenceError"
        const f = () => { try { return "t"; } finally { } }; f()  ⇒  "t"
        const f = () => { try { return "t"; } finally { return "f"; } }; f()  ⇒  "f"
        const f = () => { for (const x of [1, 2]) { try { continue; } finally { if (x == 2) return "in" + x; } } }; f()  ⇒  "in2"
        let log = []; try { try { throw 1; } finally { log.push("f"); } } catch (e) { log.push(e); } log  ⇒  ["f",1]
        try { try { throw 1 } catch (e) { throw e + 1 } } catch (e) { e }  ⇒  2
        String(new TypeError("bad"))  ⇒  "TypeError: bad"
        let e = new RangeError("r"); [e.name, e.message, e instanceof RangeError, e instanceof TypeError]  ⇒  ["RangeError","r",true,false]
        """"";
}
