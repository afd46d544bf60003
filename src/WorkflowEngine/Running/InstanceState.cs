using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>
/// Everything an instance remembers between two bursts (table <c>instance_state</c>). Finished contexts are left out; counters stand for
/// children, never the children themselves, so that its size does not grow with a cascade.
/// </summary>
public sealed class InstanceState
{
    public InstanceStatus Status { get; set; } = InstanceStatus.Running;
    public SubStatus SubStatus { get; set; } = SubStatus.Pending;
    public string? CorrelationId { get; set; }
    public string? Name { get; set; }
    public List<ContextState> Contexts { get; set; } = [];
    public List<Bookmark> Bookmarks { get; set; } = [];
    public List<IncidentState> Incidents { get; set; } = [];

    /// <summary>Work left over when a burst stopped at its bound.</summary>
    public List<QueuedWork> Queue { get; set; } = [];

    /// <summary>The run that is not over yet; null: it is, and what lives for one run only is gone.</summary>
    public InstanceRun? Run { get; set; }

    /// <summary>Bursts in a row that stopped at their bound; null: the last one did not.</summary>
    public int? Continued { get; set; }

    /// <summary>Bursts in a row that left a wait for a time that had come already; null: the last one did not.</summary>
    public int? Overtaken { get; set; }

    /// <summary>Where the event that it ran for last stands in a row of events and children that bursts began on one another's; null: it came from elsewhere.</summary>
    public int? Hops { get; set; }

    /// <summary>Children of such a row whose word it has heard, with those that they had heard of; null: none since something came from elsewhere.</summary>
    public int? Heard { get; set; }

    /// <summary>Values given at the start for variables of the definition, by name or id; used up by the first burst.</summary>
    public JsonObject? StartVariables { get; set; }

    public JsonObject Input { get; set; } = [];
    public JsonObject Output { get; set; } = [];
    public JsonObject Properties { get; set; } = [];

    /// <summary>Number of journal entries written so far.</summary>
    public long Sequence { get; set; }

    /// <summary>As it is stored.</summary>
    public byte[] ToUtf8() => PooledJson.Write(this, static (writer, state) => JsonSerializer.Serialize(writer, state, StateJson.Default.InstanceState));

    public string ToJson() => Encoding.UTF8.GetString(ToUtf8());

    public static InstanceState FromJson(string json) => JsonSerializer.Deserialize(json, StoredState.Default.InstanceState)!;

    /// <summary>The state; or an empty one in its place and what is wrong: for those who show what is stored.</summary>
    public static (InstanceState State, string? Problem) TryFromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StoredState.Default.InstanceState) is { } state ? (state, null) : (new InstanceState(), "It is null.");
        }
        catch (JsonException e)
        {
            return (new InstanceState(), e.Message);
        }
    }

    public static InstanceState FromUtf8(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, StoredState.Default.InstanceState)!;
}

public enum InstanceStatus { Running, Finished }

public enum SubStatus { Pending, Executing, Suspended, Finished, Cancelled, Faulted }

/// <summary>What an instance has come to.</summary>
public static class InstanceEnd
{
    /// <summary>Whether it is an end, also one that a retry may undo.</summary>
    public static bool IsEnd(this SubStatus status) => status is SubStatus.Finished or SubStatus.Cancelled or SubStatus.Faulted;
}

/// <summary>Instances that are not over: what runs, and what failed, since a retry takes it up again and its tasks are open until then.</summary>
public static class OpenInstance
{
    /// <summary>The condition over <c>i</c>, a row of <c>instance</c>.</summary>
    public const string Sql = "(i.status = 'Running' or i.sub_status = 'Faulted')";
}

public enum ActivityStatus { Pending, Running, Completed, Canceled, Faulted }

/// <summary>One execution of an activity that has not completed (or the root, which is kept).</summary>
public sealed class ContextState
{
    public string Id { get; set; } = "";
    public string? ParentId { get; set; }
    public string NodeId { get; set; } = "";
    public ActivityStatus Status { get; set; }

    /// <summary>What the activity itself keeps (a flowchart's visits, a loop's position, a fan-out's counters).</summary>
    public JsonObject? Properties { get; set; }

    /// <summary>Values of the variables this container declares, by variable id; those without a storage driver are left out when stored.</summary>
    public Dictionary<string, JsonNode?>? Variables { get; set; }

    /// <summary>Variables made by scripts, by name.</summary>
    public Dictionary<string, JsonNode?>? Dynamic { get; set; }

    /// <summary>Those that live for one run only, of a run that is not over.</summary>
    public Dictionary<string, JsonNode?>? Made { get; set; }

    /// <summary>Evaluated inputs, sensitive ones left out.</summary>
    public JsonObject? Inputs { get; set; }

    /// <summary>Of a failed one that had been resumed: with what, for its retry.</summary>
    public FailedResumption? Resumption { get; set; }

    /// <summary>How often it has failed since a person last asked for a retry.</summary>
    public int? Failures { get; set; }

    public string? Tag { get; set; }

    /// <summary>True: its owner ended after scheduling it and is not told of its end, in later bursts neither.</summary>
    public bool? IsCutOff { get; set; }

    public int FaultCount { get; set; }
    public DateTimeOffset StartedAt { get; set; }
}

/// <summary>A failure as the state names it.</summary>
public sealed record IncidentState(string Id, string ActivityId, string NodeId, string ActivityType, string ContextId, string Kind, string Message, DateTimeOffset At);

/// <summary>The wait that was resumed when an activity failed, and what had come with it.</summary>
/// <param name="Ended">The wait itself where it stands no more: the one for a child that ran within the run.</param>
public sealed record FailedResumption(string BookmarkId, JsonObject Input, Bookmark? Ended = null);

/// <summary>A scheduled execution that a bounded burst left for the next one.</summary>
/// <param name="ContextId">Set when an execution that exists goes on: a retry, or with <paramref name="BookmarkId"/> a resumption.</param>
public sealed record QueuedWork(
    string OwnerId, string NodeId, string? Tag, JsonObject? Variables, bool Backward, string? ContextId = null, string? BookmarkId = null, JsonObject? Input = null,
    bool? IsCutOff = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceState))]
internal sealed partial class StateJson : JsonSerializerContext;

/// <summary>The same for reading. A converter would take the generated writing from <see cref="StateJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(ObjectReader)])]
[JsonSerializable(typeof(InstanceState))]
internal sealed partial class StoredState : JsonSerializerContext;

/// <summary>Reads objects; most of a state are empty, and those need no document of their own.</summary>
internal sealed class ObjectReader : JsonConverter<JsonObject>
{
    public override JsonObject? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var ahead = reader;
        if (reader.TokenType != JsonTokenType.StartObject || !ahead.Read() || ahead.TokenType != JsonTokenType.EndObject) return (JsonObject?)JsonNode.Parse(ref reader);
        reader = ahead;
        return [];
    }

    public override void Write(Utf8JsonWriter writer, JsonObject value, JsonSerializerOptions options) => value.WriteTo(writer, options);
}
