using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace WorkflowHost.Web.Components;

/// <summary>What has to be corrected, on top of the form with a link to each field; focus moves there.</summary>
/// <param name="Items">In the order of the form.</param>
/// <param name="Heading">Null takes "Còn n chỗ cần sửa".</param>
/// <param name="TakesFocus">Off only where several stand on a page.</param>
public sealed record ErrorSummary(IReadOnlyList<ErrorSummary.Item> Items, string? Heading = null, bool TakesFocus = true)
{
    /// <summary>The summary of a page's model state; empty when it is valid.</summary>
    public static ErrorSummary From(ModelStateDictionary state, string? heading = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new ErrorSummary(
            [.. state.SelectMany(field => field.Value!.Errors.Select(error => new Item(field.Key, error.ErrorMessage)))], heading);
    }

    /// <summary>The id that the field with this name has on the page.</summary>
    public static string IdOf(string name) => TagBuilder.CreateSanitizedId(name, "_");

    /// <summary>One error.</summary>
    /// <param name="Field">The field's name; empty for what belongs to no field.</param>
    /// <param name="Message">Short: "Số đại biểu: 230 vượt mức 200".</param>
    public sealed record Item(string Field, string Message);
}
