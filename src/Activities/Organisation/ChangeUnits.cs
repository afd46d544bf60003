using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>
/// Merges, dissolves or moves units, with the work that is open: a successor that has the same work already keeps its own, and the other's ends as
/// "Chấm dứt do sáp nhập"; work that it does not have moves to it; without a successor it is "Không phải thực hiện". What was done stays with the
/// unit that did it. Ended units stand below their successor from then on, so that who reads the successor reads their history.
/// </summary>
/// <remarks>
/// One transaction: units, roles, tasks, clocks, events for the instances that end, audit. Lock order: the tree (as imports), instances by id, tasks
/// by id. It survives a crash: before the commit nothing, after it the events end the instances.
/// </remarks>
public sealed class ChangeUnits(NpgsqlDataSource database)
{
    private const string ReadUnits =
        """
        -- ChangeUnits.Units
        select u.id, u.code, u.short_name, u.path, u.parent_id, u.valid_from <= $2 and u.valid_to > $2, u.attributes ->> 'headcount',
          $4 or exists (select from unnest($3) as p where starts_with(u.path, p))
        from unit u where u.code = any($1) order by u.id
        """;

    // Of the units' own runs: whether the successor has one in the same place already, and which of several comes first.
    private const string ReadInstances =
        $"""
        -- ChangeUnits.Instances
        select i.id, i.parent_id is null,
          i.parent_id is not null and ($2::bigint is null or exists (select from instance o where o.parent_id = i.parent_id and o.parent_context = i.parent_context and o.unit_id = $2)
            or row_number() over (partition by i.parent_id, i.parent_context order by i.unit_id, i.id) > 1)
        from instance i where i.unit_id = any($1) and {OpenInstance.Sql} order by i.id
        """;

    private const string LockInstances =
        $"""
        -- ChangeUnits.LockInstances
        select i.id from instance i where i.unit_id = any($1) and {OpenInstance.Sql} order by i.id for no key update
        """;

    private const string ReadTasks =
        """
        -- ChangeUnits.Tasks
        select t.id, t.instance_id, coalesce(p.number_text, p.number_raw), s.body #>> '{title,vi}', u.short_name, u.code
        from task t join task_spec s on s.id = t.spec_id join unit u on u.id = t.unit_id left join plan p on p.root_id = t.root_id
        where t.unit_id = any($1) and t.status in ('open', 'submitted') order by t.id
        """;

    private const string ReadCounts =
        $"""
        -- ChangeUnits.Counts
        select (select count(*) from role_assignment a where a.unit_id = any($1) and a.valid_to > $2)::int,
          (select count(*) from unit u where u.parent_id = any($1))::int,
          (select count(*) from plan p join instance i on i.id = p.root_id and {OpenInstance.Sql} where p.unit_id = any($1))::int
        """;

    private const string MoveInstances =
        """
        -- ChangeUnits.MoveInstances
        update instance set unit_id = $2, updated_at = $3 where id = any($1)
        """;

    private const string OwnTasks =
        """
        -- ChangeUnits.OwnTasks
        update task set owner_unit_id = $2 where owner_unit_id = any($1) and status in ('open', 'submitted')
        """;

    private const string MoveTasks =
        """
        -- ChangeUnits.MoveTasks
        with moved as (
          update task t set unit_id = $2, revision = revision + 1, assignee_id = null where id = any($1) and status in ('open', 'submitted') returning *)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        select $3, $4, $5, $6, 'task.moved', m.root_id, m.instance_id, m.id, m.unit_id, jsonb_build_object('reason', $7::text) from moved m
        """;

