using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Running;

/// <summary>What a request that runs an instance may tell of it.</summary>
public enum RunAnswer
{
    /// <summary>What had come for it has been worked off.</summary>
    Settled,

    /// <summary>Something that came for it is kept until it goes on: behind a child that runs within its run, or after a failure until the retry.</summary>
    SetAside,

    /// <summary>It is still being worked on: somebody else holds it, or the database is away. The event is committed, and the pulses run it.</summary>
    Working,
}

/// <summary>
/// Runs instances that have events: locks them, runs each one's burst in memory, commits all together. The only place that catches around a
/// burst: an activity's failure is the instance's incident, a broken batch is repeated one by one, a broken instance is set aside.
/// </summary>
public sealed class Runner(
    NpgsqlDataSource database, LoadInstances load, CommitBursts commit, BusinessClock clock, TimeProvider system, CrashPoints crashPoints,
    Nudge nudge, ILogger<Runner> log)
{
    /// <summary>Largest state that is written; a bigger one is an incident.</summary>
    public const int MaximumStateBytes = 256 * 1024;

    /// <summary>How long a person's own request waits for the instance before it is answered with 202.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>So many instances that a request has brought events to are run in the request itself.</summary>
    public const int MostInRequest = 20;

    // In a transaction that several requests share nobody waits long for a lock that concerns one of them.
    private static readonly TimeSpan SharedPatience = TimeSpan.FromMilliseconds(200);

    private const int Attempts = 4;
    private const int Rounds = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Bursts are pure and their instances carry a number: a batch that failed may always be repeated.
    private readonly SharedLane<Guid, Step> _requests = new(_ => true, system);

    /// <summary>What a request's step came to.</summary>
    /// <param name="Child">What runs within this instance's run: it goes on as soon as that has come to rest.</param>
    private readonly record struct Step(Standing Standing, Guid? Child = null);

    private enum Standing
    {
        /// <summary>Nothing waits for the instance any more.</summary>
        Quiet,

        /// <summary>No event waits for it, but some are set aside.</summary>
        SetAside,

        /// <summary>Committed; more events came meanwhile, or were left.</summary>
        More,

        /// <summary>Somebody else has taken what came for it, and it stands still for a child since.</summary>
        Still,

        /// <summary>Somebody else holds the instance.</summary>
        Held,
    }

    /// <summary>What was run, what is left for the instances that were asked about, and the children that run within the runs of some.</summary>
    private sealed record Ran(int Count, LeftBehind Left, Dictionary<Guid, Guid> Children)
    {
        public Step Of(Guid instance) => Children.TryGetValue(instance, out var child) ? new(Standing.More, child)
            : Left.Events.Contains(instance) ? new(Standing.More) : Left.SetAside.Contains(instance) ? new(Standing.SetAside)
            : Left.Awaited.TryGetValue(instance, out child) ? new(Standing.Still, child) : new(Standing.Quiet);
    }

    /// <summary>
    /// Runs one instance now, with the children that run within its run, for the caller's request, until no event waits for it; requests that come
    /// together share transactions, and each is answered after the commit of its own. Any other answer than settled: taken in, and something that came
    /// waits still (answer 202).
    /// </summary>
    public async Task<RunAnswer> RunNowAsync(Guid instanceId, CancellationToken cancellation = default)
    {
        crashPoints.Hit("after-intake");
        var answer = RunAnswer.Working;
        try
        {
            return answer = await UntilQuietAsync(instanceId, cancellation);
        }
        finally
        {
            if (answer == RunAnswer.Working) nudge.Now();
        }
    }

    /// <summary>
    /// Runs what a request has brought events to, while they are few and it does not take long; the rest, and what these begin, is the pulses' work, and
    /// could be a cascade of all units. False: something that came for them waits still (answer 202).
    /// </summary>
    public async Task<bool> RunFewAsync(IReadOnlyList<Guid> instances, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(instances);
        var (since, ran, isDone) = (system.GetTimestamp(), 0, true);
        for (; ran < Math.Min(instances.Count, MostInRequest) && system.GetElapsedTime(since) < Patience; ran++)
            isDone &= await RunNowAsync(instances[ran], cancellation) == RunAnswer.Settled;
        if (ran < instances.Count) nudge.Now();
        return isDone && ran == instances.Count;
    }

    private async Task<RunAnswer> UntilQuietAsync(Guid instanceId, CancellationToken cancellation)
    {
        var since = system.GetTimestamp();
        while (true)
        {
            try
            {
                for (var round = 0; round < Rounds; round++)
                {
                    var step = await _requests.RunAsync(instanceId, StepTogetherAsync, StepAloneAsync, cancellation);
                    if (step.Standing == Standing.Held) step = await StepAloneAsync(instanceId, cancellation);
                    if (step.Standing == Standing.Quiet) return RunAnswer.Settled;
                    if (step.Standing == Standing.SetAside) return RunAnswer.SetAside;
                    if (step.Child is not { } child) continue;
                    if (system.GetElapsedTime(since) > Patience || await UntilQuietAsync(child, cancellation) == RunAnswer.Working) return RunAnswer.Working;
                    if (step.Standing != Standing.Still) round--;
                }

                return RunAnswer.Working;
            }
            catch (Exception e) when (e.IsLockWait())
            {
                return RunAnswer.Working;
            }
            catch (Exception e) when (e.IsTransient())
            {
                var again = system.GetElapsedTime(since) < Patience;
                log.LogWarning("Instance {Instance} is {What}: {Reason}", instanceId, again ? "tried again" : "left to the pulse", e.Message);
                if (!again) return RunAnswer.Working;
                await Task.Delay(Pause, system, cancellation);
            }
        }
    }

    private async Task<Step> StepAloneAsync(Guid instanceId, CancellationToken cancellation)
    {
        var ran = await RunAsync((c, t) => load.LockAsync(c, instanceId, Patience, t), [instanceId], cancellation);
        return ran.Of(instanceId);
    }

    private async Task<IReadOnlyList<Step>> StepTogetherAsync(IReadOnlyList<Guid> instances)
    {
        // Two requests of one moment for one instance are one step; named twice, its events would be read twice.
        var (asked, locked) = (instances.Distinct().ToArray(), new HashSet<Guid>());
        var ran = await RunAsync(async (c, t) =>
        {
            (var loaded, locked) = await load.LockFreeAsync(c, asked, SharedPatience, t);
            return loaded;
        }, asked, CancellationToken.None);
        return [.. instances.Select(i => locked.Contains(i) ? ran.Of(i) : new(Standing.Held))];
    }

    /// <summary>Runs up to <paramref name="limit"/> instances that have events, from <paramref name="place"/> on, in one transaction. Returns how many.</summary>
    public async Task<int> RunReadyAsync(ReadyPlace place, int limit, CancellationToken cancellation = default)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await RunAsync((c, t) => load.ClaimAsync(c, place, limit, t), [], cancellation)).Count;
            }
            catch (Exception e) when (e.IsTransient() && attempt < Attempts)
            {
                log.LogWarning("A batch is tried again: {Reason}", e.Message);
            }
        }
    }

    /// <param name="asked">The instances for which requests wait.</param>
    private async Task<Ran> RunAsync(
        Func<NpgsqlConnection, CancellationToken, Task<List<LoadedInstance>>> claim, Guid[] asked, CancellationToken cancellation)
    {
        List<LoadedInstance> loaded;
        string failure;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            loaded = await claim(connection, cancellation);
            if (loaded.Count == 0) return new Ran(0, await LeftBehind.ReadAsync(connection, asked, cancellation), []);
            var now = clock.Now();
            var bursts = loaded.ConvertAll(l => Run(l, now));
            try
            {
                var left = await commit.WriteAsync(connection, bursts, now, system.GetUtcNow(), asked, cancellation);
                var cascades = bursts.Exists(b => b.Result.Effects.FanOuts.Count > 0);
                if (cascades) crashPoints.Hit("cascade-before-commit");
                crashPoints.Hit("before-commit");
                await transaction.CommitAsync(cancellation);
                if (cascades) crashPoints.Hit("cascade-after-commit");
                crashPoints.Hit("after-commit");
                EngineMeter.Count(bursts);
                Tell(bursts);
                if (bursts.Exists(b => LeavesWork(b, now))) nudge.Now();
                if (asked.Length > 0) await left.FindAwaitedAsync(connection, [.. asked.Except(loaded.Select(l => l.Head.Id))], cancellation);
                return new Ran(bursts.Count, left, bursts.Where(b => b.Result.Awaits is not null).ToDictionary(b => b.Id, b => b.Result.Awaits!.Value));
            }
            catch (Exception e) when (!e.IsTransient() && e is not OperationCanceledException)
            {
                if (loaded.Count > 1) log.LogWarning("A batch of {Count} is repeated one by one: {Reason}", loaded.Count, e.Message);
                else log.LogError(e, "Instance {Instance} cannot be committed", loaded[0].Head.Id);
                await transaction.RollbackAsync(cancellation);
                failure = RefusedRows.Of(e);
            }
        }

        if (loaded.Count == 1)
        {
            var committed = await SetAsideAsync(loaded[0].Head.Id, failure, cancellation);
            return new Ran(1, new LeftBehind([loaded[0].Head.Id], []), committed?.Result.Awaits is { } child ? new() { [committed.Id] = child } : []);
        }

        // Poison: every other instance of the batch commits; the culprit ends in SetAside, or is told of when the others have had their turn.
        var (all, broken) = (new Ran(loaded.Count, new LeftBehind([.. asked], []), []), (Exception?)null);
        foreach (var id in loaded.Select(l => l.Head.Id))
        {
            try
            {
                var one = await RunAsync((c, t) => load.LockAsync(c, id, Patience, t), asked.Length > 0 ? [id] : [], cancellation);
                if (!one.Left.Events.Contains(id)) all.Left.Events.Remove(id);
                all.Left.SetAside.UnionWith(one.Left.SetAside);
                foreach (var (parent, child) in one.Children) all.Children.Add(parent, child);
            }
            catch (Exception e) when (e.IsLockWait() || (!e.IsTransient() && e is not OperationCanceledException))
            {
                broken ??= e;
            }
        }

        if (broken is not null) ExceptionDispatchInfo.Throw(broken);
        return all;
    }

    internal static CommittedBurst Run(LoadedInstance loaded, DateTimeOffset now)
    {
        if (loaded.Unreadable is { } what) return StoppedInstance.Of(loaded, now, what.Kind, what.Message);
        var (ran, kind, message) = Attempt(loaded, now);
        if (ran is not null) return ran;

        // It may fail for what was asked of it from outside: that is refused then, and the instance goes on.
        var reason = message;
        for (var less = RefusedAlteration.Less(loaded, reason); ran is null && less is not null; less = RefusedAlteration.Less(less, reason)) (ran, _, reason) = Attempt(less, now);
        return ran ?? StoppedInstance.Of(loaded, now, kind, message);
    }

    /// <summary>The burst, or what is wrong with it: kind of the incident and message.</summary>
    private static (CommittedBurst? Ran, string Kind, string Message) Attempt(LoadedInstance loaded, DateTimeOffset now)
    {
        BurstResult result;
        try
        {
            result = Burst.Run(loaded.Head, loaded.State, loaded.Events, loaded.Facts, now);
        }
        catch (JsonException e)
        {
            return (null, Unreadable.State, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Not an activity's failure, those are taken inside: what is stored cannot be run. The others of the batch go on.
            return (null, "BurstFailed", e.Message);
        }

        var json = result.State.ToUtf8();
        if (json.Length > MaximumStateBytes)
            return (null, "StateTooLarge", $"The state would take more than {MaximumStateBytes / 1024} kB; nothing of this step was kept.");
        if (StorableText.HasNul(json) || !IsStorable(result.Effects))
            return (null, "StateNotStorable", "The state, or what is sent to others, would hold the character U+0000; nothing of this step was kept.");
        return (new CommittedBurst(loaded, result, json), "", "");
    }

    /// <summary>Whether others can store what this burst gives them; else it is this one that stops, not they.</summary>
    private static bool IsStorable(Effects effects) =>
        effects.Children.All(c => StorableText.Holds(c.Input) && StorableText.Holds(c.Properties)) && effects.FanOuts.All(f => StorableText.Holds(f.Input))
        && effects.Events.All(e => StorableText.Holds(e.Payload));

    /// <summary>
    /// An instance whose commit fails for a reason of its own, in a transaction of its own: what was asked of it from outside is refused where that is to
    /// blame, as a burst refuses it; else the instance is stopped with an incident.
    /// </summary>
    private async Task<CommittedBurst?> SetAsideAsync(Guid instanceId, string reason, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await load.LockAsync(connection, instanceId, Patience, cancellation) is not [var loaded]) return null;
        var (now, why, committed) = (clock.Now(), reason, (CommittedBurst?)null);
        for (var less = RefusedAlteration.Less(loaded, why); committed is null && less is not null; less = RefusedAlteration.Less(less, why))
            (committed, why) = await TryAsync(less);
        if (committed is null) await WriteAsync(committed = StoppedInstance.Of(loaded, now, "CommitFailed", StorableText.Mended(reason)));
        await transaction.CommitAsync(cancellation);
        EngineMeter.Count([committed]);
        Tell([committed]);
        nudge.Now();
        return committed;

        Task WriteAsync(CommittedBurst burst) => commit.WriteAsync(connection, [burst], now, system.GetUtcNow(), [], cancellation);

        async Task<(CommittedBurst? Written, string Why)> TryAsync(LoadedInstance less)
        {
            var (ran, _, message) = Attempt(less, now);
            if (ran is null) return (null, message);
            await transaction.SaveAsync("before", cancellation);
            try
            {
                await WriteAsync(ran);
                return (ran, "");
            }
            catch (Exception e) when (!e.IsTransient() && e is not OperationCanceledException)
            {
                await transaction.RollbackAsync("before", cancellation);
                return (null, RefusedRows.Of(e));
            }
        }
    }

    /// <summary>Whether the pulses have something to do after this commit: events for other instances, waits that may be met already.</summary>
    private static bool LeavesWork(CommittedBurst burst, DateTimeOffset now) =>
        burst.Result.MustContinue || (burst.Loaded.Head.ParentId is not null && (burst.Ended || burst.Result.CameToRest || burst.Loaded.SubStatus == SubStatus.Faulted))
        || burst.Result.Effects is { Children.Count: > 0 } or { FanOuts.Count: > 0 } or { Events.Count: > 0 } or { Domain.Count: > 0 }
            or { CancelChildren: true } or { HeldReleased: true }
        || burst.Result.Effects.BookmarksAdded.Exists(b => b.Hash is not null || b.DueAt <= now);

    private void Tell(List<CommittedBurst> bursts)
    {
        foreach (var burst in bursts)
            foreach (var line in burst.Result.Effects.Lines)
                log.LogInformation("{Instance}: {Line}", burst.Id, line);
    }
}
