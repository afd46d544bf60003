using Npgsql;
using WorkflowEngine.Outbox;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>A person whom a rung reaches.</summary>
/// <param name="AsPerson">In whose place, for a deputy.</param>
/// <param name="Skipped">Who is away without a deputy, so that it went up to this person.</param>
/// <param name="AwayUntil">First day on which that person is back.</param>
/// <param name="Pace">How often the person wants mail.</param>
/// <param name="Escalates">It comes whatever they want.</param>
internal sealed record RungLine(LedgerRung Rung, Guid Person, Guid? AsPerson, Guid? Skipped, DateOnly? AwayUntil, MailPace Pace, bool Escalates)
{
    /// <summary>The slot of the mail that carries it; null: none does, and it stands in the inbox alone.</summary>
    public DateTimeOffset? Slot { get; } = Rung.InApp ? null : Pace.SlotOf(Rung.Slot, Rung.Due, Escalates);
}

/// <summary>Somebody whom a rung would reach and who is away.</summary>
internal sealed record PassedOver(LedgerRung Rung, Guid Person, DateOnly Until);

/// <summary>
/// Who hears of rungs. A rule names roles at a place; whoever holds one and is away is stood in for by the deputies whose delegation covers the work
/// (the person too, when it is written: domain §7, story 9); a manager away without deputies is passed over, and if nobody of the rule is left it
/// goes to the superior role there, and from the highest one to the unit above. Whoever has to do the work themselves is never passed over: nobody
/// else could.
/// </summary>
internal static class RungRecipients
{
    private const int Steps = 8;

    private const string Place =
        """
        case rule.place when 'unit' then t.unit_id when 'owner' then t.owner_unit_id when 'reviewer' then t.owner_unit_id
              when 'above' then (select o.parent_id from unit o where o.id = t.owner_unit_id) else rule.place::bigint end
        """;

    // Who decides on a round is what four eyes leave: the reviewers, or the nearest others where none is left (FourEyes).
    // A rule is (rung, place, role, department): place unit, owner, reviewer, above (the owner's parent) or the id of a unit; role a code, 'assignee', or
    // 'may:' and a permission; department null: any.
    private const string Holders =
        $$"""
        -- RungRecipients.Holders
        select rule.n, holder.id, ab.until_day, dep.deputy_id, coalesce(dep.written, false), p.mail_pace, p.mail_at, dep.mail_pace, dep.mail_at
        from unnest($1, $2, $3, $4, $5, $7) as rule(n, task_id, purpose, place, role, department)
        join task t on t.id = rule.task_id
        left join person claimed on claimed.id = t.assignee_id and claimed.is_active
        cross join lateral (
          select claimed.id where rule.place = 'unit' and rule.role = 'assignee' and claimed.id is not null
          union all
          select w.person_id from (select $6::date as day) me, lateral {{FourEyes.Nearest}} w
          where rule.place = 'reviewer' and rule.role = 'assignee' and w.level = w.nearest
          union all
          select a.person_id from role_assignment a
          where a.unit_id = {{Place}}
            and (rule.department is null or a.department = rule.department)
            and a.role = any(case
              when rule.role ^@ 'may:' then (select array_agg(r.code) from role r where substr(rule.role, 5) = any(r.permissions))
              when rule.role <> 'assignee' then array[rule.role]
              when rule.place = 'unit' then t.candidate_roles
              else t.reviewer_roles end)
            and a.valid_from <= $6 and a.valid_to > $6
            and not (rule.place = 'unit' and rule.role = 'assignee' and claimed.id is not null) and not (rule.place = 'reviewer' and rule.role = 'assignee')
        ) holder
        join person p on p.id = holder.id and p.is_active
        left join lateral (
          select a.id, a.until_day from absence a
          where a.person_id = holder.id and a.ended_at is null and a.from_day <= $6 and a.until_day > $6
          order by a.until_day desc limit 1) ab on true
        left join lateral (
          select g.deputy_id, g.written, dp.mail_pace, dp.mail_at from delegation g
          join person dp on dp.id = g.deputy_id and dp.is_active
          where g.absence_id = ab.id and (g.root_ids is null or t.root_id = any(g.root_ids))
            and (g.definition_ids is null or exists (select from instance i where i.id in (t.root_id, t.instance_id) and i.definition_id = any(g.definition_ids)))
            and case when rule.place = 'unit' then 'work' = any(g.duties) else g.duties && '{review,follow-up}' end
            and not exists (select from absence o where o.person_id = g.deputy_id and o.ended_at is null and o.from_day <= $6 and o.until_day > $6)) dep on true
        """;

