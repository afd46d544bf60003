using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Activities;

/// <summary>Gives people a task and waits until it is accepted, completed or closed. Returns and resubmissions happen inside the task.</summary>
[Activity("Workflows.HumanTask", Category = "Con người", Kind = "Task", NameVi = "Giao việc", NameEn = "Human task",
    TextVi = "Giao việc cho người giữ chức vụ ở một đơn vị và chờ kết quả.", TextEn = "Gives people a task and waits for its result.")]
public sealed class HumanTask : Activity
{
    private const int PhraseWeight = 500;

    /// <summary>As many as the periods of deadlines have; the day is looked for day by day when the work is handed in.</summary>
    private const int MostReviewDays = 3660;

    private static readonly Kept<DeadlineSpec> Phrases = new(1L << 20);

    public readonly Input<string> Title = new("Title") { LabelVi = "Tên việc", LabelEn = "Title (Vietnamese)" };
    public readonly Input<string> TitleEn = new("TitleEn") { LabelVi = "Tên việc (tiếng Anh)", LabelEn = "Title (English)" };
    public readonly Input<string> Instructions = new("Instructions") { LabelVi = "Hướng dẫn", LabelEn = "Instructions (Vietnamese)", UiHint = "multiline" };
    public readonly Input<string> InstructionsEn = new("InstructionsEn") { LabelVi = "Hướng dẫn (tiếng Anh)", LabelEn = "Instructions (English)", UiHint = "multiline" };
    public readonly Input<string> Form = new("Form") { LabelVi = "Biểu mẫu", LabelEn = "Form", UiHint = "dropdown" };
    public readonly Input<List<string>> Outcomes = new("Outcomes") { LabelVi = "Các kết quả", LabelEn = "Outcomes", HintVi = "Mỗi kết quả là một nhánh ra; để trống: chỉ có Xong", HintEn = "Each is a way out; empty: Done only", UiHint = "dynamic-outcomes" };
    public readonly Input<JsonObject> OutcomeTexts = new("OutcomeTexts") { LabelVi = "Chữ trên nút của các kết quả", LabelEn = "Words of the outcomes", HintVi = "Ví dụ: {\"Dat\": {\"vi\": \"Đạt\", \"en\": \"Passed\"}}", HintEn = "For example: {\"Passed\": {\"vi\": \"Đạt\", \"en\": \"Passed\"}}", TypeName = "Object", UiHint = "json-editor" };
    public readonly Input<List<string>> Roles = new("Roles") { LabelVi = "Người làm (chức vụ)", LabelEn = "Roles", UiHint = "checklist" };
    public readonly Input<string> Unit = new("Unit") { LabelVi = "Đơn vị làm", LabelEn = "Unit", HintVi = "self: đơn vị của lượt chạy; owner: đơn vị ban hành; hoặc mã đơn vị", HintEn = "self, owner, or a unit code", Default = "self", UiHint = "dropdown" };
    public readonly Input<List<string>> ReviewRoles = new("ReviewRoles") { LabelVi = "Người duyệt (chức vụ)", LabelEn = "Reviewers' roles", HintVi = "Để trống: không cần duyệt", HintEn = "Empty: no review", UiHint = "checklist" };
    public readonly Input<int> ReviewWorkingDays = new("ReviewWorkingDays") { LabelVi = "Số ngày làm việc để duyệt", LabelEn = "Working days for the review" };
    public readonly Input<string> ReviewLadder = new("ReviewLadder") { LabelVi = "Bậc nhắc người duyệt", LabelEn = "Ladder of the review", HintVi = "Để trống: không nhắc", HintEn = "Empty: no reminders", UiHint = "dropdown" };
    public readonly Input<string> Deadline = new("Deadline") { LabelVi = "Thời hạn", LabelEn = "Deadline", HintVi = "Ví dụ: before 01-01(+1); by 15-12; in Q4; +10wd after hoiNghi", HintEn = "For example: before 01-01(+1); by 15-12; in Q4; +10wd after conference" };
    public readonly Input<string> DeadlineQuote = new("DeadlineQuote") { LabelVi = "Nguyên văn trong kế hoạch", LabelEn = "The plan's own words" };
    public readonly Input<string> TargetDate = new("TargetDate") { LabelVi = "Hạn nội bộ", LabelEn = "Internal date", HintVi = "Do đơn vị đặt, không có trong kế hoạch", HintEn = "Set by the unit, not in the plan" };
    public readonly Input<string> DueAfter = new("DueAfter") { LabelVi = "Đến hạn sau việc", LabelEn = "Falls due after", HintVi = "Mã bước của một việc khác; nếu hạn hai việc trái nhau, người theo dõi được báo", HintEn = "Id of another task; who follows the plan is told when the two dates contradict each other" };
    public readonly Input<JsonObject> Events = new("Events") { LabelVi = "Mốc sự kiện", LabelEn = "Events the deadline counts from", TypeName = "Object", UiHint = "json-editor" };
    public readonly Input<string> Ladder = new("Ladder") { LabelVi = "Bậc nhắc việc", LabelEn = "Ladder", Default = "default", UiHint = "dropdown" };
    public readonly Input<string> Basis = new("Basis") { LabelVi = "Căn cứ", LabelEn = "Where the plan says so" };
    public readonly Input<string> Obligation = new("Obligation") { LabelVi = "Mã nghĩa vụ", LabelEn = "Obligation" };
    public readonly Input<JsonObject> Context = new("Context") { LabelVi = "Dữ liệu kèm theo", LabelEn = "Values that rules and texts may use", TypeName = "Object", UiHint = "json-editor" };
    public readonly Output Outcome = new("Outcome", "String");
    public readonly Output Data = new("Data");
    public readonly Output TaskId = new("TaskId", "String");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var facts = context.Facts;
        if (facts.OwnerId is not { } owner)
        {
            context.Fault("The instance belongs to no unit, so nobody can be asked.");
            return;
        }