    private const string CloseTasks =
        """
        -- ChangeUnits.CloseTasks
        with closed as (
          update task t set status = 'closed', revision = revision + 1, close_reason = n.reason, decided_at = $3
          from unnest($1, $2) as n(id, reason) where t.id = n.id and t.status in ('open', 'submitted') returning t.*)
        , clocks as (
          update deadline d set next_at = null, stopped_at = coalesce(stopped_at, $3) from closed c where d.task_id = c.id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        select $3, $4, $5, $6, 'task.closed', c.root_id, c.instance_id, c.id, c.unit_id, jsonb_build_object('reason', c.close_reason, 'round', c.round) from closed c
        """;

    private const string EndInstances =
        """
        -- ChangeUnits.EndInstances
        with told as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select id, 'cancel', json_build_object('reason', $2::text), $3, $4, $5 from unnest($1) as id order by id returning instance_id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
        select $5, $6, $3, $4, 'instance.cancel', i.root_id, i.id, i.unit_id, jsonb_build_object('reason', $2::text) from told join instance i on i.id = told.instance_id
        """;

    private const string KeepHistory =
        """
        -- ChangeUnits.KeepHistory
        insert into unit_history (unit_id, until_day, parent_id, name, headcount, changed_at)
        select id, $2, parent_id, name, attributes ->> 'headcount', $3 from unit where id = any($1)
        on conflict (unit_id, until_day) do nothing
        """;

    // Units that end hang below their successor; what stood below them comes to stand beside them.
    private const string EndUnits =
        """
        -- ChangeUnits.EndUnits
        with ended as (
          update unit set valid_to = $2, parent_id = coalesce($3, parent_id) where id = any($1) returning id)
        , roles as (
          update role_assignment a set valid_to = $2 from ended e where a.unit_id = e.id and a.valid_from < $2 and a.valid_to > $2)
        , unused as (
          delete from role_assignment a using ended e where a.unit_id = e.id and a.valid_from >= $2)
        , successors as (
          insert into unit_successor (from_unit, to_unit, kind, effective_on) select id, $3, 'merge', $2 from ended where $3 is not null
          on conflict (from_unit, to_unit) do update set kind = 'merge', effective_on = excluded.effective_on)
        update unit u set parent_id = $3 from ended e where u.parent_id = e.id and $3 is not null and u.id <> $3 and not u.id = any($1)
        """;

    private const string NewParent =
        """
        -- ChangeUnits.NewParent
        update unit set parent_id = $2 where id = any($1)
        """;

    private const string Repath =
        """
        -- ChangeUnits.Repath
        with recursive tree as (
          select id, '/' || id || '/' as path from unit where parent_id is null
          union all
          select u.id, t.path || u.id || '/' from unit u join tree t on u.parent_id = t.id)
        update unit u set path = t.path from tree t where t.id = u.id and u.path <> t.path
        """;

    private const string AskHeadcount =
        """
        -- ChangeUnits.AskHeadcount
        with asked as (
          update unit set attributes = attributes || jsonb_build_object('headcount', $2::int, 'headcountToConfirm', true) where id = $1 returning id)
        insert into task_comment (id, task_id, person_id, kind, text, at)
        select gen_random_uuid(), t.id, $3, 'follow-up', $4, $5 from task t join asked a on a.id = t.unit_id where t.status = 'open'
        """;

    private const string InsertAudit =
        """
        -- ChangeUnits.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, unit_id, detail)
        select $1, $2, $3, $4, 'organisation.' || $5, id, $6 from unnest($7::bigint[]) as id
        """;

    private sealed record Unit(long Id, string Code, string Name, string Path, long? ParentId, bool InForce, int? Headcount, bool Mine);

    private sealed record Plan(
        UnitChange Change, IReadOnlyList<Unit> From, Unit? To, UnitChangePreview Shown, IReadOnlyList<Guid> Ending, IReadOnlyList<Guid> Moving);

    /// <summary>What the change would do as things stand; writes nothing.</summary>
    public async Task<UnitChangeAnswer> PreviewAsync(Actor actor, UnitChange change, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (plan, refused) = await ReadAsync(connection, actor, change, cancellation);
        return plan is null ? refused! : new UnitChangeAnswer.Previewed(plan.Shown);
    }

