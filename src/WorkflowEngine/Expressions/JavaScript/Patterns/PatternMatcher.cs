using System.Collections;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// Matches a regular expression with one text in linear time: all ways at once, in the order in which backtracking would try them, so that the first
/// to end is the one that the language wants. What it does is counted, four steps for one of fuel.
/// </summary>
internal sealed class PatternMatcher
{
    private readonly ScriptRun _run;
    private readonly Pattern _pattern;
    private readonly BitArray?[] _looks;
    private readonly Stack<(int At, bool HasRead, int[]? Slots)> _open = new();
    private readonly int[] _seen;
    private int _turn;
    private int _work;

    public PatternMatcher(ScriptRun run, Pattern pattern, string text)
    {
        (_run, _pattern, Text) = (run, pattern, text);
        run.Charge(5 + (pattern.LongestCode / 8));
        _seen = new int[pattern.LongestCode * 2];
        _looks = pattern.Looks.Count == 0 ? [] : new BitArray?[pattern.Looks.Count];
    }

    public string Text { get; }

    /// <summary>The first match from a place on; with the flag <c>y</c> only at the place.</summary>
    public PatternMatch? Match(int start)
    {
        _run.Charge(5);
        if (start > Text.Length) return null;
        for (var look = 0; look < _looks.Length; look++) _looks[look] ??= Places(look);
        var way = Find(_pattern.Code, start, isBackward: false, _pattern.Sticky);
        _run.Charge(_work / 4);
        _work = 0;
        return way is { } found ? new PatternMatch(Text, found.Start, found.End, found.Slots) : null;
    }

    private (int Start, int End, int[]? Slots)? Find(PatternCode code, int start, bool isBackward, bool isAnchored)
    {
        var (ways, next) = (new List<Way>(), new List<Way>());
        (int Start, int End, int[]? Slots)? best = null;
        _turn++;
        for (var at = start; ;)
        {
            if (best is null && (at == start || !isAnchored))
            {
                if (ways.Count == 0 && !isAnchored && code.First is not null) at = Skip(code.First, at);
                Open(code, ways, new Way(0, false, at, null), at, isBackward);
            }

            if (ways.Count == 0 && (best is not null || isAnchored || at >= Text.Length)) break;
            _turn++;
            var c = Character(at, isBackward, out var length);
            foreach (var way in ways)
            {
                Work(1);
                var step = code.Steps[way.At];
                if (step.Step == PatternStep.Match)
                {
                    best = (way.Start, at, way.Slots);
                    break;
                }

                if (length > 0 && step.Set!.Contains(c)) Open(code, next, way with { At = way.At + 1, HasRead = true }, at + (isBackward ? -length : length), isBackward);
            }

            (ways, next) = (next, ways);
            next.Clear();
            if (length == 0) break;
            at += isBackward ? -length : length;
        }

        return best is { Slots: { } slots } found ? found with { Slots = WithLooks(slots) } : best;
    }

    /// <summary>Follows all that reads nothing, and adds what reads or ends, in order.</summary>
    private void Open(PatternCode code, List<Way> ways, Way from, int at, bool isBackward)
    {
        _open.Push((from.At, from.HasRead, from.Slots));
        while (_open.TryPop(out var way))
        {
            var (next, hasRead, slots) = way;
            while (next >= 0)
            {
                var seen = (next * 2) + (hasRead ? 1 : 0);
                if (_seen[seen] == _turn) break;
                _seen[seen] = _turn;
                Work(1);
                var step = code.Steps[next];
                switch (step.Step)
                {
                    case PatternStep.Read or PatternStep.Match:
                        ways.Add(new Way(next, hasRead, from.Start, slots));
                        next = -1;
                        continue;
                    case PatternStep.Split:
                        _open.Push((step.B, hasRead, slots));
                        next = step.A;
                        continue;
                    case PatternStep.Jump:
                        next = step.A;
                        continue;
                    case PatternStep.Save:
                        slots = Changed(slots, step.A, step.A + 1, at);
                        break;
                    case PatternStep.Forget when slots is not null:
                        slots = Changed(slots, step.A, step.B, -1);
                        break;
                    case PatternStep.BeginTurn:
                        hasRead = false;
                        break;
                    case PatternStep.EndTurn when !hasRead: next = -2; break;
                    case PatternStep.Look:
                        if (_looks[step.A]![at] == _pattern.Looks[step.A].Node.IsNegative) next = -2;
                        else if (step.B >= 0) slots = Changed(slots, step.B, step.B + 1, at);
                        break;
                    case PatternStep.Forget or PatternStep.EndTurn: break;
                    default:
                        if (!IsPlace(step.Step, at)) next = -2;
                        break;
                }

                next++;
            }
        }
    }

