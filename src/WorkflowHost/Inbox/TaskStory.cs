using WorkflowEngine.Deadlines;
using WorkflowHost.Api;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Inbox;

/// <summary>The history of a task in sentences, newest first: people by role, what and why, and what the system sent.</summary>
public static class TaskStory
{
    public static History Of(TaskPage page, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(texts);
        var entries = page.History.Entries.Reverse().Select(e => Entry(e, page, texts)).OfType<History.Entry>().ToList();
        entries.AddRange(page.Rungs.Select(r => new History.Entry(r.At, texts["staff.story.system", Rung(r, page, texts)])));
        if (page.Head.DraftSavedAt is { } saved) entries.Add(new(saved, texts["staff.story.draft"]));
        entries.Add(new(page.Task.CreatedAt, page.Head.Units > 1
            ? texts["staff.story.created-many", page.Task.Owner.Name, page.Head.Units]
            : texts["staff.story.created", page.Task.Owner.Name]));
        return new History([.. entries.OrderByDescending(e => e.At)]);
    }

    /// <summary>What comes to people about this task if nothing happens.</summary>
    public static Rail? Coming(TaskPage page, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(texts);
        if (page.Task.Status != "open" || page.Head.NextAt is not { } next || page.Task.Deadline.Due is not { } due || page.Head.LadderId is not { } id
            || OwnerRail.LadderOf(page.Reference, id) is not { } ladder) return null;
        var plan = new CompiledLadder(ladder, page.Times.Calendar).Plan(due, page.Head.StartedAt, page.Times.Deadline.Soft);
        var entries = new List<Rail.Entry>();
        for (var step = plan.From(next); step is not null && entries.Count < 3; step = plan.Next(step.RungId, step.Period))
            entries.Add(new(Capital.First(page.Words.ForOne(ladder.Find(step.RungId)!, step.Period, "work")) + ".", Dates.ShortMoment(step.At)));
        return entries.Count == 0 ? null : new Rail(texts["staff.rail.will-one"], entries);
    }

    private static string Rung(TaskRung rung, TaskPage page, Texts texts) =>
        page.Head.LadderId is { } id && OwnerRail.LadderOf(page.Reference, id)?.Find(rung.Rung) is { } known
            ? page.Words.ForOne(known, rung.Period, rung.Purpose)
            : texts["staff.rung.one"];

    private static History.Entry? Entry(TaskEntry entry, TaskPage page, Texts texts)
    {
        var role = entry.Role is { } held ? RoleNames.First(held) : null;
        var who = role is null ? entry.Person ?? texts["staff.system"] : entry.Unit is null || entry.Unit == page.Task.Unit.Name ? role : Language.Say($"{role} {entry.Unit}", $"{role} of {entry.Unit}");
        var (reason, round) = (entry.Detail?["reason"]?.ToString(), entry.Detail?["round"]?.ToString() ?? "1");
        var text = entry.Action switch
        {
            "task.opened" => texts["staff.story.opened", who],
            "task.claimed" => texts["staff.story.claimed", who],
            "task.released" => texts["staff.story.released", who],
            "task.reassigned" => texts["staff.story.reassigned", who],
            "task.submitted" => round == "1" ? texts["staff.story.submitted", who] : texts["staff.story.submitted-again", who, round],
            "task.completed" => texts["staff.story.completed", who],
            "plan.issue" => texts["staff.story.issued", who, entry.Detail?["numberText"]?.ToString(), Day(entry.Detail?["issuedOn"])],
            "task.accepted" => texts["staff.story.accepted", who],
            "task.returned" => texts["staff.story.returned", who, reason],
            "task.withdrawn" => texts["staff.story.withdrawn", who],
            "task.closed" => texts["staff.story.closed", who, reason],
            "task.attached" => texts["staff.story.attached", who, entry.Detail?["name"]?.ToString()],
            "task.detached" => texts["staff.story.detached", who, entry.Detail?["name"]?.ToString()],
            "task.commented" => texts["staff.story.commented", who],
            "task.follow-up" => texts["staff.story.follow-up", who],
            "deadline.extended" => entry.Detail?["newDue"]?.GetValue<DateTimeOffset>() is { } due
                ? texts[entry.Detail["inverseOf"] is null ? "staff.story.extended" : "staff.story.undone", who, Dates.Full(Dates.LastDayOf(due)), reason]
                : null,
            "deadline.extension-planned" => entry.Detail?["newDue"]?.GetValue<DateTimeOffset>() is { } planned
                ? texts["staff.story.planned", who, Dates.Full(Dates.LastDayOf(planned)), reason]
                : null,
            "deadline.extension-revoked" => texts["staff.story.plan-revoked", who],
            "deadline.paused" => texts["staff.story.paused", who, reason],
            "deadline.resumed" => texts["staff.story.resumed", who, reason],
            _ => null,
        };
        return text is null ? null : new History.Entry(entry.At, text, entry.OnBehalfOf);
    }

    private static string? Day(System.Text.Json.Nodes.JsonNode? date) =>
        DateOnly.TryParseExact(date?.ToString(), "yyyy-MM-dd", out var day) ? Dates.Full(day) : null;
}
