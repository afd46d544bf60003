using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>An activity while its document is read: ids may still be missing, connections may still lead nowhere.</summary>
internal sealed class ActivityDraft(Place place, string type, Activity activity)
{
    public Place Place { get; } = place;
    public string Type { get; } = type;
    public Activity Activity { get; } = activity;
    public Composite? Composite { get; init; }
    public string Id { get; set; } = "";
    public string? Name { get; set; }
    public int Version { get; set; } = 1;
    public Dictionary<string, InputValue> Inputs { get; } = [];
    public Dictionary<string, OutputBinding> Outputs { get; } = [];
    public JsonObject Raw { get; set; } = [];
    public List<(string Port, List<ActivityDraft> Activities)> Children { get; } = [];
    public IReadOnlyList<VariableDefinition> Variables { get; set; } = [];
    public List<ConnectionDraft> Connections { get; } = [];

    /// <summary>Connections set aside because their source was unknown when the document was written.</summary>
    public List<ConnectionDraft> Parked { get; } = [];

    public JsonObject CustomProperties { get; set; } = [];
    public JsonObject Metadata { get; set; } = [];

    /// <summary>The document gives it null for its metadata.</summary>
    public bool HasNullMetadata { get; set; }

    public bool CanStartWorkflow { get; set; }

    public bool IsUnknown => Activity is NotFoundActivity && Composite is null && Type != Activity.Descriptor.TypeName;

    /// <summary>This draft and all below it, parents first, in document order.</summary>
    public IEnumerable<ActivityDraft> All()
    {
        var pending = new Stack<ActivityDraft>();
        pending.Push(this);
        while (pending.TryPop(out var next))
        {
            yield return next;
            foreach (var child in next.Children.SelectMany(c => c.Activities).Reverse()) pending.Push(child);
        }
    }
}
