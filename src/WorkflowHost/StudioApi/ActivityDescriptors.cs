using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>The catalog's activities as Studio's palette and inspector read them, in the language of the request.</summary>
public sealed class ActivityDescriptors(ActivityCatalog catalog)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> written = new();

    /// <summary>All of them, <c>{items, count}</c>; the catalog never changes, so each language is written once.</summary>
    public string All() => written.GetOrAdd(Language.Current.Code, _ =>
        StudioJson.List(catalog.All.OrderBy(a => a.Descriptor.TypeName, StringComparer.Ordinal).Select(a => Of(a.Descriptor))).ToJsonString(StudioJson.Options));

    /// <summary>One, or null when there is no such type.</summary>
    public JsonObject? Find(string typeName) => catalog.Find(typeName) is { } activity ? Of(activity.Descriptor) : null;

    private static JsonObject Of(ActivityDescriptor d)
    {
        var (texts, dot) = (d.Texts, d.TypeName.LastIndexOf('.'));
        return new JsonObject
        {
            ["typeName"] = d.TypeName,
            ["namespace"] = dot > 0 ? d.TypeName[..dot] : "",
            ["name"] = d.TypeName[(dot + 1)..],
            ["version"] = d.Version,
            ["category"] = Palette.Folder(texts.Category),
            ["displayName"] = InVietnamese ? texts.NameVi ?? Spaced(d.TypeName[(dot + 1)..]) : texts.NameEn ?? Spaced(d.TypeName[(dot + 1)..]),
            ["description"] = InVietnamese ? texts.TextVi : texts.TextEn,
            ["inputs"] = new JsonArray([.. d.Inputs.Select((input, order) => Of(d, input, order))]),
            ["outputs"] = new JsonArray([.. d.Outputs.Select((output, order) => Of(output, order))]),
            ["kind"] = texts.Kind,
            ["runAsynchronously"] = false,
            ["ports"] = new JsonArray([.. FlowPorts(d).Select(p => Port(p, "Flow")), .. texts.Ports.Where(IsSlot).Select(p => Port(Pascal(p), "Embedded"))]),
            ["customProperties"] = new JsonObject(),
            ["constructionProperties"] = new JsonObject(),
            ["isContainer"] = texts.IsContainer,
            ["isBrowsable"] = texts.IsBrowsable,
            ["isStart"] = texts.IsStart,
            ["isTerminal"] = texts.IsTerminal,
        };
    }

    private static JsonObject Of(ActivityDescriptor activity, Input input, int order)
    {
        var typeName = input.TypeName ?? TypeAliases.Of(input.Type);
        return new JsonObject
        {
            ["name"] = input.Name,
            ["typeName"] = typeName,
            ["displayName"] = (InVietnamese ? input.LabelVi : input.LabelEn) ?? Spaced(input.Name),
            ["description"] = InVietnamese ? input.HintVi : input.HintEn,
            ["order"] = order,
            ["isBrowsable"] = true,
            ["isSynthetic"] = false,
            ["isWrapped"] = input.IsWrapped,
            ["uiHint"] = typeName == "Boolean" && input.UiHint == "singleline" ? "checkbox" : input.UiHint,
            ["category"] = input.Category,
            ["defaultValue"] = input.Default is null ? null : JsonSerializer.SerializeToNode(input.Default),
            ["defaultSyntax"] = Palette.Syntax(activity.TypeName, input),
            ["isReadOnly"] = false,
            ["isSensitive"] = input.IsSensitive,
            ["isSerializable"] = true,
            ["autoEvaluate"] = input.AutoEvaluate,
            ["uiSpecifications"] = Palette.Specification(activity.TypeName, input),
        };
    }

    private static JsonObject Of(Output output, int order) => new()
    {
        ["name"] = output.Name,
        ["typeName"] = output.TypeName,
        ["displayName"] = (InVietnamese ? output.LabelVi : output.LabelEn) ?? Spaced(output.Name),
        ["description"] = null,
        ["order"] = order,
        ["isBrowsable"] = true,
        ["isSynthetic"] = false,
    };

    /// <summary>An activity that names no outcomes ends with Done; where the designer draws the outcomes, Studio reads them from the input.</summary>
    private static string[] FlowPorts(ActivityDescriptor d) =>
        d.Texts.Outcomes.Length > 0 ? d.Texts.Outcomes
        : d.Texts.IsTerminal || d.Texts.IsContainer || d.Inputs.Any(i => i.UiHint == "dynamic-outcomes") ? []
        : ["Done"];

    /// <summary>Lists of activities (a container's, a switch's cases) are drawn by Studio itself.</summary>
    private static bool IsSlot(string port) => port is not ("activities" or "cases" or "branches") && !port.Contains('[', StringComparison.Ordinal);

    private static JsonObject Port(string name, string type) => new()
    {
        ["name"] = name,
        ["displayName"] = Palette.PortName(name),
        ["type"] = type,
        ["isBrowsable"] = true,
    };

    private static bool InVietnamese => Language.Current == Language.Vietnamese;

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>WriteLine to "Write line".</summary>
    private static string Spaced(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) && !char.IsUpper(name[i - 1]) ? " " + char.ToLowerInvariant(c) : c.ToString()));
}
