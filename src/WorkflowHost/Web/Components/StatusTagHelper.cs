using Microsoft.AspNetCore.Razor.TagHelpers;

namespace WorkflowHost.Web.Components;

/// <summary><c>&lt;status kind="Overdue"&gt;Quá hạn 8 ngày&lt;/status&gt;</c>: icon and word, colour last.</summary>
public sealed class StatusTagHelper : TagHelper
{
    /// <summary>Chooses icon and colour.</summary>
    public required StatusKind Kind { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var (look, icon) = Kind switch
        {
            StatusKind.Done => ("is-done", "check"),
            StatusKind.Soon => ("is-soon", "clock"),
            StatusKind.Overdue => ("is-overdue", "alert"),
            StatusKind.Waiting => ("is-waiting", "hourglass"),
            _ => ("is-none", "dash"),
        };
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"status {look}");
        output.PreContent.SetHtmlContent(Icons.Svg(icon) + "<span>");
        output.PostContent.SetHtmlContent("</span>");
    }
}
