using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of strings; those that take a regular expression are in <see cref="TextPatterns"/>.</summary>
internal static class TextMethods
{
    /// <summary>What <c>trim</c> and the conversion to a number skip.</summary>
    public const string WhiteSpace = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

    private static readonly char[] Spaces = WhiteSpace.ToCharArray();

    public static NativeTable Table { get; } = new(new(TextPatterns.Methods)
    {
        ["at"] = At,
        ["charAt"] = (run, self, arguments) => Access.Get(run, Text(run, self), Coerce.ToInteger(run, arguments.At(0))) is { IsUndefined: false } c ? c : Value.EmptyText,
        ["charCodeAt"] = CharCodeAt,
        ["codePointAt"] = CodePointAt,
        ["concat"] = Concat,
        ["endsWith"] = EndsWith,
        ["includes"] = (run, self, arguments) => Find(run, self, arguments) >= 0,
        ["indexOf"] = (run, self, arguments) => (double)Find(run, self, arguments),
        ["lastIndexOf"] = LastIndexOf,
        ["localeCompare"] = LocaleCompare,
        ["normalize"] = Normalize,
        ["padEnd"] = (run, self, arguments) => Pad(run, self, arguments, atStart: false),
        ["padStart"] = (run, self, arguments) => Pad(run, self, arguments, atStart: true),
        ["repeat"] = Repeat,
        ["slice"] = Slice,
        ["startsWith"] = StartsWith,
        ["substr"] = Substr,
        ["substring"] = Substring,
        ["toLocaleLowerCase"] = (run, self, _) => run.Text(LetterCase.Lower(run, Text(run, self))),
        ["toLocaleUpperCase"] = (run, self, _) => run.Text(LetterCase.Upper(run, Text(run, self))),
        ["toLowerCase"] = (run, self, _) => run.Text(LetterCase.Lower(run, Text(run, self))),
        ["toString"] = (_, self, _) => self,
        ["toUpperCase"] = (run, self, _) => run.Text(LetterCase.Upper(run, Text(run, self))),
        ["trim"] = (run, self, _) => run.Text(Scanned(run, self).Trim(Spaces)),
        ["trimEnd"] = TrimEnd,
        ["trimLeft"] = TrimStart,
        ["trimRight"] = TrimEnd,
        ["trimStart"] = TrimStart,
        ["valueOf"] = (_, self, _) => self,
    });

    public static string Text(ScriptRun run, Value self) =>
        self.IsNullish ? throw run.TypeError("a string method called on undefined or null") : Coerce.ToText(run, self);

    private static Value TrimStart(ScriptRun run, Value self, Value[] arguments) => run.Text(Scanned(run, self).TrimStart(Spaces));

    private static Value TrimEnd(ScriptRun run, Value self, Value[] arguments) => run.Text(Scanned(run, self).TrimEnd(Spaces));

    private static string Scanned(ScriptRun run, Value self)
    {
        var text = Text(run, self);
        run.Charge(text.Length / 8);
        return text;
    }

    private static Value At(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var index = Coerce.ToInteger(run, arguments.At(0));
        return Access.Get(run, text, index < 0 ? index + text.Length : index);
    }

    private static Value CharCodeAt(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var index = Coerce.ToInteger(run, arguments.At(0));
        return index >= 0 && index < text.Length ? (double)text[(int)index] : double.NaN;
    }

    private static Value CodePointAt(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var index = Coerce.ToInteger(run, arguments.At(0));
        if (index < 0 || index >= text.Length) return Value.Undefined;
        var i = (int)index;
        return char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
            ? (double)char.ConvertToUtf32(text[i], text[i + 1])
            : (double)text[i];
    }

    private static Value Concat(ScriptRun run, Value self, Value[] arguments)
    {
        Value result = Text(run, self);
        foreach (var value in arguments) result = Rope.Concat(run, result, Coerce.ToTextValue(run, value));
        return result;
    }

    private static string Needle(ScriptRun run, Value value) => value.Object is RegExpObject
        ? throw run.TypeError("a regular expression is not allowed here")
        : Coerce.ToText(run, value);

    private static int Find(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var needle = Needle(run, arguments.At(0));
        var start = (int)Math.Clamp(Coerce.ToInteger(run, arguments.At(1)), 0, text.Length);
        ChargeSearch(run, text.Length - start, needle.Length);
        return text.IndexOf(needle, start, StringComparison.Ordinal);
    }

    /// <summary>The worst search compares nearly the whole needle at every place.</summary>
    public static void ChargeSearch(ScriptRun run, long length, long needle) =>
        run.Charge(1 + length / 32 * Math.Max(1, Math.Min(needle, length) / 64));

    private static Value LastIndexOf(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var needle = Needle(run, arguments.At(0));
        var from = arguments.At(1).IsUndefined ? text.Length : Coerce.ToNumber(run, arguments[1]);
        var limit = (int)Math.Clamp(double.IsNaN(from) ? text.Length : from, 0, text.Length);
        ChargeSearch(run, text.Length, needle.Length);
        var end = Math.Min(text.Length, limit + (long)needle.Length);
        return (double)text.AsSpan(0, (int)end).LastIndexOf(needle, StringComparison.Ordinal);
    }