    /// <summary>Applies a change whose consequences are still those of the preview; one that takes effect later is planned (<see cref="PlannedUnitChanges"/>).</summary>
    public Task<UnitChangeAnswer> ApplyAsync(
        Actor actor, UnitChange change, string? token, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        // A cascade of one of the units may hold its instance and wait for the tree.
        AgainAfterDeadlockAsync(() => ApplyOnceAsync(actor, change, token, now, recordedAt, cancellation));

    private async Task<UnitChangeAnswer> ApplyOnceAsync(
        Actor actor, UnitChange change, string? token, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        UnitChangeAnswer answer;
        if (change.EffectiveOn <= WorkingCalendar.VietnamPublic.DayOf(now))
        {
            answer = await ApplyInAsync(connection, actor, change, shown => shown.Token == token, now, recordedAt, cancellation);
        }
        else
        {
            var (plan, refused) = await ReadAsync(connection, actor, change, cancellation);
            if (plan is null) return refused!;
            if (plan.Shown.Token != token) return new UnitChangeAnswer.Changed(plan.Shown);
            answer = new UnitChangeAnswer.Planned(await PlannedUnitChanges.InsertAsync(connection, actor, change, plan.Shown, now, recordedAt, cancellation), plan.Shown);
        }

        if (answer is UnitChangeAnswer.Applied or UnitChangeAnswer.Planned) await transaction.CommitAsync(cancellation);
        return answer;
    }

    /// <summary>The same in the caller's transaction, if the consequences of this moment are agreed to.</summary>
    internal static async Task<UnitChangeAnswer> ApplyInAsync(
        NpgsqlConnection connection, Actor actor, UnitChange change, Func<UnitChangePreview, bool> agrees, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        await Command(connection, UnitTree.HoldAlone).ExecuteNonQueryAsync(cancellation);
        var (first, refused) = await ReadAsync(connection, actor, change, cancellation);
        if (first is null) return refused!;
        var from = first.From.Select(u => u.Id).ToArray();
        if (change.Kind != UnitChangeKind.Move) await Command(connection, LockInstances, Longs(from)).ExecuteNonQueryAsync(cancellation);
        var (plan, _) = await ReadAsync(connection, actor, change, cancellation);
        if (!agrees(plan!.Shown)) return new UnitChangeAnswer.Changed(plan.Shown);
        await WriteAsync(connection, actor, plan, from, now, recordedAt, cancellation);
        return new UnitChangeAnswer.Applied(plan.Shown);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, Actor actor, Plan plan, long[] from, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        var (change, reason) = (plan.Change, plan.Change.Reason!.Trim());
        NpgsqlParameter By() => P(actor.PersonId);
        NpgsqlParameter For() => P(actor.OnBehalfOf, NpgsqlDbType.Uuid);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(KeepHistory, Longs(from), P(change.EffectiveOn), Instant(now));
        if (change.Kind == UnitChangeKind.Move)
        {
            batch.Add(NewParent, Longs(from), P(plan.To!.Id));
        }
        else
        {
            if (plan.To is { } to)
            {
                batch.Add(MoveInstances, Uuids([.. plan.Moving]), P(to.Id), Instant(now));
                batch.Add(OwnTasks, Longs(from), P(to.Id));
                batch.Add(MoveTasks, Uuids([.. plan.Shown.Tasks.Where(t => t.Action == "move").Select(t => t.TaskId)]), P(to.Id), Instant(now), Instant(recordedAt), By(), For(), P(reason));
            }

            var closing = plan.Shown.Tasks.Where(t => t.Action == "close").ToArray();
            batch.Add(CloseTasks, Uuids([.. closing.Select(t => t.TaskId)]), Texts([.. closing.Select(t => t.CloseReason)]), Instant(now), Instant(recordedAt), By(), For());
            batch.Add(EndInstances, Uuids([.. plan.Ending]), P(ReasonOf(plan.To)), By(), For(), Instant(now), Instant(recordedAt));
            batch.Add(EndUnits, Longs(from), P(change.EffectiveOn), P(plan.To?.Id, NpgsqlDbType.Bigint));
            if (plan is { To: { } successor, Shown.HeadcountToConfirm: { } headcount })
                batch.Add(AskHeadcount, P(successor.Id), P(headcount), By(), P(AskedFor(plan, headcount)), Instant(now));
        }

        batch.Add(Repath);
        var detail = JsonSerializer.Serialize(new { to = plan.To?.Code, effectiveOn = change.EffectiveOn, reason, document = change.Document, tasks = plan.Shown.Tasks.Count });
        batch.Add(InsertAudit, Instant(now), Instant(recordedAt), By(), For(), P(JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString())), Json(detail), Longs(from));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What the successor is asked; what follows from the number (a conference of delegates) is the forms' rule.</summary>
    private static string ReasonOf(Unit? to) => to is null ? "Không phải thực hiện: đơn vị giải thể, không có đơn vị tiếp nhận" : $"Chấm dứt do sáp nhập – chuyển {to.Name}";

    private static string AskedFor(Plan plan, int headcount)
    {
        var parts = plan.From.Prepend(plan.To!).Where(u => u.Headcount is not null).Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Headcount}"));
        return $"Sau sáp nhập, đề nghị khai lại tổng số cán bộ, công chức, viên chức, người lao động ({string.Join(" + ", parts)} = {headcount}). Biểu mẫu của kế hoạch tính theo số này.";
    }

