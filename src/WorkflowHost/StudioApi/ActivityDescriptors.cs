using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>The catalog's activities and the definitions usable as activities, as Studio's palette and inspector read them, in the language of the request.</summary>
public sealed class ActivityDescriptors(ActivityCatalog catalog, DefinitionQueries definitions, DefinitionLibrary library, ReadDesignWorld world)
{
    /// <summary>All of them as JSON text, <c>{items, count}</c>, with the choices of their inputs as they are now for this actor.</summary>
    public async Task<string> AllAsync(Actor actor, DateTimeOffset now, CancellationToken stop)
    {
        var choices = await world.ChoicesAsync(actor, now, stop);
        var known = string.Join(',', catalog.All.OrderBy(a => a.Descriptor.TypeName, StringComparer.Ordinal).Select(a => Of(a.Descriptor, choices).ToJsonString(StudioJson.Options)));
        var composites = new List<string>();
        foreach (var row in await definitions.CompositesAsync(null, stop))
            if (await OfAsync(row, stop) is { } composite) composites.Add(composite.ToJsonString(StudioJson.Options));
        return $$"""{"items":[{{string.Join(',', composites.Prepend(known))}}],"count":{{catalog.All.Count() + composites.Count}}}""";
    }

    /// <summary>One, or null when there is no such type.</summary>
    public async Task<JsonObject?> FindAsync(string typeName, Actor actor, DateTimeOffset now, CancellationToken stop)
    {
        if (catalog.Find(typeName) is { } activity) return Of(activity.Descriptor, await world.ChoicesAsync(actor, now, stop));
        return await definitions.CompositesAsync(typeName, stop) is [var row, ..] ? await OfAsync(row, stop) : null;
    }

    /// <summary>
    /// A version that stands as an activity; null when it can no longer be read. Only the published one is offered, older ones are there so that
    /// what names them is shown right.
    /// </summary>
    private async Task<JsonObject?> OfAsync(DefinitionRow row, CancellationToken stop)
    {
        Workflow workflow;
        try
        {
            workflow = (await library.ReadAsync(row.Document, null, stop)).Workflow;
        }
        catch (DefinitionFormatException)
        {
            return null;
        }

        var type = DefinitionLibrary.ActivityType(workflow)!;
        return new JsonObject
        {
            ["typeName"] = type,
            ["namespace"] = "",
            ["name"] = type,
            ["version"] = row.Version,
            ["category"] = workflow.Options.ActivityCategory is { Length: > 0 } category ? Palette.Folder(category) : Palette.Folder("Composition"),
            ["displayName"] = row.Name,
            ["description"] = workflow.Description,
            ["inputs"] = new JsonArray([.. workflow.Inputs.Select((input, order) => new JsonObject
            {
                ["name"] = Words.Camel(input.Name),
                ["typeName"] = input.Type,
                ["displayName"] = input.DisplayName is { Length: > 0 } name ? name : input.Name,
                ["description"] = input.Description,
                ["order"] = order,
                ["isBrowsable"] = true,
                ["isSynthetic"] = true,
                ["isWrapped"] = true,
                ["uiHint"] = input.UiHint is { Length: > 0 } hint ? hint : "singleline",
                ["category"] = input.Category is { Length: > 0 } tab ? tab : null,
                ["isReadOnly"] = false,
                ["isSensitive"] = false,
                ["isSerializable"] = true,
                ["autoEvaluate"] = true,
                ["uiSpecifications"] = new JsonObject(),
            })]),
            ["outputs"] = new JsonArray([.. workflow.Outputs.Select((output, order) => new JsonObject
            {
                ["name"] = Words.Camel(output.Name),
                ["typeName"] = output.Type,
                ["displayName"] = output.DisplayName is { Length: > 0 } name ? name : output.Name,
                ["description"] = output.Description,
                ["order"] = order,
                ["isBrowsable"] = true,
                ["isSynthetic"] = true,
            })]),
            ["kind"] = "Action",
            ["runAsynchronously"] = false,
            ["ports"] = new JsonArray([.. workflow.Outcomes.OfType<string>().DefaultIfEmpty("Done").Select(o => Port(o, "Flow"))]),
            ["customProperties"] = new JsonObject { ["RootType"] = "WorkflowDefinitionActivity" },
            // Put into each new activity of this type: it names the version it was drawn with.
            ["constructionProperties"] = new JsonObject
            {
                ["workflowDefinitionId"] = row.DefinitionId,
                ["workflowDefinitionVersionId"] = row.Id,
                ["latestAvailablePublishedVersion"] = row.Version,
                ["latestAvailablePublishedVersionId"] = row.Id,
            },
            ["isContainer"] = false,
            ["isBrowsable"] = row.IsPublished,
            ["isStart"] = false,
            ["isTerminal"] = false,
        };
    }

    private static JsonObject Of(ActivityDescriptor d, DesignWorld choices)
    {
        var (texts, dot) = (d.Texts, d.TypeName.LastIndexOf('.'));
        return new JsonObject
        {
            ["typeName"] = d.TypeName,
            ["namespace"] = dot > 0 ? d.TypeName[..dot] : "",
            ["name"] = d.TypeName[(dot + 1)..],
            ["version"] = d.Version,
            ["category"] = Palette.Folder(texts.Category),
            ["displayName"] = (InVietnamese ? texts.NameVi : texts.NameEn) ?? Spaced(d.TypeName[(dot + 1)..]),
            ["description"] = InVietnamese ? texts.TextVi : texts.TextEn,
            ["inputs"] = new JsonArray([.. d.Inputs.Select((input, order) => Of(d, input, order, choices))]),
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

    private static JsonObject Of(ActivityDescriptor activity, Input input, int order, DesignWorld choices)
    {
        var typeName = input.TypeName ?? TypeAliases.Of(input.Type);
        return new JsonObject
        {
            ["name"] = input.Name,
            ["typeName"] = typeName,
            ["displayName"] = (InVietnamese ? input.LabelVi : input.LabelEn) ?? Spaced(input.Name),
            ["description"] = Palette.Description(activity.TypeName, input, choices),
            ["order"] = order,
            ["isBrowsable"] = true,
            ["isSynthetic"] = false,
            ["isWrapped"] = input.IsWrapped,
            ["uiHint"] = typeName == "Boolean" && input.UiHint == "singleline" ? "checkbox" : Palette.Hint(activity.TypeName, input, choices),
            ["category"] = input.Category,
            ["defaultValue"] = input.Default is null ? null : JsonSerializer.SerializeToNode(input.Default),
            ["defaultSyntax"] = Palette.Syntax(activity.TypeName, input),
            ["isReadOnly"] = false,
            ["isSensitive"] = input.IsSensitive,
            ["isSerializable"] = true,
            ["autoEvaluate"] = input.AutoEvaluate,
            ["uiSpecifications"] = Palette.Specification(activity.TypeName, input, choices),
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