    private static Value StartsWith(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var needle = Needle(run, arguments.At(0));
        run.Charge(needle.Length / 32);
        var start = (int)Math.Clamp(Coerce.ToInteger(run, arguments.At(1)), 0, text.Length);
        return text.AsSpan(start).StartsWith(needle, StringComparison.Ordinal);
    }

    private static Value EndsWith(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var needle = Needle(run, arguments.At(0));
        run.Charge(needle.Length / 32);
        var end = arguments.At(1).IsUndefined ? text.Length : (int)Math.Clamp(Coerce.ToInteger(run, arguments[1]), 0, text.Length);
        return text.AsSpan(0, end).EndsWith(needle, StringComparison.Ordinal);
    }

    private static Value LocaleCompare(ScriptRun run, Value self, Value[] arguments)
    {
        var (left, right) = (Text(run, self), Coerce.ToText(run, arguments.At(0)));
        run.Charge((left.Length + right.Length) / 4);
        return (double)Math.Sign(CultureInfo.InvariantCulture.CompareInfo.Compare(left, right, Comparison(run, arguments.At(2))));
    }

    private static CompareOptions Comparison(ScriptRun run, Value options)
    {
        var comparison = CompareOptions.None;
        if (options.Object is not { } members) return comparison;
        foreach (var key in members.Keys(run))
        {
            var value = members.Get(run, key);
            comparison |= (key, value.IsText ? value.Text : string.Empty) switch
            {
                ("numeric", _) => Coerce.ToBoolean(value) ? CompareOptions.NumericOrdering : CompareOptions.None,
                ("sensitivity", "base") => CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace,
                ("sensitivity", "accent") => CompareOptions.IgnoreCase,
                ("sensitivity", "variant") or ("usage", "sort") => CompareOptions.None,
                _ => throw run.RangeError($"localeCompare: the option '{key}' is not supported with this value"),
            };
        }

        return comparison;
    }

    private static Value Normalize(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        NormalizationForm form = (arguments.At(0).IsUndefined ? "NFC" : Coerce.ToText(run, arguments[0])) switch
        {
            "NFC" => NormalizationForm.FormC,
            "NFD" => NormalizationForm.FormD,
            "NFKC" => NormalizationForm.FormKC,
            "NFKD" => NormalizationForm.FormKD,
            _ => throw run.RangeError("The normalization form should be one of NFC, NFD, NFKC, NFKD"),
        };
        run.Charge(MarkCost(text));
        // One character can become eighteen.
        run.AllocateText(text.Length * 2L);
        try
        {
            return run.Text(text.Normalize(form));
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    /// <summary>Marks behind one letter are put in order by comparing each with each.</summary>
    private static long MarkCost(string text)
    {
        long cost = text.Length / 8, row = 0;
        foreach (var c in text)
        {
            row = c >= 0x300 && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark ? row + 1 : 0;
            cost += row / 32;
        }

        return cost;
    }

    private static Value Pad(ScriptRun run, Value self, Value[] arguments, bool atStart)
    {
        var text = Text(run, self);
        var length = Coerce.ToInteger(run, arguments.At(0));
        var filler = arguments.At(1).IsUndefined ? " " : Coerce.ToText(run, arguments[1]);
        if (length <= text.Length || filler.Length == 0) return text;
        var missing = length - text.Length;
        run.AllocateText((long)Math.Min(length, long.MaxValue / 4));
        var padding = new StringBuilder();
        while (padding.Length < missing) padding.Append(filler, 0, (int)Math.Min(filler.Length, missing - padding.Length));
        return atStart ? padding.Append(text).ToString() : padding.Insert(0, text).ToString();
    }

    private static Value Repeat(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var count = Coerce.ToInteger(run, arguments.At(0));
        if (count < 0 || double.IsInfinity(count)) throw run.RangeError("Invalid count value");
        if (text.Length == 0) return Value.EmptyText;
        run.AllocateText((long)Math.Min(text.Length * count, long.MaxValue / 4));
        return new StringBuilder().Insert(0, text, (int)count).ToString();
    }

    private static Value Slice(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var start = Coerce.Relative(run, arguments, 0, text.Length, 0);
        var end = Coerce.Relative(run, arguments, 1, text.Length, text.Length);
        return start < end ? run.Text(text[start..end]) : Value.EmptyText;
    }

    private static Value Substring(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var start = (int)Math.Clamp(Coerce.ToInteger(run, arguments.At(0)), 0, text.Length);
        var end = arguments.At(1).IsUndefined ? text.Length : (int)Math.Clamp(Coerce.ToInteger(run, arguments[1]), 0, text.Length);
        return run.Text(text[Math.Min(start, end)..Math.Max(start, end)]);
    }

    private static Value Substr(ScriptRun run, Value self, Value[] arguments)
    {
        var text = Text(run, self);
        var start = Coerce.Relative(run, arguments, 0, text.Length, 0);
        var length = arguments.At(1).IsUndefined ? text.Length : Coerce.ToInteger(run, arguments[1]);
        return run.Text(text.Substring(start, (int)Math.Clamp(length, 0, text.Length - start)));
    }
}
