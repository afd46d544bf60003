using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of strings that search and replace, by text or by regular expression.</summary>
internal static class TextPatterns
{
    public static Dictionary<string, NativeCode> Methods { get; } = new()
    {
        ["match"] = Match,
        ["matchAll"] = MatchAll,
        ["replace"] = (run, self, arguments) => Replace(run, self, arguments, all: false),
        ["replaceAll"] = (run, self, arguments) => Replace(run, self, arguments, all: true),
        ["search"] = Search,
        ["split"] = Split,
    };

    /// <summary>All matches from the start; each begins where the last ended, one further after an empty one.</summary>
    public static List<PatternMatch> All(ScriptRun run, Pattern pattern, string text, int most = int.MaxValue)
    {
        var matches = new List<PatternMatch>();
        var matcher = new PatternMatcher(run, pattern, text);
        var at = 0;
        while (matches.Count < most && matcher.Match(at) is { } match)
        {
            run.Allocate(100);
            matches.Add(match);
            at = match.Index + match.Length;
            if (match.Length == 0) at += pattern.Unicode && at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        }

        return matches;
    }

    private static Value Match(ScriptRun run, Value self, Value[] arguments)
    {
        var text = TextMethods.Text(run, self);
        var target = RegExpMethods.From(run, arguments.At(0), string.Empty);
        if (!target.Pattern.Global) return RegExpMethods.Execute(run, target, text);
        target.LastIndex = 0;
        var matches = All(run, target.Pattern, text);
        if (matches.Count == 0) return Value.Null;
        var result = new ScriptArray(run, matches.Count);
        foreach (var match in matches) result.Add(run, run.Text(match.Value));
        return result;
    }

    private static Value MatchAll(ScriptRun run, Value self, Value[] arguments)
    {
        var text = TextMethods.Text(run, self);
        var pattern = RegExpMethods.From(run, arguments.At(0), "g").Pattern;
        if (!pattern.Global) throw run.TypeError("matchAll needs the flag g");
        var result = new ScriptArray(run);
        foreach (var match in All(run, pattern, text)) result.Add(run, RegExpMethods.Groups(run, pattern, match, text));
        return result;
    }

    private static Value Search(ScriptRun run, Value self, Value[] arguments)
    {
        var text = TextMethods.Text(run, self);
        return (double)(RegExpMethods.From(run, arguments.At(0), string.Empty).Pattern.Match(run, text, 0)?.Index ?? -1);
    }

    private static Value Split(ScriptRun run, Value self, Value[] arguments)
    {
        var text = TextMethods.Text(run, self);
        var most = arguments.At(1).IsUndefined ? uint.MaxValue : (uint)Coerce.ToInt32(run, arguments[1]);
        var result = new ScriptArray(run);
        if (most == 0) return result;
        if (arguments.At(0).IsUndefined) result.Add(run, text);
        else if (arguments[0].Object is RegExpObject expression) SplitBy(run, expression.Pattern, text, most, result);
        else SplitBy(run, Coerce.ToText(run, arguments[0]), text, most, result);
        return result;
    }

    private static void SplitBy(ScriptRun run, string separator, string text, uint most, ScriptArray result)
    {
        TextMethods.ChargeSearch(run, text.Length, separator.Length);
        var at = 0;
        while (result.Items.Count < most)
        {
            var next = separator.Length > 0 ? text.IndexOf(separator, at, StringComparison.Ordinal) : at + 1 < text.Length ? at + 1 : -1;
            if (next < 0) break;
            run.Tick();
            result.Add(run, run.Text(text[at..next]));
            at = next + separator.Length;
        }

        if (result.Items.Count < most && (separator.Length > 0 || text.Length > 0)) result.Add(run, run.Text(text[at..]));
    }

    private static void SplitBy(ScriptRun run, Pattern pattern, string text, uint most, ScriptArray result)
    {
        var at = 0;
        if (text.Length == 0)
        {
            if (pattern.Match(run, text, 0) is null) result.Add(run, Value.EmptyText);
            return;
        }

        foreach (var match in All(run, pattern, text))
        {
            if (match.Index >= text.Length || (match.Length == 0 && match.Index == at)) continue;
            if (result.Items.Count >= most) return;
            result.Add(run, run.Text(text[at..match.Index]));
            for (var group = 1; group <= pattern.Groups && result.Items.Count < most; group++) result.Add(run, RegExpMethods.Group(run, match, group));
            at = match.Index + match.Length;
        }

        if (result.Items.Count < most) result.Add(run, run.Text(text[at..]));
    }

