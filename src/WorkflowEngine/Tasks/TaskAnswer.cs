using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Tasks;

/// <summary>What a command on a task came to; closed: every caller handles each case. Only <see cref="Done"/> has changed anything.</summary>
public abstract record TaskAnswer
{
    private TaskAnswer() { }

    /// <summary>It was done and is stored. Callers now run <see cref="InstanceId"/> when <see cref="MovesInstance"/>.</summary>
    /// <param name="Id">The row that was made (comment, attachment), or null.</param>
    public sealed record Done(
        Guid TaskId, Guid InstanceId, string Status, int Round, int Revision, DateTimeOffset At, bool MovesInstance = false, Guid? Id = null) : TaskAnswer;

    /// <summary>No such task, or one that the actor may not even read (404).</summary>
    public sealed record NotFound : TaskAnswer;

    /// <summary>The actor may read it and not do this (403).</summary>
    public sealed record Forbidden : TaskAnswer;

    /// <summary>Four eyes: the actor handed this round in, or it was handed in for them (403). Who may decide; empty: nobody is left.</summary>
    public sealed record OwnSubmission(IReadOnlyList<Decider> Deciders) : TaskAnswer
    {
        /// <summary>Why not, and who may; in both languages.</summary>
        public Text Sentence => new(
            "Đồng chí đã nộp việc này, hoặc việc được nộp thay mặt đồng chí, nên không tự kết luận được. " + (Deciders.Count > 0
                ? $"Người kết luận: {string.Join("; ", Deciders.Select(d => $"{d.Role.Vi} ({d.UnitName})"))}."
                : "Hiện chưa có ai khác được kết luận; quản trị hãy phân công người giữ vai trò duyệt ở đơn vị chủ trì hoặc cấp trên."),
            "You handed this in, or it was handed in for you, so somebody else decides. " + (Deciders.Count > 0
                ? $"Who may: {string.Join("; ", Deciders.Select(d => $"{d.Role.In("en")} ({d.UnitName})"))}."
                : "Nobody else may at present: an administrator has to give somebody a reviewing role at the owner unit or above it."));
    }

    /// <summary>No revision was given: nobody may overwrite what they have not seen (428).</summary>
    public sealed record MissingRevision : TaskAnswer;

    /// <summary>Somebody was faster, or the task is not in a state for this (409): what happened, and where the task stands now.</summary>
    public sealed record Conflict(Happening Happened, string Status, int Round, int Revision) : TaskAnswer;

    /// <summary>One message for each field (422).</summary>
    public sealed record Invalid(IReadOnlyDictionary<string, Text> Errors) : TaskAnswer
    {
        internal static Invalid On(string field, string vi, string en) => new(new Dictionary<string, Text> { [field] = new(vi, en) });
    }

    /// <summary>Soft rules fired and want a word of explanation each, by rule id (422).</summary>
    public sealed record ExplanationRequired(IReadOnlyDictionary<string, Text> Rules) : TaskAnswer;

    /// <summary>This operation id was used by the same actor with another body (422).</summary>
    public sealed record OperationReused : TaskAnswer;
}

/// <summary>What was asked of which task.</summary>
/// <param name="Revision">The revision the actor has seen; null is refused where the command changes the task's row.</param>
/// <param name="OperationId">Chosen by the caller, unique per task and actor; the same id and body get the same answer for ever.</param>
public abstract record TaskCommand(Guid TaskId, int? Revision, string? OperationId)
{
    /// <summary>Its body as JSON, or null when a text in it cannot be stored.</summary>
    [JsonIgnore]
    internal JsonNode? Body => StorableText.Check(this);
}
