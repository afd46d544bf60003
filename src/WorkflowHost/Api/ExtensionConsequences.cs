using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Tasks;
using WorkflowHost.Pages.Plans;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>A later step that the new date leaves no time for.</summary>
/// <param name="LastDay">Its last day as it stands; it does not move by itself.</param>
/// <param name="IsLegal">The date stands in a plan, of one's own or of another body: whoever set it decides. Else it is an internal date.</param>
/// <param name="Open">How many have it already.</param>
public sealed record LaterStep(string Activity, Text Title, DateOnly LastDay, bool IsLegal, int Open);

/// <summary>
/// What an extension does beyond the tasks it names: steps of the same workflow that come after them and fall due before the new date
/// (domain §7, story 6: the dossier's date belongs to the province and does not move).
/// </summary>
public sealed class ExtensionConsequences(NpgsqlDataSource database, DefinitionStore definitions)
{
    private const string Moving =
        """
        -- ExtensionConsequences.Moving
        select i.definition_version_id, t.activity_id, max((s.body ->> 'campaignYear')::int), array_agg(distinct t.instance_id)
        from task t join instance i on i.id = t.instance_id join task_spec s on s.id = t.spec_id
        where t.id = any($1) group by i.definition_version_id, t.activity_id
        """;

    private const string Existing =
        """
        -- ExtensionConsequences.Existing
        select t.activity_id, min(coalesce(d.extended_due, d.legal_due)), min(d.target_due), count(*) filter (where t.status in ('open', 'submitted'))::int, count(*)::int
        from task t left join deadline d on d.task_id = t.id and d.purpose = 'work' and t.status in ('open', 'submitted')
        where t.instance_id = any($1) and t.activity_id = any($2)
        group by t.activity_id
        """;

    /// <summary>The steps in conflict with a new date of these tasks.</summary>
    public async Task<IReadOnlyList<LaterStep>> ReadAsync(IReadOnlyCollection<Guid> tasks, DateTimeOffset newDue, CancellationToken cancellation = default)
    {
        if (tasks.Count == 0) return [];
        var calendar = WorkingCalendar.VietnamPublic;
        var day = Deadline.FromDue(newDue, calendar).LastDay!.Value;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var moving = await Command(connection, Moving, Uuids([.. tasks])).ListAsync(
            r => (Version: r.GetString(0), Activity: r.GetString(1), Year: r.ValueOrNull<int>(2), Instances: r.GetFieldValue<Guid[]>(3)), cancellation);
        var found = new List<LaterStep>();
        foreach (var group in moving)
        {
            var steps = PlanMap.Of(await definitions.GetOrEmptyAsync(group.Version, cancellation), []).Steps;
            var later = After(steps, group.Activity);
            var existing = (await Command(connection, Existing, Uuids(group.Instances), Texts([.. later.Select(s => s.ActivityId)])).ListAsync(
                r => (Activity: r.GetString(0), Legal: r.InstantOrNull(1), Target: r.InstantOrNull(2), Open: r.GetInt32(3), All: r.GetInt32(4)), cancellation)).ToDictionary(e => e.Activity);
            foreach (var step in later)
            {
                var (legal, target, open) = existing.TryGetValue(step.ActivityId, out var row)
                    ? row.Open == 0 && row.All >= group.Instances.Length ? (null, null, 0) : (row.Legal, row.Target, row.Open)
                    : (Resolve(step.Deadline, group.Year), Resolve(step.TargetDate, group.Year), 0);
                if ((legal ?? target) is { } due && Deadline.FromDue(due, calendar).LastDay is { } last && last < day)
                    found.Add(new LaterStep(step.ActivityId, step.Title, last, legal is not null, open));
            }
        }

        return [.. found.DistinctBy(s => s.Activity).OrderBy(s => s.LastDay)];
    }

    /// <summary>Steps to which the flow leads from another one, over any number of steps between.</summary>
    private static List<PlanStep> After(IReadOnlyList<PlanStep> steps, string activity)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { activity };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var step in steps)
                if (!reached.Contains(step.ActivityId) && step.After.Any(reached.Contains)) grown = reached.Add(step.ActivityId);
        }

        return [.. steps.Where(s => s.ActivityId != activity && reached.Contains(s.ActivityId))];
    }

    private static DateTimeOffset? Resolve(string? text, int? year) =>
        text is not null && year is { } campaign && DeadlineSyntax.TryParse(text, out var spec, out _)
            ? spec!.Resolve(campaign, new Dictionary<string, DateTimeOffset>(), WorkingCalendar.VietnamPublic).Due
            : null;
}
