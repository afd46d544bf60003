using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Absences;

/// <summary>What deputies may be given of a person's duties (<c>delegation.duties</c>).</summary>
public static class Duty
{
    /// <summary>Do the unit's own tasks: hand in, withdraw.</summary>
    public const string Work = "work";

    /// <summary>Accept and return what units hand in.</summary>
    public const string Review = "review";

    /// <summary>Watch, record follow-ups, close and reassign.</summary>
    public const string FollowUp = "follow-up";

    /// <summary>Move deadlines.</summary>
    public const string Extend = "extend";

    public static IReadOnlyList<string> All { get; } = [Work, Review, FollowUp, Extend];

    /// <summary>The duty that a command on a task belongs to (the names of <see cref="TaskRules.Allowed"/>); null: looking and commenting, part of each.</summary>
    public static string? Of(string command) => command switch
    {
        "complete" or "draft" or "attach" or "claim" or "withdraw" => Work,
        "accept" or "return" => Review,
        "close" or "reassign" or "release" or "follow-up" => FollowUp,
        "extend" => Extend,
        _ => null,
    };
}

/// <summary>A deputy with what they may do.</summary>
/// <param name="Plans">Only in these plans (ids of their root instances); null: in all.</param>
/// <param name="Processes">Only in instances of these definitions; null: of all.</param>
/// <param name="Written">By a written delegation: then mails go to both.</param>
/// <param name="Document">Number and symbol of it.</param>
public sealed record Deputy(
    Guid PersonId, IReadOnlyList<string> Duties, IReadOnlyList<Guid>? Plans = null, IReadOnlyList<string>? Processes = null, bool Written = false, string? Document = null);

/// <summary>What came of entering or ending an absence.</summary>
public abstract record AbsenceAnswer
{
    private AbsenceAnswer() { }

    public sealed record Done(Guid Id) : AbsenceAnswer;

    /// <summary>No such person or absence, or not for the actor to change.</summary>
    public sealed record NotFound : AbsenceAnswer;

    /// <summary>One message for each field.</summary>
    public sealed record Invalid(IReadOnlyDictionary<string, Text> Errors) : AbsenceAnswer;
}

/// <summary>
/// Enters who is away from when to when and who stands in, by the person or by one who administers a unit where they hold a role that day. Rights begin and end with the
/// days by themselves: nothing has to run for it.
/// </summary>
public sealed class EnterAbsence(NpgsqlDataSource database)
{
    /// <summary>Longest absence.</summary>
    public const int MaximumDays = 366;

    /// <param name="FromDay">First day away.</param>
    /// <param name="LastDay">Last day away.</param>
    public sealed record Command(Guid PersonId, DateOnly FromDay, DateOnly LastDay, string? Reason, IReadOnlyList<Deputy> Deputies);

    // Entering for one person waits for another entering for the same one, so that two overlapping ones cannot both be found free.
    private static readonly string Check =
        $"""
        -- EnterAbsence.Check
        select p.id = $2 or {Actor.Administers("p.id", "$3", "$6")},
          exists (select from absence b where b.person_id = p.id and b.ended_at is null and b.from_day < $5 and b.until_day > $4)
        from person p where p.id = $1 and p.is_active
        for update of p
        """;

    // A deputy has a role in a unit of the person, above or below it; to somebody outside nothing is passed on.
    private const string CheckDeputies =
        """
        -- EnterAbsence.CheckDeputies
        select n.n, d.id is not null and d.is_active,
          exists (select from role_assignment a join unit au on au.id = a.unit_id, role_assignment b join unit bu on bu.id = b.unit_id
            where a.person_id = $2 and b.person_id = n.id and b.valid_to > $3 and a.valid_to > $3 and (au.path ^@ bu.path or bu.path ^@ au.path)),
          exists (select from absence o where o.person_id = n.id and o.ended_at is null and o.from_day <= $3 and o.until_day >= $4)
        from unnest($1) with ordinality as n(id, n) left join person d on d.id = n.id
        """;

    private const string Write =
        """
        -- EnterAbsence.Write
        with entered as (
          insert into absence (id, person_id, from_day, until_day, reason, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6, $8)),
        given as (
          insert into delegation (id, absence_id, deputy_id, duties, root_ids, definition_ids, written, document)
          select md5($1::text || n.n)::uuid, $1, n.deputy_id, string_to_array(n.duties, ' '), string_to_array(n.roots, ' ')::uuid[], string_to_array(n.definitions, ' '), n.written, n.document
          from unnest($11, $12, $13, $14, $15, $16) with ordinality as n(deputy_id, duties, roots, definitions, written, document, n))
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($8, $9, $6, $7, 'absence.entered', $10)
        """;

    private static readonly string End =
        $"""
        -- EnterAbsence.End
        with ended as (
          update absence b set ended_at = $2, ended_by = $3
          where b.id = $1 and b.ended_at is null and b.until_day > $7
            and (b.person_id = $3 or {Actor.Administers("b.person_id", "$6", "$7")})
          returning b.id, b.person_id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        select $2, $5, $3, $4, 'absence.ended', jsonb_build_object('absence', e.id, 'person', e.person_id) from ended e
        """;

