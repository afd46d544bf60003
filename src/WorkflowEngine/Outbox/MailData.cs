using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Outbox;

/// <summary>How <c>outbox.data</c> is written and read. Mails are rendered from this snapshot alone, so a later change of a task or plan never changes them.</summary>
public static class MailData
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write<T>(T data) => JsonSerializer.Serialize(data, Options);

    /// <exception cref="JsonException">The row's data is not of this kind.</exception>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("The mail has no data.");
}

/// <summary>The plan a mail is about; all null for work outside a plan.</summary>
/// <param name="Number">"23/KH-CĐYT".</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Issuer">Full name of the organisation that issued it.</param>
public sealed record PlanFacts(string? Number = null, string? Subject = null, string? Issuer = null);

/// <summary>As whom the reader gets the mail: never a person's name.</summary>
/// <param name="Role">Label of the role, or null when unknown ("Kính gửi đồng chí").</param>
/// <param name="Unit">The unit where it is held.</param>
public sealed record Addressee(Text? Role = null, string? Unit = null);

/// <summary>Somebody who is away, and why the reader gets the mail therefore.</summary>
/// <param name="LastDay">Last day of the absence.</param>
/// <param name="StandsIn">True: the reader is the deputy; false: nobody stands in, and the reader is the superior.</param>
public sealed record AbsenceNote(Text? Role, string? Unit, DateOnly LastDay, bool StandsIn);

/// <summary>A date that has to be kept, as it stood when the mail was written.</summary>
public sealed record MailDeadline
{
    /// <summary>The plan's own words ("trước ngày 01/01/2020"), or null.</summary>
    public string? Quote { get; init; }

    /// <summary>Plan, internal, return or extension.</summary>
    public DeadlineOrigin Origin { get; init; }

    /// <summary>Number of the document that moved it, for an extension.</summary>
    public string? Document { get; init; }

    /// <summary>Last day that is on time, until 24:00.</summary>
    public required DateOnly LastDay { get; init; }

    /// <summary>Last working day on or before it; the same day when that one is worked.</summary>
    public required DateOnly LastWorkingDay { get; init; }

    /// <summary>The local day of the mail.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Working days after today up to the last day.</summary>
    public int WorkingDaysLeft { get; init; }

    /// <summary>The same one by one when they are few enough to be listed; else empty.</summary>
    public IReadOnlyList<DateOnly> DaysLeft { get; init; } = [];

    /// <summary>Calendar days past the last day; 0 while it is still on time.</summary>
    public int DaysLate { get; init; }

    /// <summary>Working days past the last day, today included when it is worked.</summary>
    public int WorkingDaysLate { get; init; }

    /// <summary>Whether people work today.</summary>
    public bool TodayIsWorked { get; init; } = true;

    /// <summary>Today to the day after the limit, or the limit to today; empty when that is more than nine days.</summary>
    public IReadOnlyList<StripDay> Strip { get; init; } = [];
}

/// <summary>One cell of the day strip.</summary>
public sealed record StripDay(DateOnly Day, bool IsOff);

/// <summary>Data of <see cref="MailKind.Reminder"/>.</summary>
public sealed record ReminderData
{
    public PlanFacts Plan { get; init; } = new();
    public Addressee To { get; init; } = new();
    public IReadOnlyList<AbsenceNote> Absences { get; init; } = [];
    public required Guid TaskId { get; init; }
    public required Text TaskTitle { get; init; }

    /// <summary>The unit that has the duty.</summary>
    public required string Unit { get; init; }

    /// <summary>True: the reader has to decide on what the unit handed in.</summary>
    public bool Review { get; init; }

    /// <summary>Lines that begin with "- " become the list of what to prepare.</summary>
    public Text? Instructions { get; init; }

    public required MailDeadline Deadline { get; init; }

    /// <summary>The next reminders to the same reader, if nothing is handed in.</summary>
    public IReadOnlyList<DateTimeOffset> Next { get; init; } = [];

    /// <summary>When the level above is told, if nothing is handed in.</summary>
    public DateTimeOffset? Escalates { get; init; }

    /// <summary>Site-relative address of the page behind the button.</summary>
    public required string Path { get; init; }
}

/// <summary>Data of <see cref="MailKind.Digest"/>: groups and rows worst first, at most <see cref="MaximumRows"/> rows in all.</summary>
public sealed record DigestData
{
    public const int MaximumRows = 10;

    public Addressee To { get; init; } = new();
    public IReadOnlyList<AbsenceNote> Absences { get; init; } = [];

    /// <summary>When it was put together, business time.</summary>
    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<DigestGroup> Groups { get; init; }

    /// <summary>When the reader gets the next one, if nothing changes; null when none is planned.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>Page behind the button.</summary>
    public required string Path { get; init; }
}

