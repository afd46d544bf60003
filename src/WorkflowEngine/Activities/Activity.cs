using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// The code of one activity type. One stateless instance serves all definitions: everything it reads or changes goes through
/// the <see cref="ActivityContext"/>. It sees no clock, database or network; ids and times come from the context.
/// </summary>
/// <remarks>
/// An execution ends in exactly one of: complete, wait, schedule a child, fault. With <see cref="CompletesItself"/> the engine
/// completes it after <see cref="Execute"/> unless it waits or has scheduled a child.
/// </remarks>
public abstract class Activity
{
    /// <summary>Filled by the catalog.</summary>
    public ActivityDescriptor Descriptor { get; internal set; } = null!;

    /// <summary>True for plain steps: done after <see cref="Execute"/> unless a bookmark or task was made.</summary>
    protected internal virtual bool CompletesItself => true;

    /// <summary>True: it starts other definitions, so its instance's bursts are told which ones are published.</summary>
    protected internal virtual bool StartsChildren => false;

    protected internal abstract void Execute(ActivityContext context);

    /// <summary>What this activity waited for has come; <paramref name="input"/> is what came with it. Completes with Done unless overridden.</summary>
    protected internal virtual void Resume(ActivityContext context, Bookmark bookmark, JsonObject input) => context.Complete();

    /// <summary>A child scheduled by this activity has completed.</summary>
    protected internal virtual void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) { }

    /// <summary>A child was cancelled, by a flowchart's own end or from outside: it counts as completed, unless overridden. Else this activity would stand for ever.</summary>
    protected internal virtual void ChildCancelled(ActivityContext context, ActivityContext child) => ChildCompleted(context, child, Outcomes.None);
}

/// <summary>What an activity ended with: no explicit outcome is the set {null, Done}.</summary>
public sealed class Outcomes
{
    public static readonly Outcomes Done = new(["Done"], false);
    public static readonly Outcomes None = new([], true);

    private Outcomes(IReadOnlyList<string> names, bool isExplicit) => (Names, IsExplicit) = (names, isExplicit);

    public IReadOnlyList<string> Names { get; }

    /// <summary>True when the activity named its outcomes; a connection without a source port is then not followed.</summary>
    public bool IsExplicit { get; }

    public static Outcomes Of(params IEnumerable<string> names) => new([.. names], true);

    /// <summary>Whether a connection with this source port is followed.</summary>
    public bool Follow(string? port) => port is null ? !IsExplicit : Names.Contains(port, StringComparer.Ordinal);
}
