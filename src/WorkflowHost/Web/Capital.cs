namespace WorkflowHost.Web;

/// <summary>Words that are put together and stand alone begin as a sentence does.</summary>
public static class Capital
{
    /// <summary>The text with its first letter in upper case; one that begins with something else stays.</summary>
    public static string First(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 || !char.IsLower(text[0]) ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }
}
