using System.Text.Json;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>What became of a wish to send a mail again.</summary>
public enum ResendAnswer
{
    /// <summary>It is queued, with a fresh count of attempts and the same Message-ID.</summary>
    Queued,

    /// <summary>There is no such mail, or not for this person to see.</summary>
    Unknown,

    /// <summary>It waits for its next attempt already.</summary>
    AlreadyQueued,
}

/// <summary>Sends a sent or dead mail again, from the same snapshot. Recorded with who asked for it.</summary>
public sealed class ResendMail(NpgsqlDataSource database, TimeProvider system)
{
    private const string Queue =
        $"""
        -- ResendMail.Queue
        with old as (
          select o.id, o.status, o.root_id, o.task_id from outbox o
          where o.id = $2 and {OutboxReach.Sql}
          for update),
        again as (
          update outbox o set status = 'queued', attempts = 0, next_attempt_at = $3, sent_at = null, last_error = null, bounced_at = null, bounce_reason = null
          from old where o.id = old.id and old.status <> 'queued' returning o.id),
        noted as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, task_id, detail)
          select $3, $4, $5, $6, 'mail.resend', old.root_id, old.task_id, $7 || jsonb_build_object('was', old.status)
          from old join again on again.id = old.id)
        select exists (select from again) from old
        """;

    public async Task<ResendAnswer> RunAsync(Actor actor, Guid mailId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var answers = await Command(connection, Queue,
            Texts(actor.PathsWith(Permission.Outbox)), P(mailId), Instant(now), Instant(BusinessClock.Whole(system.GetUtcNow())),
            P(actor.Id, NpgsqlTypes.NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid),
            Json(JsonSerializer.Serialize(new { mailId }))).ListAsync(r => r.GetBoolean(0), cancellation);
        return answers switch { [] => ResendAnswer.Unknown, [true] => ResendAnswer.Queued, _ => ResendAnswer.AlreadyQueued };
    }
}
