using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>A role in a sentence: Vietnamese writes titles as they are, English "the vice-chair".</summary>
public static class RoleNames
{
    /// <summary>Within a sentence.</summary>
    public static string Within(Text role) => Said(role, "the ");

    /// <summary>At its beginning.</summary>
    public static string First(Text role) => Said(role, "The ");

    private static string Said(Text role, string article)
    {
        ArgumentNullException.ThrowIfNull(role);
        var name = Language.Say(role);
        if (Language.Current != Language.English || role.En is not { Length: > 1 }) return name;
        return article + (char.IsUpper(name[1]) ? name : char.ToLowerInvariant(name[0]) + name[1..]);
    }
}
