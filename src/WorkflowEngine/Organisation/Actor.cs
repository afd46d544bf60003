namespace WorkflowEngine.Organisation;

/// <summary>Who acts: the person, whom they act for, and what they may do where. Every command takes one, and its statement checks it.</summary>
/// <param name="PersonId">The person signed in; <see cref="System"/> for the engine itself.</param>
/// <param name="OnBehalfOf">The person they stand in for, or null.</param>
/// <param name="Grants">Roles held on the day of the command.</param>
public sealed record Actor(Guid PersonId, Guid? OnBehalfOf, IReadOnlyList<Grant> Grants)
{
    /// <summary>The engine acting by itself (timers, cascades); holds every permission and no role.</summary>
    public static readonly Actor System = new(Guid.Empty, null, []) { IsSystem = true };

    public bool IsSystem { get; private init; }

    /// <summary>The engine carrying out what this person decided when they were allowed to: their name on it, whatever they may do by now.</summary>
    public Actor CarriedOut() => this with { IsSystem = true };

    /// <summary>What a deputy was given of the duties (<see cref="Absences.Duty"/>); null: acting in one's own name, with all that the grants give.</summary>
    public IReadOnlyList<string>? Duties { get; init; }

    /// <summary>Whether a command on tasks, by its API name, is among the duties.</summary>
    public bool Covers(string command) => Duties is null || Absences.Duty.Of(command) is not { } duty || Duties.Contains(duty);

    /// <summary>The person to write down; null for the engine itself.</summary>
    public Guid? Id => IsSystem ? null : PersonId;

    /// <summary>The person and whom they stand in for: a task held by either is theirs.</summary>
    public Guid[] Selves => OnBehalfOf is { } other ? [PersonId, other] : [PersonId];

    /// <summary>Paths of the units where a role is held, aligned with <see cref="Roles"/>, for <c>unnest</c>.</summary>
    public string[] Paths => [.. Grants.Select(g => g.UnitPath)];

    public string[] Roles => [.. Grants.Select(g => g.Role)];

    /// <summary>Paths of the subtrees where this permission holds; for the engine itself the one of everything.</summary>
    public string[] PathsWith(string permission) =>
        IsSystem ? ["/"] : [.. Grants.Where(g => g.Permissions.Contains(permission)).Select(g => g.UnitPath).Distinct()];

    /// <summary>SQL: whether a person holds a role, on a day, below one of the paths where somebody administers the organisation. Over who left they have no say.</summary>
    /// <param name="person">Three SQL terms: an id, the paths, a date.</param>
    internal static string Administers(string person, string paths, string day) =>
        $"""
        exists (select from role_assignment a join unit u on u.id = a.unit_id
              where a.person_id = {person} and a.valid_from <= {day} and {day} < a.valid_to and u.path ^@ any({paths}))
        """;

    /// <summary>Whether this permission holds for the unit with this path (the unit of the role or one below it).</summary>
    public bool May(string permission, string unitPath) =>
        IsSystem || Grants.Any(g => g.Permissions.Contains(permission) && unitPath.StartsWith(g.UnitPath, StringComparison.Ordinal));

    /// <summary>Whether this permission holds for a whole tree of units: by a role at its top.</summary>
    public bool MayFromTheTop(string permission) =>
        IsSystem || Grants.Any(g => g.Permissions.Contains(permission) && g.UnitPath.AsSpan().Trim('/').IndexOf('/') < 0);

    /// <summary>Whether this permission holds anywhere.</summary>
    public bool May(string permission) => IsSystem || Grants.Any(g => g.Permissions.Contains(permission));
}

/// <summary>A role held at a unit: it does the unit's own work there, and its permissions reach the unit's subtree.</summary>
public sealed record Grant(long UnitId, string UnitPath, string Role, IReadOnlySet<string> Permissions);

/// <summary>The permissions that roles are made of (table <c>role</c>).</summary>
public static class Permission
{
    /// <summary>See plans, tasks and instances of the subtree.</summary>
    public const string Read = "read";

    /// <summary>Decide on what units of the subtree hand in (with the reviewer role the task names).</summary>
    public const string Review = "review";

    /// <summary>Close a task with a reason, reassign it, record follow-up.</summary>
    public const string CloseTask = "task.close";

    /// <summary>Move a deadline with reason and document.</summary>
    public const string Extend = "deadline.extend";

    /// <summary>Create and edit drafts of plans.</summary>
    public const string DraftPlan = "plan.draft";

    /// <summary>Number and issue plans.</summary>
    public const string IssuePlan = "plan.issue";

    /// <summary>See what was sent to whom, and send again.</summary>
    public const string Outbox = "outbox";

    /// <summary>Import and change units, roles and calendars.</summary>
    public const string Organisation = "organisation";

    /// <summary>Read and cancel instances, see journals.</summary>
    public const string Operate = "instance.operate";

    /// <summary>See the scheduler and its figures, pause, resume and run what it does; counts at the top of the tree only, since it concerns everybody.</summary>
    public const string Schedule = "schedule.operate";

    /// <summary>See definitions and their instances in the designer, change nothing.</summary>
    public const string ReadDefinition = "definition.read";

    /// <summary>Write drafts of definitions and run them from outside.</summary>
    public const string Design = "definition.write";

    /// <summary>Publish definitions and take them back.</summary>
    public const string Publish = "definition.publish";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Read, Review, CloseTask, Extend, DraftPlan, IssuePlan, Outbox, Organisation, Operate, Schedule, ReadDefinition, Design, Publish];
}
