namespace WorkflowHost.Identity;

/// <summary>Somebody who can sign in: a row of <c>person</c>. What they may do is role assignments, elsewhere.</summary>
public sealed class Person
{
    /// <summary>Key; kept for ever, the journal names it.</summary>
    public Guid Id { get; init; }

    /// <summary>What is typed at the sign-in.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The user name as Identity compares it (upper case).</summary>
    public string NormalizedUserName { get; set; } = "";

    /// <summary>How others read it.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Where mail goes; may be a department's shared box.</summary>
    public string? Email { get; set; }

    /// <summary>"vi" or "en".</summary>
    public string Language { get; set; } = "vi";

    /// <summary>Null until a password is set; then nobody can sign in with one.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes with the password; ends every session and token made before.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Wrong passwords in a row.</summary>
    public int AccessFailedCount { get; set; }

    /// <summary>Until when no password is accepted, on the system clock.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>Off ends every session within a minute and refuses new ones.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The password was set by somebody else: it opens nothing but the page that changes it.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>Business time of creation.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The stamp the row had when it was read: an update of a row that changed meanwhile is refused.</summary>
    internal string StoredStamp { get; set; } = "";
}
