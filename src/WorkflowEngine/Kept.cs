using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace WorkflowEngine;

/// <summary>
/// What was worked out once and may be worked out again: kept by name until all of it together weighs more than <paramref name="most"/> bytes, then
/// forgotten at once. A count would not do: designers decide how large a graph, a script or a pattern is. For any number of threads; two that add at
/// the same moment may count one thing twice, or not at all.
/// </summary>
internal sealed class Kept<T>(long most) where T : class
{
    /// <summary>Bytes that an entry takes beside its name and its value.</summary>
    private const int Entry = 150;

    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);
    private long _weight;

    /// <summary>What all of it takes by the estimates of those who added it, in bytes.</summary>
    public long Weight => Interlocked.Read(ref _weight);

    /// <summary>What is kept by this name; false: nothing, or no more.</summary>
    public bool Find(string name, [NotNullWhen(true)] out T? value) => _known.TryGetValue(name, out value);

    /// <summary>Keeps a value of this many bytes; what was kept by the name before, if somebody was faster. What is too heavy for itself is not kept.</summary>
    public T Add(string name, T value, long weight)
    {
        var own = weight + (2L * name.Length) + Entry;
        if (own > most) return value;
        if (Interlocked.Add(ref _weight, own) > most)
        {
            Forget();
            Interlocked.Exchange(ref _weight, own);
        }

        return _known.GetOrAdd(name, value);
    }

    /// <summary>Nothing is kept any more.</summary>
    public void Forget()
    {
        _known.Clear();
        Interlocked.Exchange(ref _weight, 0);
    }
}
