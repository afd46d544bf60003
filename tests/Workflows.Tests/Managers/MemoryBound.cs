namespace Workflows.Tests.Managers;

/// <summary>
/// Whether a host keeps something of each request: the living memory of the process behind a quarter of the rounds and at the end. Only a long run,
/// which has the process to itself, is judged: beside other tests their hosts would be counted too.
/// </summary>
internal sealed class MemoryBound(int rounds)
{
    private const int Long = 10_000, MostBytesOfARound = 4_000;
    private long warm;

    /// <summary>Before each round.</summary>
    public void Note(int round)
    {
        if (rounds >= Long && round == rounds / 4) warm = GC.GetTotalMemory(true);
    }

    /// <summary>Behind the last round.</summary>
    public void Judge()
    {
        if (rounds < Long) return;
        var grown = GC.GetTotalMemory(true) - warm;
        Console.WriteLine($"{warm >> 10} kB were in use after {rounds / 4} rounds, {grown >> 10} kB more after {rounds}.");
        grown.ShouldBeLessThan(rounds * 3L / 4 * MostBytesOfARound, "bytes kept behind the first quarter");
    }
}
