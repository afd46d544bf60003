namespace WorkflowHost.Demo;

/// <summary>A mail that the catcher took, decoded for people and tests.</summary>
public sealed record CaughtMail
{
    /// <summary>The envelope's recipients, as RCPT named them.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The From header with its name decoded; the envelope's sender when there is none.</summary>
    public required string From { get; init; }

    public required string Subject { get; init; }

    /// <summary>The plain text part, lines ended by LF; empty when there is none.</summary>
    public required string Text { get; init; }

    /// <summary>The HTML twin, or null.</summary>
    public required string? Html { get; init; }

    /// <summary>Business time at which the mail was taken.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>With its angle brackets; empty when there is none.</summary>
    public required string MessageId { get; init; }

    /// <summary>Every header in order, unfolded and decoded.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The message as it came over the wire, without the dots that SMTP adds.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The first header of that name, or null.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