        var unit = context.Get(Unit) switch
        {
            null or "" or "self" => facts.UnitId ?? owner,
            "owner" => owner,
            _ => 0L,
        };
        var roles = context.Get(Roles) ?? [];
        if (roles.Count == 0) context.Fault("The task names no role that may do it.");
        var spec = Describe(context);
        var id = context.NewId();
        context.Effects.Tasks.Add(new NewTask(
            id, context.Node.Id, context.Id, spec, unit, unit == 0 ? context.Get(Unit) : null, owner, roles, Clock(context, spec)));
        context.WaitFor(payload: new JsonObject { ["taskId"] = id.ToString(), ["taskName"] = spec.Title.Vi });
        context.Set(TaskId, id.ToString());
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        var closed = input["kind"]?.GetValue<string>() == EventKind.TaskClosed;
        var outcome = closed ? "Closed" : input["outcome"]?.GetValue<string>() ?? "Done";
        context.Set(TaskId, input["taskId"]);
        context.Set(Data, input["data"]);
        context.Set(Outcome, outcome);

        // A task closed by the case owner goes its own way only where the drawing shows one; else it counts as done.
        var connected = context.Parent?.Node.Connections.Any(c => c.Source == context.Node.Id && c.SourcePort == outcome) == true;
        if (connected) context.Complete(outcome);
        else context.Complete();
    }

    private TaskSpec Describe(ActivityContext context)
    {
        var (form, reviewers, days) = (context.Get(Form), context.Get(ReviewRoles) ?? [], context.Get(ReviewWorkingDays));
        if (days > MostReviewDays) context.Fault($"A review gets at most {MostReviewDays} working days.");
        int? formVersion = null;
        if (!string.IsNullOrEmpty(form))
        {
            if (!context.Facts.Reference.FormVersions.TryGetValue(form, out var version)) context.Missed("form", form);
            formVersion = version;
        }

        var reviewLadder = NullIfEmpty(context.Get(ReviewLadder));
        if (reviewLadder is not null && context.Facts.Reference.Ladder(reviewLadder, context.Facts.Calendar) is null) context.Fault($"There is no ladder '{reviewLadder}'.");
        var plan = context.Get(Context) ?? context.GetVariable("plan") as JsonObject ?? context.GetInput("plan") as JsonObject;
        return new TaskSpec
        {
            Title = new Text(context.Get(Title) ?? context.Node.Name ?? context.Node.Id, context.Get(TitleEn)),
            Instructions = context.Get(Instructions) is { Length: > 0 } text ? new Text(text, context.Get(InstructionsEn)) : null,
            FormId = string.IsNullOrEmpty(form) ? null : form,
            FormVersion = formVersion,
            Outcomes = [.. (context.Get(Outcomes) ?? []).Select(name => new TaskOutcome(name, Words(context.Get(OutcomeTexts)?[name], name)))],
            Review = reviewers.Count == 0 ? null : new ReviewSpec { Roles = reviewers, WorkingDays = days > 0 ? days : null, LadderId = reviewLadder },
            Deadline = NullIfEmpty(context.Get(Deadline)),
            DeadlineQuote = NullIfEmpty(context.Get(DeadlineQuote)),
            TargetDate = NullIfEmpty(context.Get(TargetDate)),
            LadderId = NullIfEmpty(context.Get(Ladder)),
            Basis = NullIfEmpty(context.Get(Basis)),
            Obligation = NullIfEmpty(context.Get(Obligation)),
            CampaignYear = (plan?["campaignYear"] ?? context.GetInput("campaignYear")) is { } year ? Values.To<int>(year) : null,
            Context = plan?.DeepClone() as JsonObject,
        };
    }

    private static Text Words(JsonNode? words, string name) => new(words?["vi"]?.ToString() ?? name, words?["en"]?.ToString());

    /// <summary>Every task has a clock row, also one without a date: the internal date may be set later.</summary>
    private NewDeadline Clock(ActivityContext context, TaskSpec spec)
    {
        var calendar = context.Facts.Calendar;
        var events = new Dictionary<string, DateTimeOffset>();
        foreach (var (name, value) in context.Get(Events) ?? [])
            if (value is not null) events[name] = Values.To<DateTimeOffset>(value);
        var legal = Resolve(context, spec.Deadline, spec.CampaignYear, events, calendar);
        var target = Resolve(context, spec.TargetDate, spec.CampaignYear, events, calendar);
        var due = legal?.Due ?? target?.Due;
        DateTimeOffset? next = null;
        // What the case was given goes before the drawing; it moves reminders only, so a replay comes to the same without knowing of it.
        var given = context.Facts.Reference.LadderOf(context.RootId, context.Node.Id) is { } id && context.Facts.Reference.Ladder(id, calendar) is not null ? id : null;
        if (spec.LadderId is { } own && due is not null && context.Facts.Reference.Ladder(own, calendar) is null) context.Missed("ladder", own);
        if ((given ?? spec.LadderId) is { } ladderId && due is { } instant)
            next = context.Facts.Reference.Ladder(ladderId, calendar)!.NextRung(instant, context.Now, soft: legal?.Soft ?? target?.Soft ?? false)?.At;

        return new NewDeadline(calendar.Id, given ?? spec.LadderId, legal?.NotBefore, legal?.Due, target?.Due, due, next);
    }

    private static Deadline? Resolve(
        ActivityContext context, string? text, int? year, Dictionary<string, DateTimeOffset> events, WorkingCalendar calendar)
    {
        if (text is null) return null;
        if (!Phrases.Find(text, out var spec))
        {
            if (!DeadlineSyntax.TryParse(text, out spec, out var error)) context.Fault($"The deadline '{text}' cannot be read: {error!.Message.En}");
            spec = Phrases.Add(text, spec!, PhraseWeight);
        }

        return spec!.Resolve(year ?? calendar.DayOf(context.Now).Year, events, calendar);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
