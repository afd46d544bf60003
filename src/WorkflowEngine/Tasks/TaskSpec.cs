using System.Text.Json.Nodes;

namespace WorkflowEngine.Tasks;

/// <summary>
/// What a task asks, the part that all units of a cascade share (table <c>task_spec</c>, id = hash of the JSON). Texts in Vietnamese and English.
/// </summary>
public sealed record TaskSpec
{
    public required Text Title { get; init; }
    public Text? Instructions { get; init; }

    /// <summary>Id and version of the form to fill in; null: nothing but an outcome.</summary>
    public string? FormId { get; init; }

    public int? FormVersion { get; init; }

    /// <summary>The ways to end it; empty: just done. With review these are what the unit declares, decided by the reviewer's acceptance.</summary>
    public IReadOnlyList<TaskOutcome> Outcomes { get; init; } = [];

    /// <summary>Null: completing it ends it.</summary>
    public ReviewSpec? Review { get; init; }

    /// <summary>Deadline in the short syntax of <c>DeadlineSpec</c>, relative to the campaign year; null: none.</summary>
    public string? Deadline { get; init; }

    /// <summary>The plan's own words for it ("trước ngày 01/01/2020"), or null.</summary>
    public string? DeadlineQuote { get; init; }

    /// <summary>The internal date ("do đơn vị đặt, không có trong kế hoạch"), same syntax.</summary>
    public string? TargetDate { get; init; }

    public string? LadderId { get; init; }

    /// <summary>Where in the plan it stands ("mục III").</summary>
    public string? Basis { get; init; }

    /// <summary>Row of the obligation table it answers (S2-01), for coverage.</summary>
    public string? Obligation { get; init; }

    /// <summary>Year that relative dates count from.</summary>
    public int? CampaignYear { get; init; }

    /// <summary>Values of the case that rules and texts may use (plan number, subject, limits).</summary>
    public JsonObject? Context { get; init; }
}

/// <summary>A text in both languages; English falls back to Vietnamese.</summary>
public sealed record Text(string Vi, string? En = null)
{
    public string In(string language) => language == "en" && En is { Length: > 0 } ? En : Vi;
}

/// <summary>One way to end a task: code used by connections, label for people.</summary>
public sealed record TaskOutcome(string Name, Text Label);

/// <summary>Who decides on what was handed in, and within how many working days.</summary>
public sealed record ReviewSpec
{
    /// <summary>Roles at the owner unit that may accept or return.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public int? WorkingDays { get; init; }
    public string? LadderId { get; init; }
}
