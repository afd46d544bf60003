using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>The engine without a database: bursts are run and their effects carried on by <see cref="MemoryEngine"/>.</summary>
public sealed class MemoryHost : ICaseHost
{
    private readonly MemoryEngine _engine = new();

    public string? FlowchartMode { get => _engine.FlowchartMode; set => _engine.FlowchartMode = value; }

    public IReadOnlyList<string> Lines => _engine.Lines;

    public Task<CaseImport> ImportAsync(JsonObject document, bool publish) => Task.FromResult(_engine.Store(document, publish));

    public Task RetractAsync(string definitionId)
    {
        _engine.Retract(definitionId);
        return Task.CompletedTask;
    }

    public Task<Guid> StartAsync(CaseStart start) => Task.FromResult(_engine.Start(
        start.DefinitionId, start.Input, start.CorrelationId, start.Name, start.Properties, start.Variables, start.TriggerActivityId,
        start.Version switch { null => null, "Latest" => _engine.Latest(start.DefinitionId), var number => int.Parse(number, null) }).Id);

    public Task PublishAsync(PublishedEvent published)
    {
        _engine.Publish(published.Name, published.Payload, published.CorrelationId, published.InstanceId);
        return Task.CompletedTask;
    }

    public Task AnswerAsync(string taskId, JsonNode? result)
    {
        _engine.AnswerTask(taskId, result);
        return Task.CompletedTask;
    }

    public Task TellAsync(Guid instance, string kind, JsonObject body)
    {
        _engine.Tell(_engine.Instances.Single(i => i.Id == instance), kind, body);
        return Task.CompletedTask;
    }

    public Task AdvanceAsync(TimeSpan by)
    {
        _engine.Advance(by);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<CaseInstance>> InstancesAsync() => Task.FromResult<IReadOnlyList<CaseInstance>>(
        [.. _engine.Instances.Select(i => new CaseInstance(i.Id, i.ParentId, i.Workflow, i.State, [.. i.Journal], [.. i.Alterations]) { Began = i.Began })]);
}
