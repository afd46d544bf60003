using WorkflowEngine.Running;

namespace WorkflowEngine.Deadlines;

/// <summary>What a batch of due deadlines asks for: the rungs that fire and where each row goes next. Pure.</summary>
internal sealed record DuePlan(
    IReadOnlyList<LedgerRung> Rungs, IReadOnlyList<DueMove> Moves, IReadOnlyList<(DueDeadline Row, string Reason)> Broken, DateOnly Today)
{
    /// <summary>
    /// One rung a row at the most; a row with several missed rungs stays due and comes again. A row whose ladder or calendar is gone stops with a
    /// note instead of holding up everybody's digests.
    /// </summary>
    public static DuePlan Of(IReadOnlyList<DueDeadline> rows, ReferenceData reference, DateTimeOffset now)
    {
        var (rungs, moves, broken) = (new List<LedgerRung>(), new List<DueMove>(), new List<(DueDeadline, string)>());
        var ladders = new Dictionary<(string, string), CompiledLadder?>();
        foreach (var row in rows)
        {
            if (!row.IsRunning || row.Due is null || row.LadderId is null)
            {
                moves.Add(new DueMove(row, row.LastRung, row.LastPeriod, null));
                continue;
            }

            var key = (row.LadderId, row.CalendarId);
            if (!ladders.TryGetValue(key, out var ladder))
                ladders[key] = ladder = LadderOf(reference, row.LadderId) is { } steps && CalendarOf(reference, row.CalendarId) is { } calendar
                    ? new CompiledLadder(steps, calendar) : null;
            if (ladder is null)
            {
                broken.Add((row, $"There is no ladder '{row.LadderId}' or no calendar '{row.CalendarId}'."));
                moves.Add(new DueMove(row, row.LastRung, row.LastPeriod, null));
                continue;
            }

            if (row.Occurrence(ladder) is not { } due)
            {
                moves.Add(new DueMove(row, row.LastRung, row.LastPeriod, null));
            }
            else if (due.At > now)
            {
                // The row's instant was no rung's (the ladder changed): wait for the one that comes.
                moves.Add(new DueMove(row, row.LastRung, row.LastPeriod, due.At));
            }
            else
            {
                var rung = ladder.Ladder.Find(due.RungId)!;
                if (row.Meets(rung.Condition)) rungs.Add(new LedgerRung(row.TaskId, row.Purpose, row.Round, due.RungId, due.Period, row.Due.Value, due.At, due.At, rung.Recipients, rung.Channel == RungChannel.InApp));
                moves.Add(new DueMove(row, due.RungId, due.Period, row.After(ladder, due)?.At));
            }
        }

        return new DuePlan(rungs, moves, broken, (CalendarOf(reference, "vn-public") ?? WorkingCalendar.VietnamPublic).DayOf(now));
    }

    /// <summary>A loaded ladder, or the shipped one under its own name.</summary>
    public static Ladder? LadderOf(ReferenceData reference, string id) =>
        reference.Ladders.TryGetValue(id, out var ladder) ? ladder : Ladder.Shipped.FirstOrDefault(l => l.Id == id);

    internal static WorkingCalendar? CalendarOf(ReferenceData reference, string id) =>
        reference.Calendars.TryGetValue(id, out var calendar) ? calendar : id == WorkingCalendar.VietnamPublic.Id ? WorkingCalendar.VietnamPublic : null;
}

/// <summary>What the row holds afterwards; <paramref name="NextAt"/> null: no rung to come.</summary>
internal sealed record DueMove(DueDeadline Row, string? LastRung, int LastPeriod, DateTimeOffset? NextAt);
