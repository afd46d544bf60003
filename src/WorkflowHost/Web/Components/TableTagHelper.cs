using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WorkflowHost.Web.Components;

/// <summary>
/// Writes the roles of tables out. On a phone a table's rows become blocks, and an element that is no longer laid out as a
/// table loses its meaning for screen readers unless the role says it.
/// </summary>
[HtmlTargetElement("table")]
[HtmlTargetElement("thead")]
[HtmlTargetElement("tbody")]
[HtmlTargetElement("tr")]
[HtmlTargetElement("th")]
[HtmlTargetElement("td")]
public sealed class TableTagHelper : TagHelper
{
    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Attributes.ContainsName("role"))
        {
            return;
        }
        var scope = output.Attributes["scope"]?.Value?.ToString();
        output.Attributes.SetAttribute("role", output.TagName switch
        {
            "table" => "table",
            "thead" or "tbody" => "rowgroup",
            "tr" => "row",
            "th" => scope is "row" or "rowgroup" ? "rowheader" : "columnheader",
            _ => "cell",
        });
    }
}
