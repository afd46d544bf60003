using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.StudioApi;

/// <summary>An instance as it is shown: its row, the graph of its version and its state. What cannot be read is empty here and named.</summary>
internal sealed record ShownInstance(StudioInstance Row, Workflow Workflow, InstanceState State, IReadOnlyList<Unreadable> Problems)
{
    public static async Task<ShownInstance> ReadAsync(StudioInstance row, DefinitionStore definitions, CancellationToken stop)
    {
        var (workflow, wrongVersion) = await definitions.TryGetAsync(row.DefinitionVersionId, stop);
        var (state, wrongState) = StateOf(row);
        return new(row, workflow, state, Unreadable.Of(wrongVersion, wrongState));
    }

    /// <summary>The state, and what is wrong with it; of one that is not there, or cannot be read, only what the row knows.</summary>
    public static (InstanceState State, string? Problem) StateOf(StudioInstance row)
    {
        var (state, problem) = row.State is null ? (new InstanceState(), null) : InstanceState.TryFromJson(row.State);
        if (row.State is null || problem is not null) (state.CorrelationId, state.Name) = (row.CorrelationId, row.Name);
        return (state, problem);
    }

    /// <summary>The answer; where something could not be read, with what is wrong.</summary>
    public IResult Answer(JsonObject answer)
    {
        if (Problems.Count > 0) answer["unreadable"] = new JsonArray([.. Problems.Select(u => new JsonObject { ["kind"] = u.Kind, ["message"] = u.Message })]);
        return StudioJson.Answer(answer);
    }

    /// <summary>For what would be taken for the whole instance, or would change it; null: all of it can be read.</summary>
    public IResult? Refusal => Problems.Count == 0 ? null : StudioJson.Refuse(
        409, "What is stored of the instance cannot be read.", "Không đọc được dữ liệu đã lưu của lượt chạy.", "unreadable", Problems.Select(u => (u.Kind, u.Message)));
}
