using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A <c>RegExp</c> of a run; the compiled <see cref="Pattern"/> is shared.</summary>
internal sealed class RegExpObject : ScriptObject
{
    public RegExpObject(ScriptRun run, Pattern pattern)
    {
        run.Allocate(64);
        Pattern = pattern;
    }

    public Pattern Pattern { get; }

    public double LastIndex { get; set; }

    /// <summary>The matcher of the text it was matched with last: a loop over one text asks for it again and again.</summary>
    private PatternMatcher? Matcher { get; set; }

    public override string KindName => "RegExp";

    public PatternMatch? Match(ScriptRun run, string text, int start)
    {
        if (!ReferenceEquals(Matcher?.Text, text)) Matcher = new PatternMatcher(run, Pattern, text);
        return Matcher!.Match(start);
    }

    public override Value Get(ScriptRun run, string key) => key switch
    {
        "lastIndex" => LastIndex,
        "source" => PatternText(run),
        "flags" => Pattern.Flags,
        "global" => Pattern.Global,
        "sticky" => Pattern.Sticky,
        "ignoreCase" => Pattern.Flags.Contains('i'),
        "multiline" => Pattern.Flags.Contains('m'),
        "dotAll" => Pattern.Flags.Contains('s'),
        "unicode" => Pattern.Unicode,
        "hasIndices" => false,
        _ => base.Get(run, key),
    };

    public override void Set(ScriptRun run, string key, Value value)
    {
        if (key == "lastIndex") LastIndex = Coerce.ToInteger(run, value);
        else base.Set(run, key, value);
    }

    /// <summary>The source so that it could stand between slashes.</summary>
    public string PatternText(ScriptRun run)
    {
        run.Charge(Pattern.Source.Length / 8);
        if (Pattern.Source.Length == 0) return "(?:)";
        if (Pattern.Source.AsSpan().IndexOfAny('/', '\n', '\r') < 0) return Pattern.Source;
        var text = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < Pattern.Source.Length; i++)
        {
            var c = Pattern.Source[i];
            if (c == '\\' && i + 1 < Pattern.Source.Length) text.Append(c).Append(Pattern.Source[++i]);
            else
            {
                inClass = c == '[' || (inClass && c != ']');
                text.Append(c switch { '/' when !inClass => "\\/", '\n' => "\\n", '\r' => "\\r", _ => c.ToString() });
            }
        }

        return text.ToString();
    }

    protected override Value Method(string key)
    {
        var method = RegExpMethods.Table.Find(key);
        return method.IsUndefined ? base.Method(key) : method;
    }
}
