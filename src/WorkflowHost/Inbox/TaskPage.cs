using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>Everything the page of one task shows.</summary>
/// <param name="Data">What stands in the form: typed, else the draft, else what was last handed in.</param>
/// <param name="Check">The data held against the form now; null without a form or before anything was typed.</param>
/// <param name="Rungs">What the system has sent.</param>
/// <param name="Deciders">Who may decide on what was handed in; none: it is not handed in, or nobody is left (four eyes).</param>
/// <param name="IsOwnUnit">The reader holds a role at the unit that has the duty.</param>
public sealed record TaskPage(
    TaskItem Task, TaskHistory History, TaskHead Head, TaskTimes Times, Form? Form, JsonObject Data, FormCheck? Check, IReadOnlyList<TaskRung> Rungs,
    ReviewPlace Place, RungWords Words, ReferenceData Reference, bool IsOwnUnit, DateTimeOffset Now, IReadOnlyList<Decider> Deciders)
{
    public bool MayWork => Task.Allowed.Contains("complete");

    public bool MayReview => Task.Allowed.Contains("accept");

    public DateOnly Today => Times.Calendar.DayOf(Now);

    /// <summary>The submission that stands: the last one not withdrawn.</summary>
    public TaskRound? Submission => History.Rounds.LastOrDefault(r => r.Decision != "withdrawn");

    /// <summary>The reason and date of the return that opened this round, or null.</summary>
    public TaskRound? Returned => Task.Status == "open" && Task.Round > 1 ? History.Rounds.LastOrDefault(r => r.Decision == "returned") : null;

    /// <summary>What was decided, in words; null where the task asks for no outcome or nothing was handed in.</summary>
    public string? Outcome => Submission?.Outcome is { } name ? Language.Say(History.Spec.Outcomes.FirstOrDefault(o => o.Name == name)?.Label) : null;

    /// <summary>The form shows something of what was handed in: a signature leaves its outcome only, a number stands in the register.</summary>
    public bool HasPaper => Form is not null && Submission?.Data is JsonObject data && Form.Root.Fields.Any(f => data[f.Name] is not null);

    /// <summary>The title in the request's language.</summary>
    public string Title => Language.Say(Task.Title);
}

/// <summary>Reads a <see cref="TaskPage"/> for the person of the request.</summary>
public sealed class TaskPageReader(
    RequestActor who, TaskQueries tasks, TaskPageQueries queries, Npgsql.NpgsqlDataSource database, FormStore forms, FormExpression evaluate,
    ReferenceStore reference, UnitNames names, UnitChoices units, Texts texts)
{
    /// <summary>Null when there is no such task or the person may not read it.</summary>
    /// <param name="typed">What was posted and not stored; stands in the form instead of the draft.</param>
    public async Task<TaskPage?> ReadAsync(Guid id, JsonObject? typed = null, CancellationToken cancellation = default)
    {
        if (await who.ReadAsync(cancellation) is not { } actor) return null;
        if (await tasks.FindAsync(actor, id, who.Now, cancellation) is not { } task) return null;
        var history = await TaskHistory.ReadAsync(database, id, actor.PersonId, cancellation);
        var today = WorkingCalendar.VietnamPublic.DayOf(who.Now);
        var head = await queries.HeadAsync(id, actor.PersonId, today, cancellation);
        var data = await reference.GetAsync(cancellation);
        var dates = task.Deadline;
        var times = new TaskTimes(history.Spec, task.Round, dates.NotBefore, dates.LegalDue, dates.ExtendedDue, dates.TargetDue, dates.Due,
            task.CountsAt, TaskTimes.CalendarOf(data, head.CalendarId))
        { Document = history.Extensions.LastOrDefault(e => e.NewDue == dates.ExtendedDue)?.Document, Kind = head.Plan.Kind };
        var form = history.Spec.FormId is { } formId ? await forms.GetAsync(formId, history.Spec.FormVersion ?? 1, cancellation) : null;
        if (form is not null) form = await units.FillAsync(form, task.Unit.Id, today, cancellation);
        var last = history.Rounds.LastOrDefault(r => r.Decision != "withdrawn")?.Data as JsonObject
            ?? (history.Rounds.Count > 0 ? history.Rounds[^1].Data as JsonObject : null);
        var open = task.Status == "open";
        var values = typed ?? (open ? history.Draft as JsonObject : null) ?? last?.DeepClone() as JsonObject ?? (open && form is not null ? UnitChoices.Begin(form) : []);
        var check = form is null || values.Count == 0 ? null : Look(form, FormPost.WithoutExtras(values), new FormContext(head.Unit, history.Spec.Context ?? [], today, evaluate));
        var place = task.Allowed.Contains("accept") || actor.May(Permission.Review) ? await queries.PlaceAsync(actor, id, today, cancellation) : new ReviewPlace(null, 0, null);
        return new TaskPage(task, history, head, times, form, values, check, await queries.RungsAsync(id, cancellation), place,
            // Summaries go to roles at the owner: the unit's own vice-chair is not meant by "Phó Chủ tịch".
            new RungWords(await names.RolesAsync(cancellation), actor.Grants.Where(g => g.UnitId == task.Owner.Id).Select(g => g.Role).ToHashSet(StringComparer.Ordinal), texts),
            data, actor.Grants.Any(g => g.UnitId == task.Unit.Id), who.Now, task.Status == "submitted" ? await FourEyes.WhoAsync(database, id, who.Now, cancellation) : []);
    }

    /// <summary>Whether the person numbers and registers documents of this unit; the command asks again.</summary>
    public async Task<bool> KeepsRegistersAsync(long unit, CancellationToken cancellation = default)
    {
        const string sql = """
            -- TaskPageReader.KeepsRegisters
            select exists (select from unit u, unnest($2) as p where u.id = $1 and starts_with(u.path, p))
            """;
        var paths = who.Actor.PathsWith(Permission.IssuePlan);
        if (paths.Length == 0) return false;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (bool)(await Db.Command(connection, sql, Db.P(unit), Db.Texts(paths)).ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// What follows from as much as stands in the form: fields that are empty or wrong in themselves are left out, so that facts and soft rules
    /// show while somebody is still typing. The command checks everything again.
    /// </summary>
    private static FormCheck Look(Form form, JsonObject data, FormContext context)
    {
        var relaxed = form with { Root = form.Root with { Fields = [.. form.Root.Fields.Select(f => f with { Required = false })] } };
        var wrong = FormValidation.Validate(relaxed with { Rules = [], Facts = [] }, data, context).Errors.Keys.Select(k => k.Split('.', '[')[0]).ToHashSet(StringComparer.Ordinal);
        return FormValidation.Validate(relaxed, new JsonObject(data.Where(p => !wrong.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))), context);
    }
}
