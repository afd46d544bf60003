namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>JSON, Object, Map, Set. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class DataCases
{
    public const string Table = """""
        JSON.stringify({ a: [1, "x", null, undefined, () => 1], b: undefined, c: () => 1, d: new Date(0), e: NaN, f: { g: true } })  ⇒  "{\"a\":[1,\"x\",null,null,null],\"d\":\"1970-01-01T00:00:00.000Z\",\"e\":null,\"f\":{\"g\":true}}"
        JSON.stringify([1, { a: 2 }], null, 2)  ⇒  "[\n  1,\n  {\n    \"a\": 2\n  }\n]"
        JSON.stringify({ a: 1, b: { c: 2, a: 3 } }, ["a", "b"])  ⇒  "{\"a\":1,\"b\":{\"a\":3}}"
        JSON.stringify({ a: 1, b: "x" }, (k, v) => typeof v === "number" ? v + 1 : v)  ⇒  "{\"a\":2,\"b\":\"x\"}"
        JSON.stringify({ a: [] , b: {} }, null, "--")  ⇒  "{\n--\"a\": [],\n--\"b\": {}\n}"
        JSON.stringify("é\n\"\\\u0001\u2028")  ⇒  "\"é\\n\\\"\\\\\\u0001\u2028\""
        [JSON.stringify(undefined), JSON.stringify(null), JSON.stringify("a"), JSON.stringify(1.50)]  ⇒  [null,"null","\"a\"","1.5"]
        JSON.stringify({ toJSON() { return { x: 1 }; } })  ⇒  "{\"x\":1}"
        JSON.stringify(Object.assign({}, { 2: "b", 1: "a", z: 1 }))  ⇒  "{\"1\":\"a\",\"2\":\"b\",\"z\":1}"
        JSON.parse('{"a":[1,2,{"b":null}],"c":"\\u0041\\n","d":1.50,"e":true}')  ⇒  {"a":[1,2,{"b":null}],"c":"A\n","d":1.5,"e":true}
        JSON.parse("[1,2]", (k, v) => typeof v === "number" ? v * 2 : v)  ⇒  [2,4]
        JSON.parse(' "x" ')  ⇒  "x"
        try { JSON.parse("{bad") } catch (e) { e.name }  ⇒  "SyntaxError"
        try { JSON.parse("") } catch (e) { e.name }  ⇒  "SyntaxError"
        try { JSON.parse("1 2") } catch (e) { e.name }  ⇒  "SyntaxError"
        try { let a = {}; a.a = a; JSON.stringify(a) } catch (e) { e.name }  ⇒  "TypeError"
        Object.entries({ a: 1, b: 2 })  ⇒  [["a",1],["b",2]]
        Object.values({ a: 1, b: 2 })  ⇒  [1,2]
        Object.assign({ a: 1 }, { b: 2 }, null, { a: 3 })  ⇒  {"a":3,"b":2}
        (({ 1: b, length, ...rest }) => [b, length, rest])("abc")  ⇒  ["b",3,{"0":"a","2":"c"}]
        [Object.keys("😀z"), { ..."😀" }[0] === "\ud83d", Object.entries("ab"), (({ ...rest }) => rest)(5)]  ⇒  [["0","1","2"],true,[["0","a"],["1","b"]],{}]
        Object.hasOwn(undefined, "a")  ⇒  ! TypeError: Cannot convert undefined or null to object
        Object.hasOwn(null, "a")  ⇒  ! TypeError: Cannot convert undefined or null to object
        Object.fromEntries([["a", 1], ["b", 2]])  ⇒  {"a":1,"b":2}
        Object.fromEntries(new Map([["q", 1]]))  ⇒  {"q":1}
        Object.fromEntries(Object.entries({ a: 1, b: 2 }).map(([k, v]) => [k, v * 2]))  ⇒  {"a":2,"b":4}
        const o = Object.freeze({ a: 1 }); try { o.a = 2; } catch (e) { } o.a  ⇒  1
        Object.is(NaN, NaN) && !Object.is(0, -0)  ⇒  true
        ({ a: 1 }).hasOwnProperty("a") && !({}).hasOwnProperty("toString") && Object.hasOwn({ b: 1 }, "b")  ⇒  true
        Object.keys([5, 6])  ⇒  ["0","1"]
        new Map([["a", 1], ["b", 2]]).get("b")  ⇒  2
        let m = new Map(); m.set("x", 1).set(NaN, 2).set("x", 3); [m.size, m.get(NaN), m.has("x"), m.delete("x"), m.size, [...m.keys()].length]  ⇒  [2,2,true,true,1,1]
        let m = new Map([[1, "a"], [2, "b"]]); let r = []; m.forEach((v, k) => r.push(k + v)); for (const [k, v] of m) r.push(v + k); r  ⇒  ["1a","2b","a1","b2"]
        let a = new Set([3, 1, 2]), b = new Set([2, 3, 9, 8]); [a.union(b), a.intersection(b), b.intersection(a), a.difference(b), a.symmetricDifference(b)].map(s => [...s])  ⇒  [[3,1,2,9,8],[3,2],[3,2],[1],[1,9,8]]
        let a = new Set([1, 2]); [a.isSubsetOf(new Set([2, 1, 3])), a.isSupersetOf(new Set([1])), a.isDisjointFrom(new Map([[1, 'x']])), a.isSubsetOf(new Set()), [...a.union(new Map([["k", 1]]))]]  ⇒  [true,true,false,false,[1,2,"k"]]
        try { new Set([1]).union([2]) } catch (e) { e.name }  ⇒  "TypeError"
        let s = new Set([1, 2, 2, "2"]); s.add(3).add(1); [s.size, s.has("2"), [...s]]  ⇒  [4,true,[1,2,"2",3]]
        let s = new Set([1,2,3]); for (const x of s) { if (x < 3) s.add(x + 10); s.delete(x); } [...s]  ⇒  []
        [...new Set([3, 1, 3])].sort()  ⇒  [1,3]
        [...new Map([[1, 2]]).entries()]  ⇒  [[1,2]]
        """"";
}
