using System.Text;
using WorkflowEngine.Definitions;

namespace WorkflowHost.StudioApi;

/// <summary>What the code editor suggests: the functions and variables a script of this definition can use, as TypeScript declarations.</summary>
public static class ScriptTypesApi
{
    private const string Functions =
        """
        declare function getVariable(name: string): any;
        declare function setVariable(name: string, value: any): void;
        declare function getInput(name: string): any;
        declare function getOutputFrom(activityIdOrName: string, outputName?: string): any;
        declare function getLastResult(): any;
        declare function getWorkflowInstanceId(): string;
        declare function getWorkflowDefinitionId(): string;
        declare function getWorkflowDefinitionVersionId(): string;
        declare function getWorkflowDefinitionVersion(): number;
        declare function getCorrelationId(): string;
        declare function setCorrelationId(value: string): void;
        declare function getWorkflowInstanceName(): string;
        declare function setWorkflowInstanceName(value: string): void;
        declare function isNullOrEmpty(value: string): boolean;
        declare function isNullOrWhiteSpace(value: string): boolean;
        declare function toJson(value: any): string;
        declare function newGuidString(): string;
        declare function setOutcome(outcome: string): void;
        declare function setOutcomes(outcomes: string[]): void;

        """;

    /// <summary>Adds the endpoint.</summary>
    public static void MapScriptTypesApi(this IEndpointRouteBuilder routes) =>
        routes.MapStudioGroup("/scripting/javascript/type-definitions").MapPost("/{definitionId}", Declarations)
            .WithName("ElsaScriptTypes").WithSummary("TypeScript declarations for the code editor");

    private static async Task<IResult> Declarations(string definitionId, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (await queries.FindAsync(definitionId, "Latest", stop) is not { } row) return Results.Text(Functions, "text/plain", Encoding.UTF8);
        var (workflow, _) = await library.TryReadAsync(row.Id, row.Document, null, stop);
        var lines = new List<string> { Functions };
        var names = workflow.Nodes.SelectMany(n => n.Variables).Select(v => (v.Name, v.TypeName)).DistinctBy(v => v.Name).Where(v => IsName(v.Name)).ToList();
        foreach (var (name, type) in names)
            lines.AddRange($"declare function get{Pascal(name)}(): {Script(type)};", $"declare function set{Pascal(name)}(value: {Script(type)}): void;");
        foreach (var input in workflow.Inputs.Where(i => IsName(i.Name) && names.TrueForAll(v => Pascal(v.Name) != Pascal(i.Name))))
            lines.Add($"declare function get{Pascal(input.Name)}(): {Script(input.Type)};");
        lines.Add($"declare const variables: {{ {string.Join("; ", names.Select(v => $"{v.Name}: {Script(v.TypeName)}"))} }};");
        return Results.Text(string.Join('\n', lines), "text/plain", Encoding.UTF8);
    }

    private static string Script(string type) => type switch
    {
        "String" or "Guid" or "DateTimeOffset" or "DateTime" or "TimeSpan" => "string",
        "Boolean" => "boolean",
        "Int16" or "Int32" or "Int64" or "Single" or "Double" or "Decimal" => "number",
        _ => "any",
    };

    private static bool IsName(string name) => name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
