using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>A clock that runs, and what it does next.</summary>
/// <param name="Purpose">work: the unit's; review: the owner's.</param>
/// <param name="NextAt">When the next rung falls; null: no rung to come.</param>
public sealed record DeadlineItem(
    Guid TaskId, string Purpose, Guid PlanId, Text Title, string Status, int Round, UnitName Unit, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue,
    DateTimeOffset? TargetDue, DateTimeOffset? Due, DateOnly? LastDay, Lateness Lateness, string? LastRung, string? NextRung, DateTimeOffset? NextAt);

/// <summary>Reads of running clocks; only of tasks the actor may read.</summary>
public sealed class DeadlineQueries(NpgsqlDataSource database, ReferenceStore reference)
{
    private const string Open =
        """
        -- DeadlineQueries.Open
        select t.id, d.purpose, t.root_id, s.body -> 'title' ->> 'vi', s.body -> 'title' ->> 'en', t.status, t.round, u.id, u.code, u.name,
          d.legal_due, d.extended_due, d.target_due, d.due, d.last_rung, d.next_at, d.ladder_id, d.calendar_id, d.started_at, s.body::text
        from deadline d
        join task t on t.id = d.task_id and t.status in ('open', 'submitted')
        join task_spec s on s.id = t.spec_id
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        where d.stopped_at is null
          and ($4 or exists (select from unnest($3) as x where starts_with(u.path, x) or starts_with(o.path, x))
            or exists (select from unnest($1, $2) as g(unit_id, role)
              where (g.unit_id = t.unit_id and g.role = any(t.candidate_roles)) or (g.unit_id = t.owner_unit_id and g.role = any(t.reviewer_roles))))
          and ($5::uuid is null or t.root_id = $5) and ($6::text is null or u.code = $6) and ($7::timestamptz is null or d.due < $7)
        order by coalesce(d.due, '9999-01-01Z'), t.id, d.purpose
        limit $8
        """;

    /// <summary>The nearest first, undated last.</summary>
    public async Task<List<DeadlineItem>> ListAsync(
        Actor actor, Guid? planId, string? unit, DateTimeOffset? dueBefore, int limit, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var data = await reference.GetAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Open,
            Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles), Texts(actor.PathsWith(Permission.Read)), P(actor.IsSystem),
            P(planId, NpgsqlDbType.Uuid), P(unit, NpgsqlDbType.Text), Instant(dueBefore), P(limit)).ListAsync(
            r =>
            {
                var (due, next, purpose) = (r.InstantOrNull(13), r.InstantOrNull(15), r.GetString(1));
                var (legal, extended) = purpose == "review" ? (due, null) : (r.InstantOrNull(10), r.InstantOrNull(11));
                string? rung = null;
                if (due is { } instant && next is { } at && r.TextOrNull(16) is { } ladderId && data.Ladders.TryGetValue(ladderId, out var ladder))
                {
                    var calendar = data.Calendars.TryGetValue(r.GetString(17), out var known) ? known : WorkingCalendar.VietnamPublic;
                    rung = new CompiledLadder(ladder, calendar).FirstFrom(instant, r.Instant(18), at, TaskClocks.IsSoft(TaskSpecJson.Read(r.GetString(19))))?.RungId;
                }

                return new DeadlineItem(
                    r.GetGuid(0), purpose, r.GetGuid(2), new Text(r.GetString(3), r.TextOrNull(4)), r.GetString(5), r.GetInt32(6),
                    new UnitName(r.GetInt64(7), r.GetString(8), r.GetString(9)), legal, extended, r.InstantOrNull(12), due,
                    due is { } last ? Deadline.FromDue(last, WorkingCalendar.VietnamPublic).LastDay : null,
                    TaskRules.Lateness(legal, extended, null, now), r.TextOrNull(14), rung, next);
            }, cancellation);
    }
}