    public async Task<AbsenceAnswer> EnterAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        var errors = new Dictionary<string, Text>();
        var (today, until) = (WorkingCalendar.VietnamPublic.DayOf(now), command.LastDay.AddDays(1));
        if (command.LastDay < command.FromDay) errors["lastDay"] = new("Ngày cuối phải từ ngày đầu trở đi.", "The last day is the first one or later.");
        else if (command.LastDay < today) errors["lastDay"] = new("Kỳ vắng mặt này đã qua.", "This absence is past.");
        else if (command.LastDay.DayNumber - command.FromDay.DayNumber >= MaximumDays) errors["lastDay"] = new($"Dài nhất {MaximumDays} ngày.", $"At most {MaximumDays} days.");
        foreach (var text in new[] { command.Reason }.Concat(command.Deputies.Select(d => d.Document)))
            if (text is { Length: > 500 } || !StorableText.Holds(text)) errors["reason"] = new("Dài tối đa 500 ký tự.", "At most 500 characters.");
        for (var i = 0; i < command.Deputies.Count; i++)
        {
            var deputy = command.Deputies[i];
            if (deputy.PersonId == command.PersonId) errors[$"deputies[{i}]"] = new("Không thể tự thay mình.", "Nobody stands in for themselves.");
            else if (deputy.Duties.Count == 0 || deputy.Duties.Except(Duty.All).Any())
                errors[$"deputies[{i}]"] = new("Chọn ít nhất một phần việc: nộp, duyệt, theo dõi, gia hạn.", "Choose at least one duty: work, review, follow-up, extend.");
        }

        if (errors.Count > 0) return new AbsenceAnswer.Invalid(errors);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await Storage.Db.Command(connection, Check, P(command.PersonId), P(actor.PersonId), Texts(actor.PathsWith(Permission.Organisation)), P(command.FromDay), P(until), P(today))
            .ListAsync(r => (May: r.GetBoolean(0), Overlaps: r.GetBoolean(1)), cancellation);
        if (found is not [{ May: true } one]) return new AbsenceAnswer.NotFound();
        if (one.Overlaps) errors["fromDay"] = new("Đã có kỳ vắng mặt trùng những ngày này.", "There is an absence on some of these days already.");
        foreach (var (n, active, near, away) in await Storage.Db.Command(connection, CheckDeputies, Uuids([.. command.Deputies.Select(d => d.PersonId)]), P(command.PersonId), P(command.FromDay), P(until))
            .ListAsync(r => ((int)r.GetInt64(0) - 1, r.GetBoolean(1), r.GetBoolean(2), r.GetBoolean(3)), cancellation))
        {
            if (!active || !near) errors[$"deputies[{n}]"] = new("Người thay phải có chức vụ trong cùng tổ chức, cấp trên hoặc cấp dưới.", "A deputy holds a role in the same organisation, above or below it.");
            else if (away) errors[$"deputies[{n}]"] = new("Người này cũng vắng mặt suốt những ngày đó.", "This person is away on all of these days too.");
        }

        if (errors.Count > 0) return new AbsenceAnswer.Invalid(errors);
        var id = Guid.CreateVersion7(now);
        await Storage.Db.Command(connection, Write,
            P(id), P(command.PersonId), P(command.FromDay), P(until), P(Clean(command.Reason), NpgsqlDbType.Text), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            Instant(now), Instant(recordedAt), Json(JsonSerializer.Serialize(new { absence = id, command.PersonId, command.FromDay, command.LastDay, command.Deputies }, JsonSerializerOptions.Web)),
            Uuids([.. command.Deputies.Select(d => d.PersonId)]), Texts([.. command.Deputies.Select(d => string.Join(' ', d.Duties.Distinct()))]),
            Texts([.. command.Deputies.Select(d => d.Plans is null ? null : string.Join(' ', d.Plans))]),
            Texts([.. command.Deputies.Select(d => d.Processes is null ? null : string.Join(' ', d.Processes))]),
            P(command.Deputies.Select(d => d.Written).ToArray()), Texts([.. command.Deputies.Select(d => Clean(d.Document))])).ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new AbsenceAnswer.Done(id);
    }

    /// <summary>Called off, or back early: from now on nobody stands in.</summary>
    public async Task<AbsenceAnswer> EndAsync(Actor actor, Guid absenceId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Storage.Db.Command(connection, End, P(absenceId), Instant(now), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            Instant(recordedAt), Texts(actor.PathsWith(Permission.Organisation)), P(WorkingCalendar.VietnamPublic.DayOf(now)));
        return await command.ExecuteNonQueryAsync(cancellation) == 1 ? new AbsenceAnswer.Done(absenceId) : new AbsenceAnswer.NotFound();
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
