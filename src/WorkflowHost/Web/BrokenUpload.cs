namespace WorkflowHost.Web;

/// <summary>What the framework throws when a multipart body ends too early or is none: the sender's doing, no failure of ours.</summary>
internal static class BrokenUpload
{
    /// <summary>Most characters of a boundary (RFC 2046 5.1.1).</summary>
    public const int LongestBoundary = 70;

    /// <summary>Whether it was the body; one that is too large is refused elsewhere, as such.</summary>
    public static bool Is(Exception thrown) => thrown is InvalidDataException or IOException and not BadHttpRequestException;
}
