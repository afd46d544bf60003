using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>One version of a workflow definition as an immutable graph; what running instances refer to for good.</summary>
public sealed class Workflow
{
    private readonly Dictionary<string, ActivityNode> _byNodeId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActivityNode> _byId = new(StringComparer.Ordinal);

    /// <summary>Id of this version; any text.</summary>
    public required string Id { get; init; }

    /// <summary>Id shared by all versions; the one used in addresses.</summary>
    public required string DefinitionId { get; init; }

    public int Version { get; init; } = 1;
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? ToolVersion { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public IReadOnlyList<VariableDefinition> Variables { get; init; } = [];
    public IReadOnlyList<InputDefinition> Inputs { get; init; } = [];
    public IReadOnlyList<OutputDefinition> Outputs { get; init; } = [];
    public IReadOnlyList<string?> Outcomes { get; init; } = [];
    public WorkflowOptions Options { get; init; } = new();
    public JsonObject CustomProperties { get; init; } = [];
    public bool IsReadonly { get; init; }
    public bool IsSystem { get; init; }
    public bool IsLatest { get; init; }
    public bool IsPublished { get; init; }

    /// <summary>The implicit <c>Elsa.Workflow</c> node (id <c>Workflow1</c>) whose port <c>root</c> holds the document's root activity.</summary>
    public required ActivityNode Root { get; init; }

    /// <summary>The node with this path of ids (<c>Workflow1:flow1:ask</c>), or null.</summary>
    public ActivityNode? FindNode(string nodeId)
    {
        Index();
        return _byNodeId.GetValueOrDefault(nodeId);
    }

    /// <summary>The first node with this id in document order, or null; the document's own before those inside composites.</summary>
    public ActivityNode? FindActivity(string id)
    {
        Index();
        return _byId.GetValueOrDefault(id);
    }

    /// <summary>All nodes, parents before children, in document order.</summary>
    public IEnumerable<ActivityNode> Nodes => Walk(Root);

    private bool? _startsChildren;

    /// <summary>Whether some activity of it starts other definitions.</summary>
    public bool StartsChildren => _startsChildren ??= Nodes.Any(n => n.Activity.StartsChildren);

    private IReadOnlyList<string>? _unknownTypes;

    /// <summary>Types of its activities that were not known when it was read.</summary>
    public IReadOnlyList<string> UnknownTypes => _unknownTypes ??= [.. Nodes.Where(n => n.Activity is Activities.NotFoundActivity).Select(n => n.Type).Distinct()];

    private static IEnumerable<ActivityNode> Walk(ActivityNode node)
    {
        var pending = new Stack<ActivityNode>();
        pending.Push(node);
        while (pending.TryPop(out var next))
        {
            yield return next;
            foreach (var child in next.AllChildren.Reverse()) pending.Push(child);
        }
    }

    private static int CompositesAround(ActivityNode node)
    {
        var around = 0;
        for (var outer = node.Parent; outer is not null; outer = outer.Parent)
            if (outer.Composite is not null) around++;
        return around;
    }

    private void Index()
    {
        if (_byNodeId.Count > 0) return;
        lock (_byId)
        {
            if (_byNodeId.Count > 0) return;
            foreach (var node in Nodes.OrderBy(CompositesAround)) _byId.TryAdd(node.Id, node);
            foreach (var node in Nodes.ToArray()) _byNodeId[node.NodeId] = node;
        }
    }
}

/// <summary>A variable of a definition or container. <paramref name="Value"/> is the default as Elsa stores it: text, JSON text for objects.</summary>
public sealed record VariableDefinition(
    string Id, string Name, string TypeName, bool IsArray, JsonNode? Value, string? StorageDriverTypeName)
{
    /// <summary>The value it begins with. A default of a container that is no date stands as empty text, and is the first day of the year 1, as in Elsa.</summary>
    internal JsonNode? First => Value.AsText() is "" && TypeName is "DateTime" or "DateTimeOffset" ? Scalars.Zero(TypeName) : Values.ToOrKeep(Value?.DeepClone(), TypeName, IsArray);
}

/// <summary>An input of a definition. <paramref name="StorageDriverType"/> null: not kept after the first wait.</summary>
public sealed record InputDefinition(
    string Name, string Type, string? DisplayName, string? Description, string? Category, string? UiHint, string? StorageDriverType);

/// <summary>An output of a definition.</summary>
public sealed record OutputDefinition(string Name, string Type, string? DisplayName, string? Description, string? Category);

/// <summary>Options of a definition as Elsa names them.</summary>
public sealed record WorkflowOptions
{
    public string? ActivationStrategyType { get; init; }
    public bool? UsableAsActivity { get; init; }
    public bool? AutoUpdateConsumingWorkflows { get; init; }
    public string? ActivityCategory { get; init; }
    public string? IncidentStrategyType { get; init; }
    public string? CommitStrategyName { get; init; }
}

/// <summary>An expression: syntax (<c>Literal</c>, <c>Variable</c>, <c>Input</c>, <c>Object</c>, <c>JavaScript</c>, …) and its value.</summary>
public sealed record Expression(string Type, JsonNode? Value)
{
    /// <summary>Whether it is JSON, written as text. Elsa takes that as the text it is where no type asks for more; blank text is nothing.</summary>
    internal bool IsJsonText(out string? text)
    {
        text = Type is "Object" or "Json" ? Value.AsText() : null;
        if (text is null) return false;
        if (string.IsNullOrWhiteSpace(text)) text = null;
        return true;
    }
}

/// <summary>A wrapped input of an activity in a document.</summary>
public sealed record InputValue(string? TypeName, Expression? Expression);

/// <summary>Where an activity's output goes: a variable id, or the name of a workflow output. Null: only to the register of outputs.</summary>
/// <param name="Converter">What Elsa is to do with the value on its way there; kept, not followed.</param>
public sealed record OutputBinding(string? TypeName, string? MemoryId, JsonNode? Converter = null);

/// <summary>A connection of a flowchart. <paramref name="SourcePort"/> null: followed when the source ends without explicit outcomes.</summary>
public sealed record Connection(string Source, string? SourcePort, string Target, string? TargetPort, JsonNode? Vertices);
