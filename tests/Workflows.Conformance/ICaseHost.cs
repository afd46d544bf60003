using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>
/// A system that a case runs on, empty at first: <see cref="MemoryHost"/> carries effects from burst to burst itself, <see cref="DatabaseHost"/> is
/// the engine with its Runner on PostgreSQL. Every call returns when nothing is ready any more.
/// </summary>
public interface ICaseHost
{
    /// <summary>Mode of flowcharts that say none; null is the engine's default.</summary>
    string? FlowchartMode { get; set; }

    /// <summary>Everything written by WriteLine, in order.</summary>
    IReadOnlyList<string> Lines { get; }

    /// <summary>Imports a definition as the next version and publishes it if asked to; says why publishing was refused.</summary>
    /// <exception cref="DefinitionFormatException">It cannot be read.</exception>
    Task<CaseImport> ImportAsync(JsonObject document, bool publish);

    Task RetractAsync(string definitionId);

    /// <exception cref="InvalidOperationException">There is no such version.</exception>
    Task<Guid> StartAsync(CaseStart start);

    Task PublishAsync(PublishedEvent published);

    /// <summary>Answers a task of RunTask by its id.</summary>
    Task AnswerAsync(string taskId, JsonNode? result);

    Task TellAsync(Guid instance, string kind, JsonObject body);

    /// <summary>Lets business time pass; what falls due fires on the way.</summary>
    Task AdvanceAsync(TimeSpan by);

    /// <summary>All instances in the order of their creation.</summary>
    Task<IReadOnlyList<CaseInstance>> InstancesAsync();
}

/// <param name="Refusals">Why it was not published; empty: it was, if asked for.</param>
public sealed record CaseImport(Workflow Workflow, IReadOnlyList<string> Refusals);

/// <param name="Version">A number, Latest, or null for the published version.</param>
public sealed record CaseStart(
    string DefinitionId, string? Version, JsonObject? Input, JsonObject? Variables, JsonObject? Properties, string? CorrelationId, string? Name, string? TriggerActivityId);

/// <summary>What the system keeps of one instance.</summary>
public sealed record CaseInstance(
    Guid Id, Guid? ParentId, Workflow Workflow, InstanceState State, IReadOnlyList<JournalEntry> Journal, IReadOnlyList<AlterationOutcome> Alterations)
{
    /// <summary>When its waits began, counted over all instances; empty where the host does not know it.</summary>
    public IReadOnlyDictionary<string, int> Began { get; init; } = new Dictionary<string, int>();
}