/// <summary>One obligation of one plan within a digest.</summary>
public sealed record DigestGroup
{
    public PlanFacts Plan { get; init; } = new();
    public required Text TaskTitle { get; init; }

    /// <summary>True: the reader's own work (one row a task); false: units that the reader follows.</summary>
    public bool Own { get; init; }

    /// <summary>True: the date is that of the reviewer's decision.</summary>
    public bool Review { get; init; }

    /// <summary>True: the work was handed in and given back, and the date is that of the return.</summary>
    public bool Returned { get; init; }

    /// <summary>The worst date of the group; null: the work has none, and the units are named because a mail to them came back.</summary>
    public MailDeadline? Deadline { get; init; }

    /// <summary>Calendar days past the worst date; 0 while it is still on time or there is none.</summary>
    [JsonIgnore]
    public int DaysLate => Deadline?.DaysLate ?? 0;

    /// <summary>Units of this mail, shown or not.</summary>
    public required int Units { get; init; }

    /// <summary>All units of the plan that have this obligation, without those that need not do it.</summary>
    public required int Of { get; init; }

    public int Accepted { get; init; }
    public int Submitted { get; init; }
    public int Open { get; init; }

    public required IReadOnlyList<DigestRow> Rows { get; init; }
}

/// <summary>One unit's task within a digest group.</summary>
public sealed record DigestRow
{
    public required Guid TaskId { get; init; }
    public required string Unit { get; init; }

    /// <summary>Last day that is on time; null where the work has no date.</summary>
    public DateOnly? LastDay { get; init; }

    public int DaysLate { get; init; }

    /// <summary>Day on which the unit opened the form, or null.</summary>
    public DateOnly? Opened { get; init; }

    /// <summary>Day on which it was handed in, where the reviewer is the one who is late; else null.</summary>
    public DateOnly? Submitted { get; init; }

    /// <summary>Day on which it was given back, while it was not handed in again; else null.</summary>
    public DateOnly? Returned { get; init; }

    /// <summary>Day of the last saved draft, or null.</summary>
    public DateOnly? DraftSaved { get; init; }

    /// <summary>Mails on this task that went to people of the unit.</summary>
    public int Mails { get; init; }

    /// <summary>Follow-ups that officers recorded.</summary>
    public int FollowUps { get; init; }

    /// <summary>Day on which a mail to the unit came back, or null.</summary>
    public DateOnly? Bounced { get; init; }
}

/// <summary>Data of <see cref="MailKind.Returned"/>.</summary>
public sealed record ReturnedData
{
    public PlanFacts Plan { get; init; } = new();
    public Addressee To { get; init; } = new();
    public required Guid TaskId { get; init; }
    public required Text TaskTitle { get; init; }
    public required string Unit { get; init; }

    /// <summary>What the unit reads, word for word as the reviewer wrote it.</summary>
    public required string Reason { get; init; }

    /// <summary>When the returned round was handed in, and whether that was in time: it still counts so.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public bool? OnTime { get; init; }

    /// <summary>First instant that is late in the new round, UTC; null: no new date.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The new date with its arithmetic; when null the renderer states the last day of <see cref="Due"/> only.</summary>
    public MailDeadline? Deadline { get; init; }

    public string? Path { get; init; }
}

/// <summary>Data of <see cref="MailKind.PlanChange"/>, as <c>ChangePlan</c> queues it.</summary>
public sealed record PlanChangeData
{
    public Guid? PlanId { get; init; }
    public string? Number { get; init; }
    public required string Subject { get; init; }
    public string? Issuer { get; init; }
    public string? UnitName { get; init; }

    /// <summary>The line of "Nơi nhận" that names the reader.</summary>
    public string? Recipient { get; init; }

    /// <summary>correct, amend, withdraw or recall.</summary>
    public required string Change { get; init; }

    /// <summary>Number and symbol of the document that does it.</summary>
    public required string Document { get; init; }

    /// <summary>What the issuer says about it.</summary>
    public required string Reason { get; init; }
}

/// <summary>Data of <see cref="MailKind.Distribution"/>, as <c>DistributePlan</c> queues it.</summary>
public sealed record DistributionData
{
    public Guid? PlanId { get; init; }
    public string? Number { get; init; }
    public required string Subject { get; init; }
    public DateOnly? IssuedOn { get; init; }
    public string? Issuer { get; init; }
    public string? IssuerShort { get; init; }

    /// <summary>The line of "Nơi nhận" that names the reader.</summary>
    public string? Recipient { get; init; }

    /// <summary>action, report, direction or information.</summary>
    public string? Action { get; init; }

    public string? ActionCode { get; init; }
    public long? UnitId { get; init; }
    public string? UnitName { get; init; }
    public int? CampaignYear { get; init; }
    public string? Path { get; init; }
}