    private static Value Replace(ScriptRun run, Value self, Value[] arguments, bool all)
    {
        var text = TextMethods.Text(run, self);
        var function = arguments.At(1).Callable;
        var template = function is null ? Coerce.ToText(run, arguments.At(1)) : string.Empty;
        var result = Value.EmptyText;
        var at = 0;
        if (arguments.At(0).Object is RegExpObject expression)
        {
            var pattern = expression.Pattern;
            if (all && !pattern.Global) throw run.TypeError("replaceAll needs the flag g");
            expression.LastIndex = 0;
            foreach (var match in All(run, pattern, text, pattern.Global ? int.MaxValue : 1))
            {
                result = Rope.Concat(run, result, run.Text(text[at..match.Index]));
                var replacement = function is null
                    ? Expand(run, template, text, match.Value, match.Index, match, pattern)
                    : Call(run, function, text, match, pattern);
                result = Rope.Concat(run, result, replacement);
                at = match.Index + match.Length;
            }

            return Rope.Concat(run, result, run.Text(text[at..]));
        }

        var needle = Coerce.ToText(run, arguments.At(0));
        TextMethods.ChargeSearch(run, text.Length, needle.Length);
        for (var next = text.IndexOf(needle, StringComparison.Ordinal); next >= 0;)
        {
            run.Tick();
            result = Rope.Concat(run, result, run.Text(text[at..next]));
            var replacement = function is null
                ? Expand(run, template, text, needle, next, null, null)
                : Coerce.ToText(run, function.Call(run, Value.Undefined, [needle, (double)next, text]));
            result = Rope.Concat(run, result, replacement);
            at = next + needle.Length;
            var from = needle.Length == 0 ? next + 1 : at;
            next = all && from <= text.Length ? text.IndexOf(needle, from, StringComparison.Ordinal) : -1;
        }

        return Rope.Concat(run, result, run.Text(text[at..]));
    }

    private static Value Call(ScriptRun run, Callable function, string text, PatternMatch match, Pattern pattern)
    {
        var arguments = new List<Value> { run.Text(match.Value) };
        for (var group = 1; group <= pattern.Groups; group++) arguments.Add(RegExpMethods.Group(run, match, group));
        arguments.Add((double)match.Index);
        arguments.Add(text);
        if (pattern.GroupNames.Count > 0) arguments.Add(RegExpMethods.NamedGroups(run, pattern, match));
        return Coerce.ToText(run, function.Call(run, Value.Undefined, [.. arguments]));
    }

    /// <summary>The replacement with its <c>$1 $&amp; $` $' $$ $&lt;name&gt;</c> filled in.</summary>
    private static Value Expand(ScriptRun run, string template, string text, string matched, int index, PatternMatch? match, Pattern? pattern)
    {
        if (!template.Contains('$')) return template;
        var result = new StringBuilder();
        run.Charge(template.Length / 4);
        for (var i = 0; i < template.Length; i++)
        {
            var before = result.Length;
            var next = template[i] == '$' && i + 1 < template.Length ? template[i + 1] : '\0';
            var named = next == '<' && pattern?.GroupNames.Count > 0 ? template.IndexOf('>', i) : -1;
            if (next == '$') result.Append('$');
            else if (next == '&') result.Append(matched);
            else if (next == '`') result.Append(text, 0, index);
            else if (next == '\'') result.Append(text, index + matched.Length, text.Length - index - matched.Length);
            else if (char.IsAsciiDigit(next) && GroupNumber(template, i + 1, pattern, out var length) is > 0 and var group)
            {
                result.Append(match!.Group(group));
                i += length - 1;
            }
            else if (named > 0)
            {
                var group2 = pattern!.GroupNames.FirstOrDefault(known => template.AsSpan(i + 2, named - i - 2).SequenceEqual(known.Name)).Group;
                if (group2 > 0) result.Append(match!.Group(group2));
                i = named - 1;
            }
            else
            {
                result.Append(template[i--]);
            }

            i++;
            run.Allocate((result.Length - before) * 2L);
        }

        return result.ToString();
    }

    private static int GroupNumber(string template, int at, Pattern? pattern, out int length)
    {
        length = 0;
        if (pattern is null) return 0;
        var first = template[at] - '0';
        if (at + 1 < template.Length && char.IsAsciiDigit(template[at + 1]) && first * 10 + template[at + 1] - '0' is > 0 and var two && two <= pattern.Groups)
        {
            length = 2;
            return two;
        }

        length = 1;
        return first <= pattern.Groups ? first : 0;
    }
}
