using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's descriptors, which Studio reads before it can show anything: <c>/elsa/api/descriptors/…</c>, features and version.</summary>
public static class DescriptorsApi
{
    /// <summary>Elsa's version that this contract was measured against.</summary>
    public const string ElsaVersion = "3.8.2";

    private static readonly string[] VariableTypes =
    [
        "Object", "String", "Boolean", "Int32", "Int64", "Single", "Double", "Decimal", "Guid", "DateTime", "DateTimeOffset", "TimeSpan", "JSON", "JsonElement",
        "JsonNode", "JsonObject", "JsonArray", "StringDictionary", "ObjectDictionary", "ByteArray",
    ];

    /// <summary>Adds the endpoints.</summary>
    public static void MapDescriptorsApi(this IEndpointRouteBuilder routes)
    {
        var descriptors = routes.MapStudioGroup("/descriptors");
        descriptors.MapGet("/activities", async (HttpContext http, RequestActor who, ActivityDescriptors activities, CancellationToken stop) => Tagged(http, await activities.AllAsync(who.Actor, who.Now, stop)))
            .WithName("ElsaActivityDescriptors").WithSummary("All activity types");
        descriptors.MapGet("/activities/{typeName}", async (string typeName, RequestActor who, ActivityDescriptors activities, CancellationToken stop) =>
            await activities.FindAsync(typeName, who.Actor, who.Now, stop) is { } found ? StudioJson.Answer(found) : StudioJson.Gone()).WithName("ElsaActivityDescriptor").WithSummary("One activity type");
        descriptors.MapPost("/activities/{typeName}/options/{property}", InputOptions.AnswerAsync).WithName("ElsaInputOptions").WithSummary("The choices of an input, as they are now");
        descriptors.MapGet("/expression-descriptors", () => StudioJson.Answer(StudioJson.List(Expressions()))).WithName("ElsaExpressionDescriptors").WithSummary("Syntaxes of inputs");
        descriptors.MapGet("/variables", () => StudioJson.Answer(new JsonObject { ["items"] = new JsonArray([.. VariableTypes.Select(VariableType)]) }))
            .WithName("ElsaVariableDescriptors").WithSummary("Types of variables");
        descriptors.MapGet("/storage-drivers", () => StudioJson.Answer(new JsonObject
        {
            ["items"] = new JsonArray(
                new JsonObject { ["typeName"] = "WorkflowInstanceStorageDriver", ["displayName"] = Language.Say("Lưu cùng lượt chạy", "Workflow instance"), ["priority"] = 5, ["deprecated"] = false },
                new JsonObject { ["typeName"] = "MemoryStorageDriver", ["displayName"] = Language.Say("Bộ nhớ", "Memory"), ["priority"] = 0, ["deprecated"] = false }),
        })).WithName("ElsaStorageDrivers").WithSummary("Where variables are kept");
        Fixed(descriptors, "/workflow-activation-strategies", "ElsaActivationStrategies", "When another instance may start",
            ("AllowAlwaysStrategy", "Luôn cho chạy", "Always"), ("SingletonStrategy", "Mỗi lúc một lượt", "Singleton"),
            ("CorrelationStrategy", "Mỗi mã liên hệ một lượt", "Correlation"), ("CorrelatedSingletonStrategy", "Mỗi định nghĩa và mã liên hệ một lượt", "Correlated singleton"));
        Fixed(descriptors, "/incident-strategies", "ElsaIncidentStrategies", "What follows a failure",
            ("FaultStrategy", "Dừng lượt chạy", "Fault"), ("ContinueWithIncidentsStrategy", "Các nhánh khác đi tiếp", "Continue with incidents"));
        Fixed(descriptors, "/log-persistence-strategies", "ElsaLogStrategies", "What the journal keeps of inputs and outputs: all",
            ("Inherit", "Theo quy trình", "Inherit"), ("Include", "Giữ", "Include"));
        // A burst is one commit here: no strategy to choose, so both lists are empty.
        descriptors.MapGet("/commit-strategies/workflows", () => StudioJson.Answer(StudioJson.List([]))).WithName("ElsaCommitStrategies").WithSummary("Empty: a burst is one commit");
        descriptors.MapGet("/commit-strategies/activities", () => StudioJson.Answer(StudioJson.List([]))).WithName("ElsaActivityCommitStrategies").WithSummary("Empty: a burst is one commit");
        descriptors.MapGet("/output-converters", () => StudioJson.Answer(StudioJson.List([]))).WithName("ElsaOutputConverters").WithSummary("Empty: values are converted as their types say");

        var features = routes.MapStudioGroup("/features/installed");
        features.MapGet("", () => StudioJson.Answer(StudioJson.List([RealTime()]))).WithName("ElsaFeatures").WithSummary("What Studio may use beside the contract");
        features.MapGet("/{fullName}", (string fullName) => fullName == "Elsa.RealTimeWorkflowUpdates" ? StudioJson.Answer(RealTime()) : StudioJson.Gone())
            .WithName("ElsaFeature").WithSummary("One feature");
        routes.MapStudioGroup("/package").MapGet("/version", () => StudioJson.Answer(new JsonObject { ["packageVersion"] = ElsaVersion }))
            .WithName("ElsaPackageVersion").WithSummary("The version of Elsa this contract was measured against");
    }

    /// <summary>Studio reads the descriptors after every save: the browser keeps them, and hears 304 while they are the same.</summary>
    private static IResult Tagged(HttpContext http, string json)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(json);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"");
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Cookie, Authorization, Accept-Language";
        return Results.Bytes(bytes, "application/json; charset=utf-8", entityTag: tag);
    }

    private static void Fixed(RouteGroupBuilder group, string path, string name, string summary, params (string Type, string Vi, string En)[] items) =>
        group.MapGet(path, () => StudioJson.Answer(StudioJson.List(items.Select(i => new JsonObject
        {
            ["displayName"] = Language.Say(i.Vi, i.En),
            ["description"] = "",
            ["typeName"] = i.Type,
        })))).WithName(name).WithSummary(summary);

    private static IEnumerable<JsonObject> Expressions()
    {
        yield return Expression("Literal", Language.Say("Văn bản", "Literal"), false, null);
        yield return Expression("Object", Language.Say("Đối tượng", "Object"), false, null);
        yield return Expression("Json", "JSON", false, "json");
        yield return Expression("Variable", Language.Say("Biến", "Variable"), true, null);
        yield return Expression("Input", Language.Say("Đầu vào", "Input"), true, null);
        yield return Expression("JavaScript", "JavaScript", true, "javascript");
    }

    private static JsonObject Expression(string type, string name, bool browsable, string? language) => new()
    {
        ["type"] = type,
        ["displayName"] = name,
        ["isSerializable"] = true,
        ["isBrowsable"] = browsable,
        ["properties"] = language is null ? [] : new JsonObject { ["monacoLanguage"] = language },
    };

    private static JsonObject VariableType(string type) => new()
    {
        ["typeName"] = type,
        ["displayName"] = type,
        ["category"] = Language.Say("Kiểu dữ liệu", "Types"),
    };

    private static JsonObject RealTime() => new()
    {
        ["name"] = "RealTimeWorkflowUpdates",
        ["namespace"] = "Elsa",
        ["fullName"] = "Elsa.RealTimeWorkflowUpdates",
        ["displayName"] = "Real time",
        ["description"] = "",
    };
}
