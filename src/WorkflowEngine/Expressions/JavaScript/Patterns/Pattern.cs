using System.Text.RegularExpressions;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// A regular expression, always matched in linear time. Immutable, shared between runs. What it compiles to can be large and grows while it matches, so
/// that is kept apart, by what is written, within a bound for the whole process; what was forgotten is compiled again.
/// </summary>
internal sealed class Pattern
{
    /// <summary>Longest source of a regular expression, in characters.</summary>
    private const int LongestSource = 1000;

    private readonly string _name;
    private readonly int _size;

    private Pattern(string source, string flags, PatternTranslator translated)
    {
        Source = source;
        Flags = flags;
        _name = $"{flags}/{source}";
        _size = translated.Size;
        Groups = translated.Groups;
        GroupNames = translated.GroupNames;
        Variety = translated.Variety;
    }

    /// <summary>What the regular expressions of this process are compiled to. One takes from 34 kB to 20 MB, and up to 20 MB more for what it has read.</summary>
    internal static Kept<Regex> Compiled { get; } = new(64L << 20);

    public string Source { get; }

    public string Flags { get; }

    public bool Global => Flags.Contains('g');

    public bool Sticky => Flags.Contains('y');

    /// <summary>How many groups it captures.</summary>
    public int Groups { get; }

    public IReadOnlyList<(string Name, int Group)> GroupNames { get; }

    /// <summary>How many different characters and classes it tells apart; what it compiles to takes time and memory by the square of this.</summary>
    public int Variety { get; }

    /// <summary>Reads and compiles; a <see cref="FormatException"/> names what is malformed or not supported.</summary>
    public static Pattern Compile(string source, string flags)
    {
        if (source.Length > LongestSource) throw new FormatException("the regular expression is too long");
        foreach (var flag in flags)
        {
            if (!"gimsuy".Contains(flag)) throw new FormatException($"the flag '{flag}' of a regular expression is not supported");
        }

        if (flags.Distinct().Count() != flags.Length) throw new FormatException("a flag of a regular expression is given twice");
        var translator = new PatternTranslator(source, flags);
        var translated = translator.Translate();
        var pattern = new Pattern(source, flags, translator);
        pattern.Automaton(translated);
        return pattern;
    }

    /// <summary>The next match from a place; null when there is none. Charged by what it may have to read.</summary>
    public Match? Match(ScriptRun run, string text, int start)
    {
        if (start > text.Length) return null;
        run.Charge(10 + (text.Length - start) / 32L * (1 + _size / 4));
        var automaton = Automaton(null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var match = automaton.Match(text, start);

        // States are made while it reads, and stay. The match, which does not, is little beside them.
        Compiled.Grow(GC.GetAllocatedBytesForCurrentThread() - before);
        return match.Success && (!Sticky || match.Index == start) ? match : null;
    }

    private Regex Automaton(string? translated)
    {
        if (Compiled.Find(_name, out var known)) return known;
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (Flags.Contains('i')) options |= RegexOptions.IgnoreCase;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var automaton = new Regex(translated ?? new PatternTranslator(Source, Flags).Translate(), options);
            return Compiled.Add(_name, automaton, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException("the regular expression is malformed or too large");
        }
    }
}
