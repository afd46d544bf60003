using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WorkflowEngine.Deadlines;
using Text = WorkflowEngine.Tasks.Text;

namespace WorkflowHost.Web;

/// <summary>One of the two languages of the screens. The request's language travels in <see cref="CultureInfo.CurrentUICulture"/>.</summary>
public sealed class Language
{
    /// <summary>Vietnamese, the language of everything that does not say otherwise.</summary>
    public static readonly Language Vietnamese = new("vi", "vi-VN", "Tiếng Việt");

    /// <summary>English, with day-first dates.</summary>
    public static readonly Language English = new("en", "en-GB", "English");

    private Language(string code, string culture, string name)
    {
        Code = code;
        Name = name;
        Culture = CultureInfo.GetCultureInfo(culture);
    }

    /// <summary>"vi" or "en", as stored in <c>person.language</c> and in the cookie.</summary>
    public string Code { get; }

    /// <summary>What the language calls itself.</summary>
    public string Name { get; }

    /// <summary>How numbers and form values are written in it.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The other one, for the switch.</summary>
    public Language Other => this == Vietnamese ? English : Vietnamese;

    /// <summary>The language of this request; Vietnamese outside one.</summary>
    public static Language Current =>
        CultureInfo.CurrentUICulture.Equals(English.Culture)
            ? English
            : Vietnamese;

    /// <summary>What a sentence of ours says in the language of this request.</summary>
    public static string Say(Bilingual text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Say(text.Vi, text.En);
    }

    /// <summary>What a text of a definition, a form or a role says in the language of this request; Vietnamese where it has no English. Null for none.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Say(Text? text) => text?.In(Current.Code);

    /// <summary>The one of the two that is in the language of this request.</summary>
    public static string Say(string vi, string en) => Current == English ? en : vi;

    /// <summary>The language with this code, or null for anything else.</summary>
    public static Language? Find(string? code) => code switch
    {
        "vi" => Vietnamese,
        "en" => English,
        _ => null,
    };
}
