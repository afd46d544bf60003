namespace Workflows.EndToEnd;

/// <summary>
/// A designer's desk: one window in which Studio stays loaded from test to test, as it does for a person. Each test goes on to a screen of its own,
/// and Studio then makes that screen anew; starting the runtime is by far the dearest thing that these tests do.
/// </summary>
public sealed class StudioDesk : IAsyncLifetime
{
    private Visit? _designer;

    public Browser Browser { get; } = new();

    public Task InitializeAsync() => Browser.InitializeAsync();

    /// <summary>The designer's window with nothing held against it; a new one where Studio broke in the last.</summary>
    public async Task<Visit> SitDownAsync()
    {
        if (_designer is not null && !await _designer.Page.Locator("#blazor-error-ui").IsVisibleAsync())
        {
            _designer.Forgive();
            return _designer;
        }

        if (_designer is not null) await _designer.DisposeAsync();
        return _designer = await Browser.SignInAsync("thietke");
    }

    public async Task DisposeAsync()
    {
        if (_designer is not null) await _designer.DisposeAsync();
        await Browser.DisposeAsync();
    }
}

/// <summary>Tests at the same desk, one after the other.</summary>
[CollectionDefinition("at the designer's desk")]
public sealed class AtTheDesk : ICollectionFixture<StudioDesk>;
