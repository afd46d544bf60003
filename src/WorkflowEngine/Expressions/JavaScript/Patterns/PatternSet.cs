using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The characters (UTF-16 units, with the flag <c>u</c> code points) that one place of a regular expression takes.</summary>
internal sealed class PatternSet
{
    private readonly (int First, int Last)[] _ranges;
    private readonly uint _categories;
    private readonly bool _negated;
    private readonly PatternCase? _case;
    private readonly ulong _low;
    private readonly ulong _high;

    /// <param name="categories">A bit for each <see cref="UnicodeCategory"/>.</param>
    /// <param name="letters">Which characters are the same without regard to case; null: none.</param>
    public PatternSet(IEnumerable<(int First, int Last)> ranges, uint categories = 0, bool negated = false, PatternCase? letters = null)
    {
        _ranges = Merged(ranges);
        _categories = categories;
        _negated = negated;
        _case = letters;
        for (var c = 0; c < 128; c++)
        {
            if (!Find(c)) continue;
            if (c < 64) _low |= 1UL << c;
            else _high |= 1UL << (c - 64);
        }
    }

    public bool Contains(int c) => c switch
    {
        < 64 => (_low >> c & 1) != 0,
        < 128 => (_high >> (c - 64) & 1) != 0,
        _ => Find(c),
    };

    private static (int First, int Last)[] Merged(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1) merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else merged.Add(range);
        }

        return [.. merged];
    }

    private bool Find(int c)
    {
        var found = Has(c);
        if (!found && _case is not null)
        {
            foreach (var same in _case.SameAs(c)) found |= Has(same);
        }

        return found != _negated;
    }

    private bool Has(int c)
    {
        if (_categories != 0 && (_categories >> (int)CharUnicodeInfo.GetUnicodeCategory(c) & 1) != 0) return true;
        var (low, high) = (0, _ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (c < _ranges[middle].First) high = middle - 1;
            else if (c > _ranges[middle].Last) low = middle + 1;
            else return true;
        }

        return false;
    }
}
