using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>A change that was decided before it takes effect.</summary>
/// <param name="Kind">Which <see cref="ApplyPlannedChange"/> knows what to do.</param>
/// <param name="Body">What was decided, as that one wrote it.</param>
/// <param name="Shown">What it would have done when it was planned.</param>
/// <param name="Outcome">applied, revoked or failed; null: it is to come.</param>
/// <param name="Done">What it did, as its kind writes it, or why it could not be done: an object with a list <c>failure</c> of texts.</param>
public sealed record PlannedChange(
    Guid Id, string Kind, DateTimeOffset EffectiveAt, string Body, string Shown, DateTimeOffset PlannedAt, Guid PlannedBy, Guid? OnBehalfOf, string? Outcome = null,
    DateTimeOffset? SettledAt = null, string? Done = null);

/// <summary>What came of applying one: <paramref name="Failed"/> when it can no longer be done, with the reason in <paramref name="Done"/>.</summary>
public sealed record PlannedOutcome(bool Failed, string Done);

/// <summary>Applies a planned change of one kind, on the connection of the transaction that settles it; what it writes and the outcome are one commit.</summary>
public sealed record ApplyPlannedChange(
    string Kind, Func<NpgsqlConnection, PlannedChange, DateTimeOffset, DateTimeOffset, CancellationToken, Task<PlannedOutcome>> Run);

/// <summary>
/// Keeps changes that take effect later, and applies those whose time has come. Each is applied once: its row is locked, and change and outcome are one
/// transaction, so that a crash leaves it planned or applied. One that can no longer be done, or breaks, fails with its reason and is not tried again.
/// </summary>
public sealed class PlannedChanges(NpgsqlDataSource database, TimeProvider system, IEnumerable<ApplyPlannedChange> kinds, CrashPoints? crashPoints = null)
{
    private readonly Dictionary<string, ApplyPlannedChange> _kinds = kinds.ToDictionary(k => k.Kind);

    private const string Insert =
        """
        -- PlannedChanges.Insert
        with planned as (
          insert into planned_change (id, kind, effective_at, body, shown, planned_at, planned_by, on_behalf_of) values ($1, $2, $3, $4, $5, $6, $7, $8) returning *)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        select $6, $9, $7, $8, 'change.planned', jsonb_build_object('id', id, 'kind', kind, 'effectiveAt', effective_at, 'change', body) from planned
        """;

    private const string Take =
        """
        -- PlannedChanges.Take
        select id, kind, effective_at, body::text, shown::text, planned_at, planned_by, on_behalf_of from planned_change
        where outcome is null and effective_at <= $1 and kind = any($2) order by effective_at, planned_at limit 1 for update skip locked
        """;

    private const string Settle =
        """
        -- PlannedChanges.Settle
        with settled as (
          update planned_change set outcome = $2, settled_at = $3, settled_by = $4, done = $5 where id = $1 and outcome is null returning *)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        select $3, $6, $4, null, 'change.' || outcome, jsonb_build_object('id', id, 'kind', kind, 'done', done) from settled
        """;

    private const string Broken =
        """
        {"failure": [{"vi": "Hệ thống gặp lỗi khi thực hiện; quản trị viên xem nhật ký máy chủ rồi lập lại thay đổi.", "en": "The system failed while carrying it out; an administrator reads the server's log and plans it anew."}]}
        """;

    /// <summary>Plans one; the caller has checked that it may be done as things stand.</summary>
    public static async Task InsertAsync(NpgsqlConnection connection, PlannedChange change, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await Command(connection, Insert, P(change.Id), P(change.Kind), Instant(change.EffectiveAt), Json(change.Body), Json(change.Shown), Instant(change.PlannedAt), P(change.PlannedBy),
            P(change.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid), Instant(recordedAt)).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Takes one back that has not taken effect; false: it has, or was taken back before.</summary>
    public async Task<bool> RevokeAsync(Actor actor, Guid id, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await SettleAsync(connection, id, "revoked", actor.Id, null, now, recordedAt, cancellation);
    }

    /// <summary>Applies the next one that takes effect by now; 0 when there is none.</summary>
    public async Task<int> ApplyDueAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (_kinds.Count == 0) return 0;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var due = await Command(connection, Take, Instant(now), Texts([.. _kinds.Keys])).ListAsync(r => new PlannedChange(
            r.GetGuid(0), r.GetString(1), r.Instant(2), r.GetString(3), r.GetString(4), r.Instant(5), r.GetGuid(6), r.GuidOrNull(7)), cancellation);
        if (due.Count == 0) return 0;
        var recordedAt = BusinessClock.Whole(system.GetUtcNow());
        PlannedOutcome outcome;
        try
        {
            outcome = await _kinds[due[0].Kind].Run(connection, due[0], now, recordedAt, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException && !e.IsTransient())
        {
            // Tried again each second it would fail each second; what it was told of stands in the log, once.
            await transaction.RollbackAsync(cancellation);
            await SettleAsync(connection, due[0].Id, "failed", null, Broken, now, recordedAt, cancellation);
            throw;
        }

        await SettleAsync(connection, due[0].Id, outcome.Failed ? "failed" : "applied", null, outcome.Done, now, recordedAt, cancellation);
        crashPoints?.Hit("change-before-commit");
        await transaction.CommitAsync(cancellation);
        crashPoints?.Hit("change-after-commit");
        return 1;
    }

    private static async Task<bool> SettleAsync(
        NpgsqlConnection connection, Guid id, string outcome, Guid? by, string? done, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation) =>
        await Command(connection, Settle, P(id), P(outcome), Instant(now), P(by, NpgsqlTypes.NpgsqlDbType.Uuid), Json(done), Instant(recordedAt)).ExecuteNonQueryAsync(cancellation) == 1;
}
