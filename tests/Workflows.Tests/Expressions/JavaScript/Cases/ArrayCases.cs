namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Arrays. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class ArrayCases
{
    public const string Table = """""
        [1,2,3].map(x => x * 2)  ⇒  [2,4,6]
        [1,2,3,4].filter((x, i) => x % 2 && i < 3)  ⇒  [1,3]
        [1,2,3].reduce((a, b) => a + b)  ⇒  6
        [1,2,3].reduce((a, b) => a + b, 10)  ⇒  16
        ["a","b"].reduceRight((a, b) => a + b)  ⇒  "ba"
        [1,2,3].find(x => x > 1)  ⇒  2
        [1,2,3].find(x => x > 9) === undefined  ⇒  true
        [1,2,3].findIndex(x => x > 1)  ⇒  1
        [1,2,3].findLast(x => x < 3)  ⇒  2
        [1,2,3].findLastIndex(x => x > 5)  ⇒  -1
        [[1,2,3].some(x => x > 2), [1].every(x => x > 2), [].some(x => 1), [].every(x => 0)]  ⇒  [true,false,false,true]
        [[1,NaN].includes(NaN), [1,NaN].indexOf(NaN), [1,2,1].lastIndexOf(1), [1,2,1].indexOf(1,1), [1,2,3].indexOf(3,-1), [1,2,1].lastIndexOf(1,-2)]  ⇒  [true,-1,2,2,2,0]
        [[1,2,3,4].slice(1,3), [1,2,3].slice(-2), [1,2,3].slice(), [1].slice(5)]  ⇒  [[2,3],[2,3],[1,2,3],[]]
        let a = [1,2,3,4,5]; [a.splice(1,2,"x","y","z"), a]  ⇒  [[2,3],[1,"x","y","z",4,5]]
        let a = [1,2,3]; [a.splice(1), a]  ⇒  [[2,3],[1]]
        let a = [1,2,3]; [a.splice(-1, 1), a, a.splice(0, 0, 9), a]  ⇒  [[3],[9,1,2],[],[9,1,2]]
        [1].concat(2, [3, [4]])  ⇒  [1,2,3,[4]]
        [1,[2,[3,[4]]]].flat(Infinity)  ⇒  [1,2,3,4]
        [1,[2,[3]]].flat(0)  ⇒  [1,[2,[3]]]
        [1,2].flatMap(x => [x, x * 2])  ⇒  [1,2,2,4]
        [3,1,2].sort()  ⇒  [1,2,3]
        [3,20,100].sort()  ⇒  [100,20,3]
        [3,20,100].sort((a, b) => a - b)  ⇒  [3,20,100]
        [[NaN, 6].sort((a, b) => b - a), [3, NaN, 1].sort((a, b) => a - b), ["b", "a"].sort(() => undefined)]  ⇒  [[null,6],[3,null,1],["b","a"]]
        ["b",undefined,"a"].sort()  ⇒  ["a","b",null]
        [{k:1,v:"a"},{k:0,v:"b"},{k:1,v:"c"},{k:0,v:"d"}].sort((x, y) => x.k - y.k).map(x => x.v).join("")  ⇒  "bdac"
        let a = Array.from({length: 200}, (_, i) => (i * 7919) % 211); a.slice().sort((x, y) => x - y).every((v, i, s) => !i || s[i - 1] <= v)  ⇒  true
        [1,2,3].reverse()  ⇒  [3,2,1]
        let a = [1]; [a.push(2, 3), a.pop(), a.shift(), a.unshift(7, 8), a]  ⇒  [3,3,1,3,[7,8,2]]
        [1,2,3].fill(0, 1, 2)  ⇒  [1,0,3]
        [...["a","b"].entries()]  ⇒  [[0,"a"],[1,"b"]]
        [...["a","b"].keys()]  ⇒  [0,1]
        [...["a","b"].values()]  ⇒  ["a","b"]
        [[1,2,3].at(-1), [1,2,3].at(0), [1].at(5) === undefined]  ⇒  [3,1,true]
        [Array.isArray([]), Array.isArray("a")]  ⇒  [true,false]
        Array.of(7, 8)  ⇒  [7,8]
        Array.from("abc")  ⇒  ["a","b","c"]
        Array.from([1,2], x => x + 1)  ⇒  [2,3]
        Array.from({length: 3})  ⇒  [null,null,null]
        Array.from({length: 2, 0: "a", 1: "b"})  ⇒  ["a","b"]
        Array.from(new Set([1,1,2]))  ⇒  [1,2]
        Array.from(new Map([[1,2]]))  ⇒  [[1,2]]
        [1,2,3].toString()  ⇒  "1,2,3"
        [[1,2],[3]].toString()  ⇒  "1,2,3"
        [3,1,2].toSorted().concat([1,2].toReversed())  ⇒  [1,2,3,2,1]
        [1,2,3].with(1, 9)  ⇒  [1,9,3]
        [1,2,3].join("-") + [].join() + [null].join()  ⇒  "1-2-3"
        """"";
}
