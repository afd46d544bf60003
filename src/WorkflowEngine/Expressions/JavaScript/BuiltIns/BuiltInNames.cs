using System.Collections.Frozen;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The global names of the language.</summary>
internal static class BuiltInNames
{
    private static readonly string[] Errors = ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"];

    public static FrozenDictionary<string, Value> Table { get; } = Make().ToFrozenDictionary(StringComparer.Ordinal);

    private static Dictionary<string, Value> Make()
    {
        var table = new Dictionary<string, Value>
        {
            ["undefined"] = Value.Undefined,
            ["NaN"] = Value.NaN,
            ["Infinity"] = double.PositiveInfinity,
            ["Math"] = new NativeNamespace("Math", MathFunctions.Table),
            ["JSON"] = new NativeNamespace("JSON", JsonFunctions.Table),
            ["console"] = new NativeNamespace("console", ConsoleFunctions.Table),
            ["Object"] = ObjectFunctions.Constructor,
            ["Array"] = ArrayFunctions.Constructor,
            ["String"] = TextFunctions.Constructor,
            ["Number"] = NumberFunctions.Constructor,
            ["Boolean"] = new NativeFunction("Boolean", (_, _, arguments) => Coerce.ToBoolean(arguments.At(0)), prototype: ObjectMethods.OfBoolean),
            ["Date"] = DateFunctions.Constructor,
            ["RegExp"] = RegExpMethods.Constructor,
            ["Map"] = CollectionMethods.Constructor(isMap: true),
            ["Set"] = CollectionMethods.Constructor(isMap: false),
            ["Promise"] = PromiseMethods.Constructor,
            ["parseInt"] = NumberFunctions.OfInteger,
            ["parseFloat"] = NumberFunctions.OfDecimal,
            ["isNaN"] = new NativeFunction("isNaN", (run, _, arguments) => double.IsNaN(Coerce.ToNumber(run, arguments.At(0)))),
            ["isFinite"] = new NativeFunction("isFinite", (run, _, arguments) => double.IsFinite(Coerce.ToNumber(run, arguments.At(0)))),
            ["escape"] = new NativeFunction("escape", UriFunctions.Escape),
            ["unescape"] = new NativeFunction("unescape", UriFunctions.Unescape),
            ["encodeURIComponent"] = new NativeFunction("encodeURIComponent", UriFunctions.EncodeComponent),
            ["encodeURI"] = new NativeFunction("encodeURI", UriFunctions.Encode),
            ["decodeURIComponent"] = new NativeFunction("decodeURIComponent", UriFunctions.DecodeComponent),
            ["decodeURI"] = new NativeFunction("decodeURI", UriFunctions.Decode),
        };
        foreach (var name in Errors) table[name] = ErrorConstructor(name);
        return table;
    }

    private static NativeFunction ErrorConstructor(string name) =>
        new(name, (run, _, arguments) => MakeError(run, name, arguments), (run, arguments) => MakeError(run, name, arguments));

    private static Value MakeError(ScriptRun run, string name, Value[] arguments)
    {
        Value[] errors = name == "AggregateError" ? Iteration.Copy(run, arguments.At(0)) : [];
        if (name == "AggregateError") arguments = arguments[1..];
        var error = new ErrorObject(run, name, arguments.At(0).IsUndefined ? string.Empty : Coerce.ToText(run, arguments[0]));
        if (name == "AggregateError") error.Set(run, "errors", new ScriptArray(run, [.. errors]));
        if (arguments.At(1).Object is { } options && options.HasOwn("cause")) error.Set(run, "cause", options.Get(run, "cause"));
        return error;
    }
}
