using System.Globalization;

namespace WorkflowEngine.Activities;

/// <summary>One of the fields of a cron expression: its bounds, and the names that stand for its values.</summary>
internal sealed class CronField(int low, int high, string[]? names = null)
{
    /// <summary>The values as bits, or null when the text says none. Stars stand alone, as in Elsa.</summary>
    public ulong? Read(string text)
    {
        if (text[0] is '*' or '?')
        {
            if (text.Length == 1) return Bits(low, high, 1);
            return text[1] == '/' && Number(text[2..], 1, high) is { } every ? Bits(low, high, every) : null;
        }

        var bits = 0UL;
        foreach (var item in text.Split(','))
        {
            if (One(item) is not { } more) return null;
            bits |= more;
        }

        return bits;
    }

    public int? Value(string text)
    {
        if (names is not null && Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is var index and >= 0) return index + low;
        return Number(text, low, high);
    }

    /// <summary>A number of one or two digits within the bounds.</summary>
    public static int? Number(string text, int from, int to) =>
        text.Length <= 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to ? number : null;

    private ulong? One(string item)
    {
        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? item : item[..slash];
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (Value(dash < 0 ? range : range[..dash]) is not { } from) return null;
        var to = dash >= 0 ? Value(range[(dash + 1)..]) : slash < 0 ? from : high;
        var step = slash < 0 ? 1 : Number(item[(slash + 1)..], 1, high);
        return to is { } last && step is { } every ? Bits(from, last, every) : null;
    }

    /// <summary>A range that ends before it begins leads over the end; there the seventh day of a week does not stand beside day 0.</summary>
    private ulong Bits(int from, int to, int step)
    {
        var count = high - low + (high == 7 ? 0 : 1);
        var span = to >= from ? to - from : to - from + count;
        var bits = 0UL;
        for (var offset = 0; offset <= span; offset += step) bits |= 1UL << (to >= from ? from + offset : low + (from - low + offset) % count);
        return bits;
    }
}
