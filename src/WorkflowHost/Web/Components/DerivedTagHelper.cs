using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WorkflowHost.Web.Components;

/// <summary>
/// <c>&lt;derived&gt;Trên 200 người, nên phải tổ chức hội nghị đại biểu.&lt;/derived&gt;</c>: a consequence said beside its
/// cause instead of silently changing another field. It is announced when it changes.
/// </summary>
public sealed class DerivedTagHelper : TagHelper
{
    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "p";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "derived");
        output.Attributes.SetAttribute("role", "status");
    }
}
