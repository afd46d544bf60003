namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A regular expression, always matched in linear time. Immutable, shared between runs.</summary>
internal sealed class Pattern
{
    /// <summary>Longest source of a regular expression, in characters.</summary>
    private const int LongestSource = 1000;

    private Pattern(string source, string flags, PatternReader reader, PatternNode node)
    {
        Source = source;
        Flags = flags;
        Groups = reader.Groups;
        GroupNames = reader.GroupNames;
        var nodes = new PatternLook[reader.Looks];
        Collect(node, nodes);
        var slots = (Groups + 1) * 2;
        var lookSlots = new int[nodes.Length];
        for (var i = 0; i < nodes.Length; i++) lookSlots[i] = nodes[i] is { IsNegative: false } look && look.EndGroup > look.FirstGroup ? slots++ : -1;
        SlotCount = slots;
        var room = PatternCode.Largest;
        Code = new PatternCode(node, isBackward: false, lookSlots, ref room);
        Looks = [.. nodes.Select((look, i) => (
            look,
            lookSlots[i],
            lookSlots[i] < 0 ? null : new PatternCode(look.Body, look.IsBehind, lookSlots, ref room),
            new PatternCode(look.Body, !look.IsBehind, lookSlots, ref room)))];
        Size = PatternCode.Largest - room;
        LongestCode = Looks.Select(look => Math.Max(look.Captures?.Steps.Length ?? 0, look.Places.Steps.Length)).Append(Code.Steps.Length).Max();
    }

    public string Source { get; }

    public string Flags { get; }

    public bool Global => Flags.Contains('g');

    public bool Sticky => Flags.Contains('y');

    public bool Unicode => Flags.Contains('u');

    /// <summary>How many groups it captures.</summary>
    public int Groups { get; }

    public IReadOnlyList<(string Name, int Group)> GroupNames { get; }

    public PatternCode Code { get; }

    /// <summary>
    /// Lookaheads and lookbehinds: the slot for the place where one with groups was taken, what captures there, and what finds all places where it holds.
    /// </summary>
    public IReadOnlyList<(PatternLook Node, int Slot, PatternCode? Captures, PatternCode Places)> Looks { get; }

    /// <summary>How many places a way keeps: start and end of groups, and where looks were taken.</summary>
    public int SlotCount { get; }

    /// <summary>Steps of all its codes.</summary>
    public int Size { get; }

    public int LongestCode { get; }

    /// <summary>Reads and compiles; a <see cref="FormatException"/> names what is malformed or not supported.</summary>
    public static Pattern Compile(string source, string flags)
    {
        if (source.Length > LongestSource) throw new FormatException("the regular expression is too long");
        foreach (var flag in flags)
        {
            if (!"gimsuy".Contains(flag)) throw new FormatException($"the flag '{flag}' of a regular expression is not supported");
        }

        if (flags.Distinct().Count() != flags.Length) throw new FormatException("a flag of a regular expression is given twice");
        var reader = new PatternReader(source, flags);
        return new Pattern(source, flags, reader, reader.Read());
    }

    /// <summary>The next match from a place; null when there is none.</summary>
    public PatternMatch? Match(ScriptRun run, string text, int start) => new PatternMatcher(run, this, text).Match(start);

    private static void Collect(PatternNode node, PatternLook[] looks)
    {
        switch (node)
        {
            case PatternLook look:
                looks[look.Number] = look;
                Collect(look.Body, looks);
                break;
            case PatternGroup group: Collect(group.Body, looks); break;
            case PatternRepeat repeat: Collect(repeat.Body, looks); break;
            case PatternSequence sequence:
                foreach (var part in sequence.Parts) Collect(part, looks);
                break;
            case PatternChoice choice:
                foreach (var way in choice.Ways) Collect(way, looks);
                break;
        }
    }
}
