using WorkflowEngine.Requests;

namespace WorkflowHost.Endpoints;

/// <summary>
/// Paths of endpoints that anybody may call, from <c>Workflows:OpenEndpoints</c>: as definitions write them, separated by commas or blanks, <c>/*</c>
/// behind one for all below it. None without the setting: then every caller signs in, whatever a definition says.
/// </summary>
public sealed class OpenEndpoints
{
    private readonly (string Shape, bool AllBelow)[] _open;

    /// <exception cref="InvalidOperationException">An entry cannot be read: a start with half a rule is worse than none.</exception>
    public OpenEndpoints(string? setting) =>
        _open = [.. (setting ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Entry)];

    /// <summary>Whether an endpoint with this path may be called by anybody, as far as the installation goes.</summary>
    public bool Has(string path) =>
        EndpointPath.Read(path).Path is { Shape: var shape } && Array.Exists(_open, o => o.AllBelow ? shape.StartsWith(o.Shape + '/', StringComparison.Ordinal) : shape == o.Shape);

    private static (string, bool) Entry(string text)
    {
        var allBelow = text.EndsWith("/*", StringComparison.Ordinal);
        return EndpointPath.Read(allBelow ? text[..^2] : text) is { Path: { } path }
            ? (path.Shape, allBelow)
            : throw new InvalidOperationException($"Workflows:OpenEndpoints: '{text}' is no path like dang-ky, don/{{ma}} or y-kien/*.");
    }
}
