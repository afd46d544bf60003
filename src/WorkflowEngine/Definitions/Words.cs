using System.Text.RegularExpressions;

namespace WorkflowEngine.Definitions;

/// <summary>Names in other spellings, as Elsa derives JSON members, activity types and memory ids from them.</summary>
public static partial class Words
{
    /// <summary><c>Purchase approval</c> to <c>PurchaseApproval</c>: the activity type of a composite with this name.</summary>
    public static string Pascal(string name) => WordStart().Replace(name, m => m.Groups[1].Value.ToUpperInvariant());

    /// <summary><c>Total sum</c> to <c>totalSum</c>: the member of a composite's input or output with this name.</summary>
    public static string Camel(string name)
    {
        var pascal = Pascal(name);
        return pascal.Length == 0 ? pascal : char.ToLowerInvariant(pascal[0]) + pascal[1..];
    }

    /// <summary>The name behind a member: of those that a composite declares, else as the class of an activity spells it.</summary>
    public static string Declared(IEnumerable<string>? names, string member) => names?.FirstOrDefault(n => Camel(n) == member) ?? Pascal(member);

    /// <summary><c>CurrentValue</c> to <c>current-value</c>.</summary>
    public static string Kebab(string name) => string.Join('-', Word().Matches(name).Select(m => m.Value.ToLowerInvariant()));

    [GeneratedRegex(@"(?:[ _-]+|^)([a-zA-Z])")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\p{Lu}?\p{Ll}+|[0-9]+\p{Ll}*|\p{Lu}+(?=\p{Lu}\p{Ll}|[0-9]|\b|_)|\p{Lo}+|\p{Lu}")]
    private static partial Regex Word();
}
