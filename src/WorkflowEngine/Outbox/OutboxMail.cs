namespace WorkflowEngine.Outbox;

/// <summary>A queued row that one sender holds.</summary>
/// <param name="Address">Null: nobody knows where to send it.</param>
/// <param name="Name">Display name of the recipient, or null.</param>
/// <param name="Data">The snapshot it is rendered from (<see cref="MailKind"/>).</param>
/// <param name="Attempts">Failed attempts so far.</param>
/// <param name="PersonId">Who gets it; null: an address without an account.</param>
/// <param name="QueuedAt">Business time; the words are those in force then.</param>
public sealed record OutboxMail(Guid Id, string Kind, string? Address, string? Name, string Language, string Data, int Attempts, Guid? PersonId = null, DateTimeOffset QueuedAt = default)
{
    /// <summary>Where answers go: the address of the unit whose case the mail is about (its attribute <c>email</c>), as it is today; null: it has none, or the mail is about several cases.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The same for each attempt, so that a mail sent twice (a crash behind the server's "250") is recognised.</summary>
    public string MessageId(string domain) => $"<{Id:N}@{domain}>";
}
