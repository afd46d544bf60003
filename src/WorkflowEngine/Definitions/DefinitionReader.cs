using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>
/// Reads Elsa 3.8 definition documents, current and old shapes, into the immutable graph. Reading is pure: the same text, catalog and
/// composites give the same graph, and nothing of the document is ever loaded or run.
/// </summary>
/// <param name="catalog">The activity types there are.</param>
/// <param name="composites">
/// Finds a published definition that is usable as an activity: by version id if the reference has one that exists, else by type name and version
/// (the newest if that version is not there), else by definition id. It must not lead back to the definition being read.
/// </param>
public sealed class DefinitionReader(ActivityCatalog catalog, Func<CompositeReference, Composite?>? composites = null)
{
    /// <summary>The same reader with other composites.</summary>
    public DefinitionReader With(Func<CompositeReference, Composite?> others) => new(catalog, others);

    /// <inheritdoc cref="Read(string)"/>
    public ReadResult Read(JsonObject document) => Read(JsonMembers.TextOf(document));

    /// <summary>Reads a document.</summary>
    /// <exception cref="DefinitionFormatException">It is no definition, or larger or deeper than we take (4 MB, 200 levels).</exception>
    public ReadResult Read(string json) => Read(json, composites ?? (_ => null));

    /// <inheritdoc cref="Read(string)"/>
    internal ReadResult Read(string json, Func<CompositeReference, Composite?> composites)
    {
        var session = new ReadSession(catalog, composites);
        var document = DocumentScan.Parse(json, Place.Document);
        var place = Place.Document;
        var variables = VariableReader.ReadAll(document, place, session, false);
        var inputs = ArgumentReader.Inputs(document, place, session);
        var outputs = ArgumentReader.Outputs(document, place, session);
        var header = (
            Id: document.Text("id", place, session), DefinitionId: document.Text("definitionId", place, session),
            Version: Version(document, place, session), ToolVersion: ToolVersion(document, place, session),
            Name: document.Text("name", place, session), Description: document.Text("description", place, session),
            CreatedAt: CreatedAt(document, place, session), Options: Options(document, place, session), Outcomes: Outcomes(document, place, session),
            CustomProperties: document.Object("customProperties", place, session)?.DeepClone() as JsonObject,
            IsReadonly: document.GivenFlag("isReadonly", place, session), IsSystem: document.GivenFlag("isSystem", place, session),
            IsLatest: document.GivenFlag("isLatest", place, session), IsPublished: document.GivenFlag("isPublished", place, session));
        var root = document.Member("root") is { } given ? new ActivityReader(session).Read(given, place["root"]) : EmptyRoot(session);
        session.ThrowIfBroken();
        var top = new GraphBuilder(session).Build(root!, variables);
        return new ReadResult(
            new Workflow
            {
                Id = header.Id ?? "",
                DefinitionId = header.DefinitionId ?? "",
                Version = header.Version ?? 1,
                ToolVersion = header.ToolVersion,
                Name = header.Name?.Trim(),
                Description = header.Description?.Trim(),
                CreatedAt = header.CreatedAt,
                Variables = top.Variables,
                Inputs = inputs,
                Outputs = outputs,
                Outcomes = header.Outcomes,
                Options = header.Options,
                CustomProperties = header.CustomProperties ?? [],
                IsReadonly = header.IsReadonly ?? false,
                IsSystem = header.IsSystem ?? false,
                IsLatest = header.IsLatest ?? false,
                IsPublished = header.IsPublished ?? false,
                Root = top,
            },
            session.Warnings);
    }

    /// <summary>What Elsa puts in the place of a missing root, down to the trace of its importer.</summary>
    private static ActivityDraft? EmptyRoot(ReadSession session) => new ActivityReader(session).Read(
        new JsonObject { ["type"] = "Elsa.Sequence", ["version"] = 1, ["customProperties"] = new JsonObject { ["source"] = "WorkflowDefinitionImporter.cs:56" } },
        Place.Document["root"]);

    /// <summary>Elsa takes the document's version as text too; it counts nowhere, the store numbers versions itself.</summary>
    private static int? Version(JsonObject document, Place place, ReadSession session)
    {
        if (document.Member("version").AsText() is { } text && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var version)) return version;
        return document.GivenWhole("version", place, session);
    }

    private static string? ToolVersion(JsonObject document, Place place, ReadSession session)
    {
        if (document.Text("toolVersion", place, session) is not { } text) return null;
        if (!System.Version.TryParse(text, out _)) session.Problem(place["toolVersion"], "This is no version: 3.8.0.0.", "Đây không phải số phiên bản: 3.8.0.0.");
        return text;
    }

    private static DateTimeOffset? CreatedAt(JsonObject document, Place place, ReadSession session)
    {
        if (!document.Has("createdAt")) return null;
        var text = document.Text("createdAt", place, session) ?? "";
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        session.Problem(place["createdAt"], "This is no date and time.", "Đây không phải ngày giờ.");
        return null;
    }

    private static List<string?> Outcomes(JsonObject document, Place place, ReadSession session)
    {
        var outcomes = new List<string?>();
        foreach (var (item, at) in document.Items("outcomes", place, session))
            if (item is null || item.AsText() is not null) outcomes.Add(item.AsText());
            else session.ExpectText(at);
        return outcomes;
    }

    private static WorkflowOptions Options(JsonObject document, Place place, ReadSession session)
    {
        if (document.Object("options", place, session) is not { } json) return new WorkflowOptions();
        place = place["options"];
        return new WorkflowOptions
        {
            ActivationStrategyType = ShortName(json.Text("activationStrategyType", place, session)),
            UsableAsActivity = json.Flag("usableAsActivity", place, session),
            AutoUpdateConsumingWorkflows = json.GivenFlag("autoUpdateConsumingWorkflows", place, session),
            ActivityCategory = json.Text("activityCategory", place, session),
            IncidentStrategyType = IncidentStrategy(json.Text("incidentStrategyType", place, session), place["incidentStrategyType"], session),
            CommitStrategyName = json.Text("commitStrategyName", place, session),
        };
    }

    /// <summary><c>Elsa.…SingletonStrategy, Elsa.…</c> of old files to <c>SingletonStrategy</c>.</summary>
    private static string? ShortName(string? type)
    {
        if (string.IsNullOrWhiteSpace(type)) return null;
        var name = type.Split(',')[0].Trim();
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private static string? IncidentStrategy(string? type, Place place, ReadSession session)
    {
        if (type is null) return null;
        var alias = TypeAliases.Resolve(type);
        if (alias is "FaultStrategy" or "ContinueWithIncidentsStrategy") return alias;
        session.Problem(place, $"'{type}' is no known incident strategy.", $"Không có cách xử lý sự cố '{type}'.");
        return null;
    }
}
