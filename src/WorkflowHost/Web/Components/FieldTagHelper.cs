using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WorkflowHost.Web.Components;

/// <summary>
/// A field of a form: label, hint, error, input, in this order (design §5). Without content it writes the input itself;
/// content replaces it and takes its id (<see cref="ErrorSummary.IdOf"/>) and <see cref="DescribedBy"/>. With
/// <c>group</c> it is a fieldset whose content are radio buttons or boxes. What follows the input goes into
/// <c>&lt;derived&gt;</c> or <c>&lt;p class="after"&gt;</c> behind the field.
/// </summary>
/// <example><c>&lt;field name="delegates" label="Số đại biểu dự kiến" hint="Tối đa 200 đại biểu" width="6" inputmode="numeric" value="230" /&gt;</c></example>
[HtmlTargetElement("field", Attributes = "name,label")]
public sealed class FieldTagHelper(HtmlEncoder encoder, Texts texts) : TagHelper
{
    /// <summary>Where errors of this field are found when none is given.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext View { get; set; }

    /// <summary>The name it is posted under.</summary>
    public required string Name { get; set; }

    /// <summary>Always visible, never a placeholder.</summary>
    public required string Label { get; set; }

    /// <summary>What to enter, where it is not plain.</summary>
    public string? Hint { get; set; }

    /// <summary>The limit that is broken and the way out. Null takes the page's model state.</summary>
    public string? Error { get; set; }

    /// <summary>What stands in it.</summary>
    public string? Value { get; set; }

    /// <summary>The kind of input; <c>textarea</c> for several lines.</summary>
    public string Type { get; set; } = "text";

    /// <summary>How many characters the answer has (4, 6, 10, 20); null fills the column.</summary>
    public int? Width { get; set; }

    /// <summary>A fieldset with a legend; the content are the choices.</summary>
    public bool Group { get; set; }

    /// <summary>May be left empty, and its label says so; what is not marked has to be filled in.</summary>
    public bool Optional { get; set; }

    /// <summary>What stands behind the label of a field that only some cases ask for, in place of "không bắt buộc".</summary>
    public string? Needed { get; set; }

    /// <summary>The ids of hint and error, for an input of one's own.</summary>
    public static string DescribedBy(string name, bool hint, bool error)
    {
        var id = ErrorSummary.IdOf(name);
        return string.Join(' ', new[] { hint ? id + "-hint" : "", error ? id + "-error" : "" }.Where(part => part.Length > 0));
    }

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var id = ErrorSummary.IdOf(Name);
        // An attribute whose expression is null comes as an empty text.
        (Hint, Error, Needed) = (NullIfEmpty(Hint), NullIfEmpty(Error), NullIfEmpty(Needed));
        Error ??= View.ViewData.ModelState.TryGetValue(Name, out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : null;
        var content = (await output.GetChildContentAsync()).GetContent();
        var described = DescribedBy(Name, Hint is not null, Error is not null);

        var passed = output.Attributes.ToList();
        output.Attributes.Clear();
        output.TagName = Group ? "fieldset" : "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Error is null ? "field" : "field has-error");
        if (Group && described.Length > 0)
        {
            output.Attributes.SetAttribute("aria-describedby", described);
        }
        if (Group)
        {
            output.Attributes.SetAttribute("id", id);
            output.Attributes.SetAttribute("tabindex", "-1");
        }

        var label = new TagBuilder(Group ? "legend" : "label");
        label.InnerHtml.Append(Nbsp.Bind(Label));
        if (!Group)
        {
            label.Attributes["for"] = id;
        }
        if (Needed is not null || Optional)
        {
            label.InnerHtml.AppendHtml($" <span class=\"optional\">({encoder.Encode(Needed ?? texts["shell.optional"])})</span>");
        }
        output.Content.AppendHtml(label);
        if (Hint is not null)
        {
            output.Content.AppendHtml($"<p class=\"hint\" id=\"{id}-hint\">{encoder.Encode(Nbsp.Bind(Hint))}</p>");
        }
        if (Error is not null)
        {
            output.Content.AppendHtml($"<p class=\"error\" id=\"{id}-error\">{Icons.Svg("error")} {encoder.Encode(Nbsp.Bind(Error))}</p>");
        }
        if (string.IsNullOrWhiteSpace(content))
        {
            output.Content.AppendHtml(Input(id, described, passed));
        }
        else
        {
            output.Content.AppendHtml(content);
        }
    }

    private TagBuilder Input(string id, string described, List<TagHelperAttribute> passed)
    {
        var lines = Type == "textarea";
        var input = new TagBuilder(lines ? "textarea" : "input") { TagRenderMode = lines ? TagRenderMode.Normal : TagRenderMode.SelfClosing };
        foreach (var attribute in passed)
        {
            input.Attributes[attribute.Name] = attribute.Value?.ToString() ?? "";
        }
        input.Attributes["id"] = id;
        input.Attributes["name"] = Name;
        if (described.Length > 0)
        {
            input.Attributes["aria-describedby"] = described;
        }
        if (Error is not null)
        {
            input.Attributes["aria-invalid"] = "true";
        }
        input.AddCssClass(Width is { } width ? "input w" + width.ToString(CultureInfo.InvariantCulture) : "input");
        if (lines)
        {
            input.InnerHtml.Append(Value ?? "");
        }
        else
        {
            input.Attributes["type"] = Type;
            if (Value is not null)
            {
                input.Attributes["value"] = Value;
            }
        }
        return input;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
