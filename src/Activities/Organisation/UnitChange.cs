namespace Unions.Organisation;

/// <summary>What happens to units.</summary>
public enum UnitChangeKind
{
    /// <summary>Units end and one that exists goes on in their place.</summary>
    Merge,

    /// <summary>Units end without a successor: what they had to do is no longer to be done.</summary>
    Dissolve,

    /// <summary>Units go on under another parent, with everything below them and their work.</summary>
    Move,
}

/// <summary>An organisation change as an administrator enters it (domain §7, story 7).</summary>
/// <param name="Units">Codes of the units that end or move.</param>
/// <param name="To">The successor of a merger, or the new parent; null: none.</param>
/// <param name="EffectiveOn">First day on which it holds. One to come is planned until then.</param>
/// <param name="Reason">Why.</param>
/// <param name="Document">Number and symbol of the decision, or null.</param>
public sealed record UnitChange(UnitChangeKind Kind, IReadOnlyList<string> Units, string? To, DateOnly EffectiveOn, string? Reason, string? Document);

/// <summary>What becomes of one task that is open.</summary>
/// <param name="Action">close: it ends with <paramref name="CloseReason"/>; move: the successor has it.</param>
public sealed record MovedTask(Guid TaskId, Guid InstanceId, string? Plan, string Title, string Unit, string Action, string? CloseReason);

/// <summary>What a change does, before it is applied.</summary>
/// <param name="Token">To be given when it is applied: it names this change and these consequences.</param>
/// <param name="Instances">Runs of workflows for the units: how many end, and how many the successor takes over.</param>
/// <param name="Plans">Plans that the units issued and the successor goes on with.</param>
/// <param name="RolesEnded">Roles held at units that end.</param>
/// <param name="UnitsBelow">Units that get another place in the tree with them.</param>
/// <param name="HeadcountToConfirm">The successor's headcount as it adds up; it is asked to confirm it. Null: nothing to ask.</param>
public sealed record UnitChangePreview(
    string Token, IReadOnlyList<MovedTask> Tasks, int InstancesEnded, int InstancesMoved, int Plans, int RolesEnded, int UnitsBelow, int? HeadcountToConfirm);

/// <summary>What came of it; closed.</summary>
public abstract record UnitChangeAnswer
{
    private UnitChangeAnswer() { }

    public sealed record Previewed(UnitChangePreview Preview) : UnitChangeAnswer;

    public sealed record Applied(UnitChangePreview Done) : UnitChangeAnswer;

    /// <summary>It takes effect later, and may be revoked until then.</summary>
    public sealed record Planned(Guid Id, UnitChangePreview Shown) : UnitChangeAnswer;

    /// <summary>One message for each field.</summary>
    public sealed record Invalid(IReadOnlyDictionary<string, WorkflowEngine.Tasks.Text> Errors) : UnitChangeAnswer;

    public sealed record Forbidden : UnitChangeAnswer;

    /// <summary>Something changed since the preview: look again.</summary>
    public sealed record Changed(UnitChangePreview Now) : UnitChangeAnswer;
}
