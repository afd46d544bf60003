using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>String</c> and its functions.</summary>
internal static class TextFunctions
{
    public static NativeFunction Constructor { get; } = new(
        "String",
        (run, _, arguments) => arguments.Length == 0 ? Value.EmptyText : Coerce.ToTextValue(run, arguments[0]),
        null,
        new NativeTable(new()
        {
            ["fromCharCode"] = FromCharCode,
            ["fromCodePoint"] = FromCodePoint,
            ["raw"] = Raw,
        }),
        TextMethods.Table);

    private static Value Raw(ScriptRun run, Value self, Value[] arguments)
    {
        var texts = ArrayMethods.Array(run, Access.Get(run, arguments.At(0), "raw")).Filled(run);
        var result = Value.EmptyText;
        for (var i = 0; i < texts.Count; i++)
        {
            run.Tick();
            result = Rope.Concat(run, result, Coerce.ToTextValue(run, texts[i]));
            if (i + 1 < texts.Count && i + 1 < arguments.Length) result = Rope.Concat(run, result, Coerce.ToTextValue(run, arguments[i + 1]));
        }

        return result;
    }

    private static Value FromCharCode(ScriptRun run, Value self, Value[] arguments)
    {
        run.AllocateText(arguments.Length);
        var text = new StringBuilder(arguments.Length);
        foreach (var value in arguments) text.Append((char)(Coerce.ToInt32(run, value) & 0xFFFF));
        return text.ToString();
    }

    private static Value FromCodePoint(ScriptRun run, Value self, Value[] arguments)
    {
        run.AllocateText(arguments.Length * 2L);
        var text = new StringBuilder(arguments.Length);
        foreach (var value in arguments)
        {
            var code = Coerce.ToNumber(run, value);
            if (!(code >= 0 && code <= 0x10FFFF) || code != Math.Floor(code)) throw run.RangeError("Invalid code point");
            if (code < 0x10000) text.Append((char)code);
            else text.Append(char.ConvertFromUtf32((int)code));
        }

        return text.ToString();
    }
}
