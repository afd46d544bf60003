namespace WorkflowEngine.Outbox;

/// <summary>
/// Which mails an outbox permission covers: those to people who hold a role in the permitted subtree, and those about its tasks or its plans.
/// The condition stands in each statement that needs it, with <c>o</c> the mail and <c>$1</c> the permitted paths.
/// </summary>
internal static class OutboxReach
{
    /// <summary>Paths of an actor; the engine itself reaches everything.</summary>
    public static string[] Of(Organisation.Actor actor) => actor.IsSystem ? ["/"] : actor.PathsWith(Organisation.Permission.Outbox);
}
