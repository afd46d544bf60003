namespace WorkflowHost.Web;

/// <summary>Reads what others send: whatever they say of its size, only the bytes that come count.</summary>
internal static class BoundedBody
{
    /// <summary>All bytes; null: there are more than <paramref name="largest"/>, and no more than a buffer beyond that was read.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, long largest, CancellationToken stop)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            if (copy.Length + read > largest) return null;
            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }
}
