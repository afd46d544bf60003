namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Numbers and Math. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class NumberCases
{
    public const string Table = """""
        Number("12.5") + Number("") + Number(null) + Number(true) + Number([5])  ⇒  18.5
        [Number("0b11"), Number("0o7"), Number("1e1000"), Number("-Infinity")].map(String)  ⇒  ["3","7","Infinity","-Infinity"]
        isNaN(Number("1,5"))  ⇒  true
        [parseInt("12px"), parseInt("0x1f"), parseInt("101", 2), parseInt("-7.9"), parseInt("z", 36), parseInt(" 42 ")]  ⇒  [12,31,5,-7,35,42]
        isNaN(parseInt("x"))  ⇒  true
        [parseFloat("3.14abc"), parseFloat(".5."), parseFloat("-1e2x"), parseFloat("1e"), parseFloat("5.")]  ⇒  [3.14,0.5,-100,1,5]
        String(parseFloat("Infinityx"))  ⇒  "Infinity"
        [Number.isInteger(5), Number.isInteger(5.5), Number.isInteger("5"), Number.isSafeInteger(2**53), Number.isFinite("5"), Number.isNaN("x")]  ⇒  [true,false,false,false,false,false]
        [(1.005).toFixed(2), (2.5).toFixed(0), (1.45).toFixed(1), (-1.5).toFixed(0), (0).toFixed(2), (1e21).toFixed(2), (123.456).toFixed(1), (0.000001).toFixed(7), (-0.0000001).toFixed(2), (10.235).toFixed(2), (0.5).toFixed(0), (1234.5678).toFixed()]  ⇒  ["1.00","3","1.4","-2","0.00","1e+21","123.5","0.0000010","-0.00","10.23","1","1235"]
        [(123.456).toPrecision(4), (0.00001).toPrecision(1), (1e21).toPrecision(3), (1234.5).toPrecision(2), (0).toPrecision(3), (99.99).toPrecision(3), (0.0000001234).toPrecision(2)]  ⇒  ["123.5","0.00001","1.00e+21","1.2e+3","0.00","100","1.2e-7"]
        [(12345).toExponential(2), (0.00015).toExponential(), (0).toExponential(2), (5).toExponential(), (123456).toExponential()]  ⇒  ["1.23e+4","1.5e-4","0.00e+0","5e+0","1.23456e+5"]
        [(255).toString(16), (255).toString(2), (0.5).toString(2), (-10).toString(3), (3.7).toString(16).slice(0, 8), (0.1).toString(3).slice(0, 10), (10).toString()]  ⇒  ["ff","11111111","0.1","-101","3.b33333","0.00220022","10"]
        [1e21, 1e-7, 123e-20, 1.5e300, 5e-324, 1.7976931348623157e308, 0.000001, 100000000000000000000, 4.35, 0.1+0.7, 1/3, 2/3, 1e5, 12345678.9, -1e-10].map(String)  ⇒  ["1e+21","1e-7","1.23e-18","1.5e+300","5e-324","1.7976931348623157e+308","0.000001","100000000000000000000","4.35","0.7999999999999999","0.3333333333333333","0.6666666666666666","100000","12345678.9","-1e-10"]
        [Math.abs(-5), Math.ceil(1.2), Math.floor(-1.2), Math.round(2.5), Math.round(-2.5), Math.round(0.49999999999999994), Math.trunc(-4.7), Math.sign(-3), Math.sqrt(16), Math.cbrt(27), Math.pow(2, 8), Math.hypot(3, 4)]  ⇒  [5,2,-2,3,-2,0,-4,-1,4,3,256,5]
        [Math.hypot(0.1, 0.2, 0.3), Math.hypot(1e-170, 1e-170), Math.cbrt(5), Math.cbrt(-128), Math.cbrt(64), Math.cbrt(0.001)]  ⇒  [0.37416573867739417,1.4142135623730951e-170,1.7099759466766968,-5.039684199579492,4,0.10000000000000002]
        [Math.max(), Math.min(), Math.max(1, "3", 2), Math.min(1, -2)].map(String)  ⇒  ["-Infinity","Infinity","3","-2"]
        String(Math.max(1, NaN))  ⇒  "NaN"
        [Math.log2(8), Math.log10(1000), Math.exp(0), Math.PI.toFixed(5), Math.E.toFixed(3), Math.clz32(1), Math.imul(3, 4), Math.fround(5.5), Math.atan2(1, 1).toFixed(4)]  ⇒  [3,3,1,"3.14159","2.718",31,12,5.5,"0.7854"]
        """"";
}
