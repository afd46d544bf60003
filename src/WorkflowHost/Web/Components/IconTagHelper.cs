using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WorkflowHost.Web.Components;

/// <summary><c>&lt;icon name="check" /&gt;</c>: an inline picture from <see cref="Icons"/>.</summary>
public sealed class IconTagHelper : TagHelper
{
    /// <summary>A name of <see cref="Icons"/>.</summary>
    public required string Name { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        output.Content.SetHtmlContent(Icons.Svg(Name));
    }
}