    // One step up: the superior roles at the place, or, from a role without one, the same roles at the unit above.
    private const string Superiors =
        $"""
        -- RungRecipients.Superiors
        select rule.n, coalesce(above.unit_id, 0), above.role
        from unnest($1, $2, $3, $4) as rule(n, task_id, place, role)
        join task t on t.id = rule.task_id
        join unit u on u.id = {Place}
        cross join lateral (
          select distinct case when r.superior is null then u.parent_id else u.id end as unit_id, coalesce(r.superior, r.code) as role
          from role r
          where r.code = any(case
            when rule.role ^@ 'may:' then (select array_agg(m.code) from role m where substr(rule.role, 5) = any(m.permissions))
            when rule.role <> 'assignee' then array[rule.role]
            when rule.place = 'unit' then t.candidate_roles
            else t.reviewer_roles end)) above
        where above.unit_id is not null
        """;

    private sealed record Rule(LedgerRung Rung, string Place, string Role, string? Department = null, (Guid Person, DateOnly Until)? Skipped = null);

    private sealed record Holder(Rule Rule, Guid Person, DateOnly? AwayUntil, Guid? Deputy, bool Written, MailPace Pace, MailPace? DeputyPace);

    /// <summary>The people of each rung, and who was passed over; a person stands once for each rung, in their own right before another's.</summary>
    public static async Task<(IReadOnlyList<RungLine> Lines, IReadOnlyList<PassedOver> PassedOver)> FindAsync(
        NpgsqlConnection connection, IReadOnlyList<LedgerRung> rungs, DateOnly today, CancellationToken cancellation)
    {
        var rules = await ClimbAsync(connection, rungs, cancellation);
        var (lines, passedOver) = (new Dictionary<(LedgerRung, Guid), RungLine>(), new List<PassedOver>());
        for (var step = 0; rules.Count > 0 && step < Steps; step++)
        {
            var holders = await HoldersAsync(connection, rules, today, cancellation);
            var up = new List<Rule>();
            foreach (var rule in rules)
            {
                var found = holders[rule].ToArray();
                var reached = found.SelectMany(Reached).ToArray();
                foreach (var line in reached.OrderBy(l => l.AsPerson is not null)) lines.TryAdd((line.Rung, line.Person), line);
                passedOver.AddRange(found.Where(h => IsPassedOver(h)).Select(h => new PassedOver(rule.Rung, h.Person, h.AwayUntil!.Value)).Distinct());
                if (reached.Length > 0) continue;
                var skipped = found.Where(IsPassedOver).Select(h => (h.Person, h.AwayUntil!.Value)).Cast<(Guid, DateOnly)?>().FirstOrDefault() ?? rule.Skipped;
                if (skipped is not null) up.Add(rule with { Skipped = skipped });
            }

            rules = up.Count == 0 ? [] : [.. (await SuperiorsAsync(connection, up, cancellation)).Select(s => s.Rule).Distinct()];
        }

        return ([.. lines.Values], [.. passedOver.Distinct()]);
    }

