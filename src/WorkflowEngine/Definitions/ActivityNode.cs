using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>One activity in a definition's graph: its document data beside the code that runs it. Immutable once read.</summary>
public sealed class ActivityNode
{
    /// <summary>Unique in the definition; what bookmarks, tasks and connections refer to.</summary>
    public required string Id { get; init; }

    /// <summary>Ids of all ancestors and this one joined by <c>:</c>; computed, the key of the state.</summary>
    public required string NodeId { get; init; }

    public string? Name { get; init; }

    /// <summary>The type name as the document spells it, known or not.</summary>
    public required string Type { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>The code of this type; for an unknown type the one that faults by name.</summary>
    public required Activity Activity { get; init; }

    public ActivityNode? Parent { get; internal set; }

    /// <summary>Wrapped inputs by their JSON name.</summary>
    public IReadOnlyDictionary<string, InputValue> Inputs { get; init; } = new Dictionary<string, InputValue>();

    /// <summary>Bound outputs by their JSON name.</summary>
    public IReadOnlyDictionary<string, OutputBinding> Outputs { get; init; } = new Dictionary<string, OutputBinding>();

    /// <summary>
    /// Unwrapped inputs by their JSON name (a switch's cases without their activities, which are children <c>cases[0]</c>, <c>cases[1]</c> …);
    /// the whole original for an unknown type. Members that the type does not declare are not kept, as in Elsa.
    /// </summary>
    public JsonObject Raw { get; init; } = [];

    /// <summary>Embedded activities by port name, in document order; a container's are under <c>activities</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ActivityNode>> Children { get; init; } = new Dictionary<string, IReadOnlyList<ActivityNode>>();

    /// <summary>Variables a container declares.</summary>
    public IReadOnlyList<VariableDefinition> Variables { get; init; } = [];

    /// <summary>Connections of a flowchart, in document order.</summary>
    public IReadOnlyList<Connection> Connections { get; init; } = [];

    public JsonObject CustomProperties { get; init; } = [];
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The document gives it null for its metadata; it is written without, as Elsa does except at the root.</summary>
    internal bool HasNullMetadata { get; init; }

    /// <summary>The definition that runs here when this activity is one; its graph is the child on port <c>root</c>.</summary>
    public Composite? Composite { get; init; }

    /// <summary>Marks an activity that can start an instance when its stimulus arrives.</summary>
    public bool CanStartWorkflow { get; init; }

    public IEnumerable<ActivityNode> AllChildren => Children.Values.SelectMany(nodes => nodes);

    /// <summary>The single child on a port, or null.</summary>
    public ActivityNode? Child(string port) => Children.TryGetValue(port, out var nodes) && nodes.Count > 0 ? nodes[0] : null;

    /// <summary>A copy of this graph below another node; what a composite's consumer holds.</summary>
    internal ActivityNode Under(string parentNodeId)
    {
        var nodeId = $"{parentNodeId}:{Id}";
        var copy = new ActivityNode
        {
            Id = Id,
            NodeId = nodeId,
            Name = Name,
            Type = Type,
            Version = Version,
            Activity = Activity,
            Inputs = Inputs,
            Outputs = Outputs,
            Raw = Raw,
            Children = Children.ToDictionary(c => c.Key, c => (IReadOnlyList<ActivityNode>)[.. c.Value.Select(child => child.Under(nodeId))]),
            Variables = Variables,
            Connections = Connections,
            CustomProperties = CustomProperties,
            Metadata = Metadata,
            HasNullMetadata = HasNullMetadata,
            Composite = Composite,
            CanStartWorkflow = CanStartWorkflow,
        };
        foreach (var child in copy.AllChildren) child.Parent = copy;
        return copy;
    }

    /// <summary>A flowchart's graph, worked out once per definition version.</summary>
    internal object? Compiled;

    /// <summary>The evaluated inputs where all of them are constants: made by the first burst, shared by all, changed by none.</summary>
    internal JsonObject? ConstantInputs;

    /// <summary>What <see cref="ConstantInputs"/> count for in a burst; set before they are.</summary>
    internal long ConstantWeight;

    /// <summary>Constants as the activity asks for them, by name and type.</summary>
    internal ConcurrentDictionary<(string Name, Type Type), object?> Converted => _converted ?? Interlocked.CompareExchange(ref _converted, new(), null) ?? _converted;

    private ConcurrentDictionary<(string Name, Type Type), object?>? _converted;

    /// <summary>Whether converted values of this type may be shared by all bursts.</summary>
    internal static bool CanShare(Type type) => type.IsValueType || type == typeof(string) || type == typeof(List<string>);
}
