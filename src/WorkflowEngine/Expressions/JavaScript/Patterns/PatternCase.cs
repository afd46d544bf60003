using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Which characters the flag <c>i</c> takes for the same: those with one capital or, with <c>u</c>, one folded form.</summary>
internal sealed class PatternCase
{
    private static readonly Lazy<PatternCase> OfUnits = new(() => new PatternCase(0xFFFF, Capital));
    private static readonly Lazy<PatternCase> OfPoints = new(() => new PatternCase(0x1FFFF, Folded));

    private readonly Dictionary<int, int[]> _same = [];

    private PatternCase(int last, Func<int, int> form)
    {
        foreach (var alike in Enumerable.Range(0, last + 1).GroupBy(form).Select(group => group.ToArray()).Where(group => group.Length > 1))
        {
            foreach (var c in alike) _same[c] = alike;
        }
    }

    public static PatternCase Of(bool unicode) => (unicode ? OfPoints : OfUnits).Value;

    /// <summary>All that are the same, with the character itself; empty when there is no other.</summary>
    public int[] SameAs(int c) => _same.GetValueOrDefault(c, []);

    private static int Capital(int c)
    {
        var capital = char.ToUpperInvariant((char)c);
        // What is no ASCII stays none, and what has several letters as its capital has none.
        return (c >= 128 && capital < 128) || LetterCase.HasLongCapital((char)c) ? c : capital;
    }

    private static int Folded(int c)
    {
        if (c == 0x1E9E) return 'ß';
        return Rune.TryCreate(c, out var rune) ? Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).Value : c;
    }
}