    private int[] Changed(int[]? slots, int first, int end, int value)
    {
        Work(2 + (_pattern.SlotCount / 4));
        var changed = new int[_pattern.SlotCount];
        if (slots is null) changed.AsSpan().Fill(-1);
        else slots.CopyTo(changed, 0);
        changed.AsSpan(first..end).Fill(value);
        return changed;
    }

    /// <summary>What groups within lookaheads and lookbehinds captured at the places where these were taken.</summary>
    private int[] WithLooks(int[] slots)
    {
        for (var i = 0; i < _pattern.Looks.Count; i++)
        {
            var (node, slot, captures, _) = _pattern.Looks[i];
            if (slot < 0 || slots[slot] < 0 || captures is null) continue;
            if (Find(captures, slots[slot], node.IsBehind, isAnchored: true) is not { Slots: { } inner }) continue;
            for (var at = node.FirstGroup * 2; at < node.EndGroup * 2; at++) slots[at] = inner[at];
        }

        return slots;
    }

    /// <summary>Everywhere that a look holds, in one pass: a lookahead against the direction of reading, from all its ends at once.</summary>
    private BitArray Places(int look)
    {
        var (node, _, _, code) = _pattern.Looks[look];
        _run.Allocate(64 + (Text.Length / 8));
        var holds = new BitArray(Text.Length + 1);
        var isBackward = !node.IsBehind;
        // Looks within this one first: they use the same marks.
        foreach (var step in code.Steps)
            if (step.Step == PatternStep.Look) _looks[step.A] ??= Places(step.A);
        var (ways, next) = (new List<Way>(), new List<Way>());
        _turn++;
        for (var at = isBackward ? Text.Length : 0; ;)
        {
            Open(code, ways, new Way(0, true, at, null), at, isBackward);
            _turn++;
            var c = Character(at, isBackward, out var length);
            foreach (var way in ways)
            {
                Work(1);
                var step = code.Steps[way.At];
                if (step.Step == PatternStep.Match) holds[at] = true;
                else if (length > 0 && step.Set!.Contains(c)) Open(code, next, way with { At = way.At + 1, HasRead = true }, at + (isBackward ? -length : length), isBackward);
            }

            (ways, next) = (next, ways);
            next.Clear();
            if (length == 0) return holds;
            at += isBackward ? -length : length;
        }
    }

    /// <summary>The next place where a match can begin, or the end of the text.</summary>
    private int Skip(bool[] first, int at)
    {
        var start = at;
        while (at < Text.Length && !first[Math.Min((int)Text[at], 128)]) at++;
        if (at > start) _turn++;
        Work((at - start) / 4);
        return at;
    }

    private int Character(int at, bool isBackward, out int length)
    {
        var first = isBackward ? at - 1 : at;
        length = first >= 0 && first < Text.Length ? 1 : 0;
        if (length == 0) return -1;
        var c = Text[first];
        if (c >= 128) Work(4);
        if (!_pattern.Unicode || !char.IsSurrogate(c)) return c;
        var pair = isBackward ? first - 1 : first;
        if (pair < 0 || pair + 1 >= Text.Length || !char.IsSurrogatePair(Text[pair], Text[pair + 1])) return c;
        length = 2;
        return char.ConvertToUtf32(Text[pair], Text[pair + 1]);
    }

    private bool IsPlace(PatternStep place, int at) => place switch
    {
        PatternStep.Start => at == 0,
        PatternStep.End => at == Text.Length,
        PatternStep.LineStart => at == 0 || IsLineEnd(Text[at - 1]),
        PatternStep.LineEnd => at == Text.Length || IsLineEnd(Text[at]),
        _ => (IsWord(at - 1) != IsWord(at)) == (place == PatternStep.WordEdge),
    };

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    private bool IsWord(int at) => at >= 0 && at < Text.Length && (char.IsAsciiLetterOrDigit(Text[at]) || Text[at] == '_');

    private void Work(int steps)
    {
        if ((_work += steps) < 512) return;
        _run.Charge(_work / 4);
        _work = 0;
    }

    /// <summary>One way to match that is under way: the step it stands at, whether its loop has read something, where it began, what it captured.</summary>
    private readonly record struct Way(int At, bool HasRead, int Start, int[]? Slots);
}
