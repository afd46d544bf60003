using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>
/// How much a burst may take in at once and an instance may keep. Each script is bounded by itself; what bounds a loop of them stands here. All is
/// counted by what the values are, never by time or free memory, so that a replay stops where the first run did.
/// </summary>
public sealed partial class Burst
{
    /// <summary>Bytes of values, and steps of scripts, after which a burst is committed and goes on in the next one.</summary>
    public const long MaximumWeight = 32L << 20;

    /// <summary>Bytes of values that an instance may keep; one that has more stands as failed until somebody makes it smaller.</summary>
    public const long MaximumState = 64L << 20;

    /// <summary>A burst that ended for its weight counts as so many that ended for the number of their executions.</summary>
    private const int HeavyCount = 10;

    /// <summary>Below this a burst cannot have made a state too large that was not.</summary>
    private const long Light = 64L << 10;

    private const int NodeWeight = 64;
    private long _weight;

    private bool HasRoom => _executions < MaximumExecutions && _weight < MaximumWeight;

    /// <summary>Counts what the burst will hold until it is committed.</summary>
    /// <exception cref="ActivityFaultException">One activity takes in more than many bursts may.</exception>
    internal void Weigh(long weight)
    {
        _weight += weight;
        if (_weight > 16 * MaximumWeight) throw new ActivityFaultException("The activity asks for too much at once.", "TooMuchAtOnce");
    }

    internal void Weigh(JsonNode? value) => Weigh(WeightOf(value));

    /// <summary>About the bytes that a value takes in memory.</summary>
    internal static long WeightOf(JsonNode? value)
    {
        long weight = NodeWeight;
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, member) in members) weight += 2L * name.Length + WeightOf(member);
                break;
            case JsonArray items:
                foreach (var item in items) weight += WeightOf(item);
                break;
            case JsonValue when value.AsText() is { } text:
                weight += 2L * text.Length;
                break;
        }

        return weight;
    }

    /// <summary>A state that grows with every burst would one day fit into no host; it stands as failed before.</summary>
    private void EndGrowth()
    {
        if (_weight < Light || State.Status != InstanceStatus.Running) return;
        var weight = WeightOf(State.Output) + WeightOf(State.Input);
        foreach (var context in State.Contexts)
        {
            weight += NodeWeight + WeightOf(context.Properties) + WeightOf(context.Inputs);
            foreach (var (_, value) in context.Variables ?? []) weight += WeightOf(value);
            foreach (var (_, value) in context.Dynamic ?? []) weight += WeightOf(value);
        }

        foreach (var work in State.Queue) weight += NodeWeight + WeightOf(work.Variables);
        foreach (var bookmark in State.Bookmarks) weight += NodeWeight + WeightOf(bookmark.Payload);
        if (weight <= MaximumState) return;
        Report(Head.Workflow.Root, "", "StateTooLarge", $"The instance keeps about {weight >> 20} MB; {MaximumState >> 20} MB is the most.");
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
    }
}