    /// <summary>The rules of the rungs; those that ask for superiors are followed up, and one that comes to the top of everything stays there.</summary>
    private static async Task<List<Rule>> ClimbAsync(NpgsqlConnection connection, IReadOnlyList<LedgerRung> rungs, CancellationToken cancellation)
    {
        var (found, climbing) = (new List<Rule>(), new List<(Rule Rule, int Left)>());
        foreach (var rung in rungs)
            foreach (var rule in rung.Recipients)
            {
                var first = new Rule(rung, rule.At.ToString().ToLowerInvariant(), rule.Role, rule.Department);
                if (rule.Superior > 0) climbing.Add((first, rule.Superior));
                else found.Add(first);
            }

        while (climbing.Count > 0)
        {
            var above = (await SuperiorsAsync(connection, [.. climbing.Select(c => c.Rule)], cancellation)).ToLookup(s => s.From, s => s.Rule);
            var further = new List<(Rule Rule, int Left)>();
            for (var n = 0; n < climbing.Count; n++)
            {
                if (!above.Contains(n)) found.Add(climbing[n].Rule);
                else if (climbing[n].Left == 1) found.AddRange(above[n]);
                else further.AddRange(above[n].Select(rule => (rule, climbing[n].Left - 1)));
            }

            climbing = further;
        }

        return found;
    }

    private static IEnumerable<RungLine> Reached(Holder holder)
    {
        var (rule, isAway) = (holder.Rule, holder.AwayUntil is not null);
        var (skipped, until) = (rule.Skipped?.Person, rule.Skipped?.Until);
        if (!isAway || holder.Written || (holder.Deputy is null && MustDoIt(rule))) yield return new RungLine(rule.Rung, holder.Person, null, skipped, until, holder.Pace, Escalates(rule));
        if (holder.Deputy is { } deputy) yield return new RungLine(rule.Rung, deputy, holder.Person, null, holder.AwayUntil, holder.DeputyPace!, Escalates(rule));
    }

    /// <summary>Past its date, passed up, or told to others than those whose work it is.</summary>
    private static bool Escalates(Rule rule) => rule.Rung.ScheduledAt >= rule.Rung.Due || rule.Skipped is not null || rule.Role != RecipientRule.Assignee;

    private static bool IsPassedOver(Holder holder) => holder is { AwayUntil: not null, Deputy: null } && !MustDoIt(holder.Rule);

    private static bool MustDoIt(Rule rule) => rule is { Place: "unit", Role: RecipientRule.Assignee };

    private static async Task<ILookup<Rule, Holder>> HoldersAsync(NpgsqlConnection connection, List<Rule> rules, DateOnly today, CancellationToken cancellation) =>
        (await Command(connection, Holders,
            Ints([.. Enumerable.Range(0, rules.Count)]), Uuids([.. rules.Select(r => r.Rung.TaskId)]), Texts([.. rules.Select(r => r.Rung.Purpose)]),
            Texts([.. rules.Select(r => r.Place)]), Texts([.. rules.Select(r => r.Role)]), P(today),
            Texts([.. rules.Select(r => r.Department)]))
            .ListAsync(r => new Holder(rules[r.GetInt32(0)], r.GetGuid(1), r.IsDBNull(2) ? null : r.GetFieldValue<DateOnly>(2), r.GuidOrNull(3), r.GetBoolean(4),
                new MailPace(r.GetString(5), r.GetFieldValue<TimeOnly>(6)), r.IsDBNull(7) ? null : new MailPace(r.GetString(7), r.GetFieldValue<TimeOnly>(8))), cancellation))
            .ToLookup(h => h.Rule);

    /// <summary>One step up from each rule, by its place in the list.</summary>
    private static async Task<IReadOnlyList<(int From, Rule Rule)>> SuperiorsAsync(NpgsqlConnection connection, List<Rule> rules, CancellationToken cancellation) =>
        [.. (await Command(connection, Superiors,
            Ints([.. Enumerable.Range(0, rules.Count)]), Uuids([.. rules.Select(r => r.Rung.TaskId)]), Texts([.. rules.Select(r => r.Place)]),
            Texts([.. rules.Select(r => r.Role)]))
            .ListAsync(r => (From: r.GetInt32(0), Rule: rules[r.GetInt32(0)] with
            {
                Department = null,
                Place = r.GetInt64(1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                Role = r.GetString(2),
            }), cancellation)).Distinct()];
}
