namespace WorkflowEngine.Expressions.JavaScript;

internal enum PatternStep
{
    /// <summary>Reads a character of the set.</summary>
    Read,

    /// <summary>Goes on at A and, after that has failed, at B.</summary>
    Split,
    Jump,

    /// <summary>Keeps the place in the slot A.</summary>
    Save,

    /// <summary>Empties the slots from A to before B.</summary>
    Forget,

    /// <summary>A turn of a loop begins; it must read something before <see cref="EndTurn"/>.</summary>
    BeginTurn,
    EndTurn,

    /// <summary>The look number A holds here (or does not); the place is kept in the slot B when it captures.</summary>
    Look,
    Start,
    End,
    LineStart,
    LineEnd,
    WordEdge,
    NoWordEdge,
    Match,
}

/// <summary>One step; a set only for <see cref="PatternStep.Read"/>.</summary>
internal readonly record struct PatternInstruction(PatternStep Step, int A, int B, PatternSet? Set);

/// <summary>
/// A regular expression as steps, in the direction of reading or against it. Counted repeats are written out.
/// </summary>
internal sealed class PatternCode
{
    /// <summary>Most steps of all the directions of one expression together.</summary>
    public const int Largest = 1000;

    private readonly List<PatternInstruction> _code = [];
    private readonly bool _isBackward;
    private readonly int[] _lookSlots;
    private int _room;

    /// <param name="lookSlots">The slot that keeps where a look was taken; -1 for those that need none.</param>
    /// <param name="room">How many steps it may have; what is left of them.</param>
    public PatternCode(PatternNode node, bool isBackward, int[] lookSlots, ref int room)
    {
        (_isBackward, _lookSlots, _room) = (isBackward, lookSlots, room);
        Write(node);
        Add(PatternStep.Match);
        room = _room;
        Steps = [.. _code];
        if (!isBackward) First = Beginnings();
    }

    public PatternInstruction[] Steps { get; }

    /// <summary>Which characters below 128 a match can begin with, at 128 whether any other; null: it may read nothing.</summary>
    public bool[]? First { get; }

    private int Add(PatternStep step, int a = 0, int b = 0, PatternSet? set = null)
    {
        if (--_room < 0) throw new FormatException("the regular expression is too large");
        _code.Add(new(step, a, b, set));
        return _code.Count - 1;
    }

    private void Write(PatternNode node)
    {
        switch (node)
        {
            case PatternAtom atom: Add(PatternStep.Read, set: atom.Set); break;
            case PatternPlace place: Add(place.Kind); break;
            case PatternLook look: Add(PatternStep.Look, look.Number, _lookSlots[look.Number]); break;
            case PatternSequence sequence:
                foreach (var part in _isBackward ? sequence.Parts.Reverse() : sequence.Parts) Write(part);
                break;
            case PatternGroup group:
                Add(PatternStep.Save, (group.Number * 2) + (_isBackward ? 1 : 0));
                Write(group.Body);
                Add(PatternStep.Save, (group.Number * 2) + (_isBackward ? 0 : 1));
                break;
            case PatternChoice choice: WriteChoice(choice); break;
            case PatternRepeat repeat: WriteRepeat(repeat); break;
        }
    }

    private void WriteChoice(PatternChoice choice)
    {
        var ends = new List<int>();
        for (var i = 0; i < choice.Ways.Count - 1; i++)
        {
            var split = Add(PatternStep.Split);
            Write(choice.Ways[i]);
            ends.Add(Add(PatternStep.Jump));
            _code[split] = new(PatternStep.Split, split + 1, _code.Count, null);
        }

        Write(choice.Ways[^1]);
        foreach (var end in ends) _code[end] = new(PatternStep.Jump, _code.Count, 0, null);
    }

    private void WriteRepeat(PatternRepeat repeat)
    {
        for (var i = 0; i < repeat.Least; i++) WriteTurn(repeat, mustRead: false);
        var splits = new List<int>();
        if (repeat.Most == int.MaxValue)
        {
            splits.Add(Add(PatternStep.Split));
            WriteTurn(repeat, repeat.Body.IsNullable);
            Add(PatternStep.Jump, splits[0]);
        }
        else
        {
            for (var i = repeat.Least; i < repeat.Most; i++)
            {
                splits.Add(Add(PatternStep.Split));
                WriteTurn(repeat, repeat.Body.IsNullable);
            }
        }

        foreach (var split in splits)
            _code[split] = repeat.IsGreedy ? new(PatternStep.Split, split + 1, _code.Count, null) : new(PatternStep.Split, _code.Count, split + 1, null);
    }

    private void WriteTurn(PatternRepeat repeat, bool mustRead)
    {
        if (repeat.EndGroup > repeat.FirstGroup) Add(PatternStep.Forget, repeat.FirstGroup * 2, repeat.EndGroup * 2);
        if (mustRead) Add(PatternStep.BeginTurn);
        Write(repeat.Body);
        if (mustRead) Add(PatternStep.EndTurn);
    }

    private bool[]? Beginnings()
    {
        var first = new bool[129];
        var seen = new HashSet<int>();
        var open = new Stack<int>([0]);
        while (open.TryPop(out var at))
        {
            if (!seen.Add(at)) continue;
            var (step, a, b, set) = Steps[at];
            if (step == PatternStep.Match) return null;
            if (step == PatternStep.Split) open.Push(b);
            if (step != PatternStep.Read) open.Push(step is PatternStep.Split or PatternStep.Jump ? a : at + 1);
            else for (var c = 0; c <= 128; c++) first[c] |= c == 128 || set!.Contains(c);
        }

        return first;
    }
}