    private static async Task<(Plan? Plan, UnitChangeAnswer? Refused)> ReadAsync(
        NpgsqlConnection connection, Actor actor, UnitChange change, CancellationToken cancellation)
    {
        var reach = actor.PathsWith(Permission.Organisation);
        if (!actor.May(Permission.Organisation)) return (null, new UnitChangeAnswer.Forbidden());
        var codes = change.Units.Distinct(StringComparer.Ordinal).ToArray();
        if (codes.Length == 0) return Wrong("units", "Hãy chọn đơn vị.", "Choose units.");
        var all = await Command(connection, ReadUnits, Texts([.. codes, .. change.To is null ? Array.Empty<string>() : [change.To]]), P(change.EffectiveOn), Texts(reach), P(actor.IsSystem))
            .ListAsync(r => new Unit(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.LongOrNull(4), r.GetBoolean(5),
                int.TryParse(r.TextOrNull(6), out var n) ? n : null, r.GetBoolean(7)), cancellation);
        var (from, to) = (all.Where(u => codes.Contains(u.Code)).ToList(), change.To is null ? null : all.Find(u => u.Code == change.To));
        if (Refuse(change, from, to, codes) is { } wrong) return (null, wrong);
        if (all.Exists(u => !u.Mine)) return (null, new UnitChangeAnswer.Forbidden());

        var ids = from.Select(u => u.Id).ToArray();
        var ends = change.Kind != UnitChangeKind.Move;
        var instances = !ends ? [] : await Command(connection, ReadInstances, Longs(ids), P(to?.Id, NpgsqlDbType.Bigint))
            .ListAsync(r => (Id: r.GetGuid(0), IsRoot: r.GetBoolean(1), Ends: r.GetBoolean(2)), cancellation);
        if (to is null && ends && instances.Exists(i => i.IsRoot))
            return Wrong("to", "Đơn vị đang chủ trì kế hoạch, nên phải có đơn vị tiếp nhận.", "The unit runs a plan, so it needs a successor.");
        var (roles, below, plans) = (await Command(connection, ReadCounts, Longs(ids), P(change.EffectiveOn)).ListAsync(r => (r.GetInt32(0), r.GetInt32(1), r.GetInt32(2)), cancellation))[0];
        if (to is null && ends && below > 0) return Wrong("to", "Đơn vị còn đơn vị trực thuộc, nên phải có đơn vị tiếp nhận.", "There are units below it, so it needs a successor.");
        var ending = instances.Where(i => i.Ends).Select(i => i.Id).ToHashSet();
        var tasks = !ends ? [] : await Command(connection, ReadTasks, Longs(ids)).ListAsync(r =>
        {
            var closes = to is null || ending.Contains(r.GetGuid(1));
            return new MovedTask(r.GetGuid(0), r.GetGuid(1), r.TextOrNull(2), r.GetString(3), r.GetString(4), closes ? "close" : "move", closes ? ReasonOf(to) : null);
        }, cancellation);
        int? headcount = change.Kind == UnitChangeKind.Merge && from.Exists(u => u.Headcount is not null) ? (to!.Headcount ?? 0) + from.Sum(u => u.Headcount ?? 0) : null;
        var shown = new UnitChangePreview("", tasks, ending.Count, instances.Count - ending.Count, ends ? plans : 0, ends ? roles : 0, below, headcount);
        var token = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize((object)new { change, shown, from, to }))))[..32];
        return (new Plan(change, from, to, shown with { Token = token }, [.. ending], [.. instances.Where(i => !i.Ends).Select(i => i.Id)]), null);
    }

    private static UnitChangeAnswer? Refuse(UnitChange change, List<Unit> from, Unit? to, string[] codes)
    {
        var missing = codes.FirstOrDefault(c => from.All(u => u.Code != c));
        return (missing, change) switch
        {
            (not null, _) => Wrong("units", $"Không có đơn vị {missing}.", $"There is no unit {missing}.").Refused,
            _ when change.To is not null && to is null => Wrong("to", $"Không có đơn vị {change.To}.", $"There is no unit {change.To}.").Refused,
            (_, { Kind: UnitChangeKind.Merge or UnitChangeKind.Move }) when to is null => Wrong("to", "Hãy chọn đơn vị tiếp nhận.", "Choose the unit it goes to.").Refused,
            (_, { Kind: UnitChangeKind.Dissolve }) when to is not null => Wrong("to", "Giải thể thì không có đơn vị tiếp nhận; có thì chọn sáp nhập.", "A dissolved unit has no successor; choose a merger.").Refused,
            _ when to is not null && codes.Contains(to.Code) => Wrong("to", "Đơn vị tiếp nhận phải là đơn vị khác.", "The successor is another unit.").Refused,
            _ when to is not null && from.Exists(u => to.Path.StartsWith(u.Path, StringComparison.Ordinal)) => Wrong("to", "Đơn vị tiếp nhận đang trực thuộc đơn vị được chọn.", "The successor stands below a chosen unit.").Refused,
            _ when from.Find(u => !u.InForce) is { } ended => Wrong("units", $"{ended.Name} không hoạt động vào ngày này.", $"{ended.Name} is not in force on that day.").Refused,
            _ when to is { InForce: false } => Wrong("to", $"{to.Name} không hoạt động vào ngày này.", $"{to.Name} is not in force on that day.").Refused,
            _ when string.IsNullOrWhiteSpace(change.Reason) || change.Reason.Length > 2000 || !StorableText.Holds(change.Reason) => Wrong("reason", "Hãy ghi lý do, tối đa 2000 ký tự.", "Give a reason, 2000 characters at most.").Refused,
            _ when change.Document is { } document && (document.Length > 200 || !StorableText.Holds(document)) => Wrong("document", "Số, ký hiệu dài tối đa 200 ký tự.", "The document's number has 200 characters at most.").Refused,
            _ => null,
        };
    }

    private static (Plan? Plan, UnitChangeAnswer? Refused) Wrong(string field, string vi, string en) =>
        (null, new UnitChangeAnswer.Invalid(new Dictionary<string, Text> { [field] = new(vi, en) }));
}
