using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>Dates of tasks that cannot be read, lie before the start, or contradict one another; worked out for a campaign that begins this year.</summary>
internal static class DeadlineRules
{
    private static readonly Dictionary<string, DateTimeOffset> NoEvents = [];

    public static void Judge(Workflow workflow, DesignWorld world, LintList found)
    {
        var tasks = LintDefinition.Own(workflow.Root).Where(n => n.Type == NodeText.HumanTask).ToList();
        var last = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            var legal = Resolve(task, "deadline", "thời hạn", "deadline", world, found);
            var target = Resolve(task, "targetDate", "hạn nội bộ", "internal date", world, found);
            if (legal?.LastDay is { } limit && target?.LastDay is { } aim && aim > limit)
                found.Warning("deadlines-contradict", task, $"hạn nội bộ {DayWords.Full(aim)} sau thời hạn {DayWords.Full(limit)}.", $"the internal date {DayWords.Full(aim)} lies after the deadline {DayWords.Full(limit)}.");
            if ((legal?.LastDay ?? target?.LastDay) is not { } due) continue;
            last[task.NodeId] = due;
            if (due < world.Today)
                found.Warning("deadline-past", task, $"nếu bắt đầu hôm nay ({DayWords.Full(world.Today)}), hạn {DayWords.Full(due)} đã qua trước khi việc được giao.",
                    $"started today ({DayWords.Full(world.Today)}), its date {DayWords.Full(due)} has passed before anybody gets the task.");
        }

        foreach (var task in tasks.Where(t => last.ContainsKey(t.NodeId)))
            foreach (var before in Before(task).Where(b => last.ContainsKey(b.NodeId) && last[b.NodeId] > last[task.NodeId] && !Before(b).Contains(task)))
                found.Warning("deadlines-contradict", task,
                    $"phải xong {DayWords.Full(last[task.NodeId])}, nhưng chỉ được giao sau “{NodeText.Label(before).Vi}”, có hạn {DayWords.Full(last[before.NodeId])}.",
                    $"must be done by {DayWords.Full(last[task.NodeId])}, but comes only after “{NodeText.Label(before).En}”, which has until {DayWords.Full(last[before.NodeId])}.");
    }

    /// <summary>The date as the drawing says it, for a campaign of this year; null when it says none or one that cannot be read.</summary>
    private static Deadline? Resolve(ActivityNode task, string input, string vi, string en, DesignWorld world, LintList found)
    {
        if (NodeText.Literal(task, input) is not { } text) return null;
        if (!DeadlineSyntax.TryParse(text, out var spec, out var error))
        {
            if (Reading(text, world) is { } read)
                found.Error("deadline-in-words", task, $"{vi} “{text}” đang ghi bằng lời. Hệ thống đọc là: {read.Line.Vi} Nếu đúng ý kế hoạch, hãy ghi {read.Expression}",
                    $"the {en} '{text}' is in words. They are read as: {read.Line.En} If that is what the plan means, write {read.Expression}");
            else
                found.Error("deadline-unreadable", task, $"{vi} “{text}” không đọc được ở ký tự {error.Position + 1}: {error.Message.Vi}", $"the {en} '{text}' cannot be read at character {error.Position + 1}: {error.Message.En}");
            return null;
        }

        var deadline = spec.Resolve(world.Today.Year, NoEvents, world.Calendar);
        if (deadline.IsImpossible)
            found.Error("deadline-impossible", task, $"{vi} “{text}” kết thúc trước khi bắt đầu.", $"the {en} '{text}' ends before it begins.");
        return deadline;
    }

    /// <summary>A plan's own words read as a deadline, for the designer to confirm; never used by itself.</summary>
    private static (Bilingual Line, string Expression)? Reading(string text, DesignWorld world)
    {
        if (VietnamesePhrase.Read(text, world.Today.Year) is not { } reading) return null;
        var deadline = reading.Spec.Resolve(world.Today.Year, NoEvents, world.Calendar);
        return (DeadlineSentence.Explain(new DeadlineFacts(deadline, reading.Spec, world.Calendar)).OneLine, DeadlineSyntax.Print(reading.Spec));
    }

    /// <summary>The tasks that lead to a task without another task between, in the same flowchart.</summary>
    private static HashSet<ActivityNode> Before(ActivityNode task)
    {
        var found = new HashSet<ActivityNode>();
        if (task.Parent is not { } flow) return found;
        var nodes = flow.AllChildren.ToLookup(n => n.Id, StringComparer.Ordinal);
        var (seen, pending) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([task.Id]));
        while (pending.TryDequeue(out var target))
            foreach (var source in flow.Connections.Where(c => c.Target == target).Select(c => c.Source).Where(seen.Add))
                if (nodes[source].FirstOrDefault() is not { } before) continue;
                else if (before.Type == NodeText.HumanTask) found.Add(before);
                else pending.Enqueue(source);
        return found;
    }
}
