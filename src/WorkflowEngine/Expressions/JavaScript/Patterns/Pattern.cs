using System.Text.RegularExpressions;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A compiled regular expression, always matched in linear time. Immutable, shared between runs.</summary>
internal sealed class Pattern
{
    /// <summary>Longest source of a regular expression, in characters.</summary>
    private const int LongestSource = 1000;

    private readonly Regex _regex;
    private readonly int _size;

    private Pattern(string source, string flags, Regex regex, PatternTranslator translated)
    {
        Source = source;
        Flags = flags;
        _regex = regex;
        _size = translated.Size;
        Groups = translated.Groups;
        GroupNames = translated.GroupNames;
    }

    public string Source { get; }

    public string Flags { get; }

    public bool Global => Flags.Contains('g');

    public bool Sticky => Flags.Contains('y');

    /// <summary>How many groups it captures.</summary>
    public int Groups { get; }

    public IReadOnlyList<(string Name, int Group)> GroupNames { get; }

    /// <summary>Compiles; a <see cref="FormatException"/> names what is malformed or not supported.</summary>
    public static Pattern Compile(string source, string flags)
    {
        if (source.Length > LongestSource) throw new FormatException("the regular expression is too long");
        foreach (var flag in flags)
        {
            if (!"gimsuy".Contains(flag)) throw new FormatException($"the flag '{flag}' of a regular expression is not supported");
        }

        if (flags.Distinct().Count() != flags.Length) throw new FormatException("a flag of a regular expression is given twice");
        var translator = new PatternTranslator(source, flags);
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (flags.Contains('i')) options |= RegexOptions.IgnoreCase;
        try
        {
            return new Pattern(source, flags, new Regex(translator.Translate(), options), translator);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException("the regular expression is malformed or too large");
        }
    }

    /// <summary>The next match from a place; null when there is none. Charged by what it may have to read.</summary>
    public Match? Match(ScriptRun run, string text, int start)
    {
        if (start > text.Length) return null;
        run.Charge(10 + (text.Length - start) / 32L * (1 + _size / 4));
        var match = _regex.Match(text, start);
        return match.Success && (!Sticky || match.Index == start) ? match : null;
    }
}
