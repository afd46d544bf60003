using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>
/// How much a burst may take in at once; what of it may be kept is bounded by <see cref="Runner"/>. Each script is bounded by itself, what bounds a loop
/// of them stands here. All is counted by what the values are, never by time or free memory, so that a replay stops where the first run did.
/// </summary>
public sealed partial class Burst
{
    /// <summary>Bytes of values, and steps of scripts, after which a burst is committed and goes on in the next one.</summary>
    public const long MaximumWeight = 32L << 20;

    /// <summary>A burst that ended for its weight counts as so many that ended for the number of their executions.</summary>
    private const int HeavyCount = 10;

    /// <summary>Levels of arrays and objects in a value: with those of the state around it as many as JSON is read with.</summary>
    private const int MostNested = 50;

    private const int NodeWeight = 64;
    private int _executions;
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
    /// <exception cref="ActivityFaultException">It is nested deeper than what can be read again.</exception>
    internal static long WeightOf(JsonNode? value, int depth = 0)
    {
        if (depth > MostNested) throw new ActivityFaultException($"A value is nested deeper than {MostNested} levels.", "TooDeep");
        long weight = NodeWeight;
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, member) in members) weight += 2L * name.Length + WeightOf(member, depth + 1);
                break;
            case JsonArray items:
                foreach (var item in items) weight += WeightOf(item, depth + 1);
                break;
            case JsonValue when value.AsText() is { } text:
                weight += 2L * text.Length;
                break;
        }

        return weight;
    }
}
