namespace WorkflowEngine.Expressions.JavaScript;

/// <summary><c>RegExp</c>, <c>test</c> and <c>exec</c>.</summary>
internal static class RegExpMethods
{
    private const int CompileCost = 200, CostOfCharacter = 100, CostOfStep = 3;

    public static NativeTable Table { get; } = new(new()
    {
        ["exec"] = (run, self, arguments) => Execute(run, Target(run, self), Coerce.ToText(run, arguments.At(0))),
        ["toString"] = (run, self, _) => run.Text($"/{Target(run, self).PatternText(run)}/{Target(run, self).Pattern.Flags}"),
        ["test"] = (run, self, arguments) => Next(run, Target(run, self), Coerce.ToText(run, arguments.At(0))) is not null,
    });

    public static NativeFunction Constructor { get; } = new("RegExp", (run, _, arguments) => Make(run, arguments), Make, prototype: Table);

    /// <summary>The regular expression given, or made from text.</summary>
    public static RegExpObject From(ScriptRun run, Value value, string flags)
    {
        if (value.Object is RegExpObject known) return known;
        return Compile(run, value.IsUndefined ? string.Empty : Coerce.ToText(run, value), flags);
    }

    public static Value Execute(ScriptRun run, RegExpObject target, string text) =>
        Next(run, target, text) is { } match ? Groups(run, target.Pattern, match, text) : Value.Null;

    public static Value Groups(ScriptRun run, Pattern pattern, PatternMatch match, string text)
    {
        var result = new ScriptArray(run, pattern.Groups + 1);
        result.Add(run, run.Text(match.Value));
        for (var group = 1; group <= pattern.Groups; group++) result.Add(run, Group(run, match, group));
        result.Set(run, "index", (double)match.Index);
        result.Set(run, "input", text);
        result.Set(run, "groups", pattern.GroupNames.Count > 0 ? NamedGroups(run, pattern, match) : Value.Undefined);
        return result;
    }

    public static Value NamedGroups(ScriptRun run, Pattern pattern, PatternMatch match)
    {
        var named = new ScriptObject();
        foreach (var (name, group) in pattern.GroupNames) named.Set(run, name, Group(run, match, group));
        return named;
    }

    public static Value Group(ScriptRun run, PatternMatch match, int group) => match.Group(group) is { } text ? run.Text(text) : Value.Undefined;

    private static PatternMatch? Next(ScriptRun run, RegExpObject target, string text)
    {
        var keeps = target.Pattern.Global || target.Pattern.Sticky;
        var start = keeps ? target.LastIndex : 0;
        var match = start >= 0 && start <= text.Length ? target.Match(run, text, (int)start) : null;
        if (keeps) target.LastIndex = match is null ? 0 : match.Index + match.Length;
        return match;
    }

    private static Value Make(ScriptRun run, Value[] arguments)
    {
        var known = arguments.At(0).Object as RegExpObject;
        var flags = arguments.At(1).IsUndefined ? known?.Pattern.Flags ?? string.Empty : Coerce.ToText(run, arguments[1]);
        if (known is not null) return Compile(run, known.Pattern.Source, flags);
        return Compile(run, arguments.At(0).IsUndefined ? string.Empty : Coerce.ToText(run, arguments[0]), flags);
    }

    private static RegExpObject Compile(ScriptRun run, string source, string flags)
    {
        run.Charge(CompileCost + (source.Length * (long)CostOfCharacter));
        run.Allocate(source.Length * 100L);
        try
        {
            var pattern = Pattern.Compile(source, flags);
            run.Charge(pattern.Size * CostOfStep);
            run.Allocate(pattern.Size * 32L);
            return new RegExpObject(run, pattern);
        }
        catch (FormatException error)
        {
            throw run.Error("SyntaxError", error.Message);
        }
    }

    private static RegExpObject Target(ScriptRun run, Value self) =>
        self.Object as RegExpObject ?? throw run.TypeError("not a regular expression");
}
