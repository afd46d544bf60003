namespace WorkflowEngine.Running;

/// <summary>How far the lanes of a run have claimed. One of them claims at a time, each behind the other, so that none probes what another holds.</summary>
public sealed class ReadyPlace : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private Guid _after;

    /// <summary>Claims behind the last claim; a batch that is rolled back is found again after <see cref="Restart"/>.</summary>
    /// <param name="claim">Locks what comes next behind an id, in the order of ids.</param>
    public async Task<List<T>> ClaimAsync<T>(Func<Guid, Task<List<T>>> claim, Func<T, Guid> idOf, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var claimed = await claim(_after);
            if (claimed.Count > 0) _after = claimed.Max(idOf);
            return claimed;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Restart() => _after = Guid.Empty;

    public void Dispose() => _turn.Dispose();
}
