using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;

namespace Workflows.Tests.Managers;

/// <summary>
/// Whether a host keeps something of each request: the living memory of the process behind a quarter of the rounds and at the end, each time without
/// what hosts keep within bounds of their own (<see cref="WorkflowEngine.Kept{T}"/>). Only a long run, which has the process to itself, is judged: beside
/// other tests their hosts would be counted too.
/// </summary>
internal sealed class MemoryBound
{
    private const int Long = 10_000, MostBytesOfARound = 400;

    // Of all hosts of the process: those of the other long test are counted too.
    private static readonly ConcurrentBag<(DefinitionStore Store, DefinitionLibrary Library)> Hosts = [];
    private readonly int rounds;
    private long warm;

    public MemoryBound(int rounds, IServiceProvider host)
    {
        this.rounds = rounds;
        if (rounds >= Long) Hosts.Add((host.GetRequiredService<DefinitionStore>(), host.GetRequiredService<DefinitionLibrary>()));
    }

    /// <summary>Before each round.</summary>
    public void Note(int round)
    {
        if (rounds >= Long && round == rounds / 4) warm = InUse();
    }

    /// <summary>Behind the last round.</summary>
    public void Judge()
    {
        if (rounds < Long) return;
        var grown = InUse() - warm;
        Console.WriteLine($"{warm >> 10} kB were in use after {rounds / 4} rounds, {grown >> 10} kB more after {rounds}.");
        grown.ShouldBeLessThan(rounds * 3L / 4 * MostBytesOfARound, "bytes kept behind the first quarter");
    }

    private static long InUse()
    {
        foreach (var (store, library) in Hosts)
        {
            store.Versions.Forget();
            library.Graphs.Forget();
        }

        JavaScriptEvaluator.Parsed.Forget();
        return GC.GetTotalMemory(true);
    }
}
