using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>
/// What an instance remembers for one run only: from the event that moves it until it waits again. Mostly that is within one burst, and nothing of it is
/// stored; of a run that goes on in the next burst (it stopped at its bound, or a child runs within it) it stands in the state.
/// </summary>
/// <remarks>
/// A child that <c>ExecuteWorkflow</c> starts has bursts and commits of its own, and its parent stands still until it comes to rest, as if it ran inline.
/// </remarks>
public sealed class InstanceRun
{
    /// <summary>It began with the start of the instance, which has waited for nothing yet.</summary>
    public bool IsFirst { get; set; }

    /// <summary>The bookmark of the child that runs within it.</summary>
    public string? Awaits { get; set; }

    /// <summary>Children that it has begun; of a cascade nobody knows how many, so it counts as <see cref="Burst.WidestRow"/>.</summary>
    public int Begun { get; set; }

    /// <summary>Events that came while a child ran within it are set aside.</summary>
    public bool HasHeld { get; set; }

    /// <summary>The instance's input as this run sees it: what came with the resumption, gaps filled from what was kept.</summary>
    public JsonObject Input { get; set; } = [];

    /// <summary>What activities have given, for expressions that ask for it.</summary>
    public List<GivenOutput> Outputs { get; set; } = [];

    /// <summary>The output called Result that was set last.</summary>
    public JsonNode? LastResult { get; set; }

    /// <summary>Variables that were given a value.</summary>
    public HashSet<GivenVariable> Given { get; set; } = [];

    /// <summary>Variables into which an activity put something of any type: text is not a date yet. Null: none.</summary>
    public HashSet<GivenVariable>? AsIs { get; set; }

    /// <summary>The next one, of an instance that keeps this input between its runs.</summary>
    internal static InstanceRun Begin(JsonObject kept, bool isFirst) => new() { IsFirst = isFirst, Input = kept.Count == 0 ? [] : (JsonObject)kept.DeepClone() };

    /// <summary>What the next burst needs of it: only the first output of an activity is ever read, and only from within its container.</summary>
    /// <param name="standing">The executions that the state keeps.</param>
    internal InstanceRun Within(HashSet<string> standing) => new()
    {
        IsFirst = IsFirst,
        Awaits = Awaits,
        Begun = Begun,
        HasHeld = HasHeld,
        Input = Input,
        Outputs = [.. Outputs.Where(o => standing.Contains(o.Container)).DistinctBy(o => (o.Container, o.Activity, o.Output))],
        LastResult = LastResult?.DeepClone(),
        Given = [.. Given.Where(g => standing.Contains(g.Context))],
        AsIs = AsIs is not { Count: > 0 } ? null : [.. AsIs.Where(g => standing.Contains(g.Context))],
    };

    /// <summary>Adds to the input that this run sees.</summary>
    internal void MergeInput(JsonObject input)
    {
        foreach (var (name, value) in input) Input[GivenAs(name) ?? name] = value?.DeepClone();
    }

    /// <summary>An input as this run sees it; as in Elsa upper and lower case are the same in its name.</summary>
    internal JsonNode? InputOf(string name) => GivenAs(name) is { } given ? Input[given] : null;

    private string? GivenAs(string name)
    {
        if (Input.ContainsKey(name)) return name;
        foreach (var (given, _) in Input)
            if (given.Equals(name, StringComparison.OrdinalIgnoreCase)) return given;
        return null;
    }

    /// <summary>
    /// An output of an activity that stands in the container around <paramref name="from"/>, as far as this run produced it: the first one, as in Elsa.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such activity in that container.</exception>
    internal JsonNode? OutputOf(ActivityContext from, string activity, string? output)
    {
        var node = from.Neighbours.FirstOrDefault(n => n.Name == activity || n.Id == activity)
            ?? throw new InvalidOperationException($"There is no activity '{activity}' here.");
        foreach (var kept in Outputs)
        {
            if (kept.Activity != node.Id || Words.Declared(node.Composite?.Workflow.Outputs.Select(o => o.Name), kept.Output) != (output ?? "Result")) continue;
            for (var outer = from.Parent; outer is not null; outer = outer.Parent)
                if (outer.Id == kept.Container) return kept.Value;
        }

        return null;
    }

    /// <summary>The variable holds what an activity of this run put into it, of whatever type that is.</summary>
    internal void PutAsIs(GivenVariable variable) => (AsIs ??= []).Add(variable);

    /// <summary>The variable has a value of its own type.</summary>
    internal void Put(GivenVariable variable)
    {
        Given.Add(variable);
        AsIs?.Remove(variable);
    }
}

/// <summary>An output of an activity in a container that still stands.</summary>
public readonly record struct GivenOutput(string Container, string Activity, string Output, JsonNode? Value);

/// <summary>A variable that was given a value, by execution and id.</summary>
public readonly record struct GivenVariable(string Context, string Id);
