using System.Text.Json.Nodes;
using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Requests;

/// <summary>What came of a request, as the activity that asked for it is told.</summary>
/// <param name="Kind">response, failed-to-connect, timeout or refused.</param>
/// <param name="Error">Why there is no response, for people; null: there is one.</param>
public sealed record HttpOutcome(string Kind, int StatusCode = 0, JsonObject? Headers = null, string? Content = null, string? ContentType = null, string? Error = null)
{
    public const string Response = "response", FailedToConnect = "failed-to-connect", Timeout = "timeout", Refused = "refused";

    /// <summary>The name under which it comes with the resumption.</summary>
    public const string InputKey = "__HttpResponse";

    /// <summary>Whether another try may come to something else.</summary>
    public bool IsPassing => Kind is FailedToConnect or Timeout || (Kind == Response && StatusCode is 408 or 429 or 502 or 503 or 504);
}

/// <summary>A request that is due, held for the length of the caller's transaction: the row lock is the lease, a sender that dies frees it.</summary>
/// <remarks>
/// What survives a crash: the row as it was. Between the other server's answer and the commit the request goes out a second time, with the same id in
/// the header <c>Idempotency-Key</c>: at least once.
/// </remarks>
public sealed record HttpJob(Guid Id, Guid InstanceId, JsonObject Request, int Attempts)
{
    /// <summary>Tries of one request, the first one included.</summary>
    public const int MostAttempts = 5;

    private const string Take =
        """
        -- HttpJob.Take
        select id, instance_id, request::text, attempts from http_job where status = 'queued' and next_attempt_at <= $1
        order by next_attempt_at, id limit 1 for update skip locked
        """;

    // An intake: it closes its own row and leaves the event. What was secret goes with the last try.
    private const string Close =
        """
        -- HttpJob.Close
        with closed as (
          update http_job set status = 'done', attempts = attempts + 1, finished_at = $2, last_error = $4, request = request - '{authorization,headers,content}'::text[]
          where id = $1 and status = 'queued' returning instance_id, bookmark_id)
        insert into instance_event (instance_id, kind, body, at)
        select instance_id, 'resume', json_build_object('bookmarkId', bookmark_id, 'input', $3::json), $2 from closed
        """;

    private const string Postpone =
        """
        -- HttpJob.Postpone
        update http_job set attempts = attempts + 1, next_attempt_at = $2, last_error = $3 where id = $1 and status = 'queued'
        """;

    /// <summary>The next request that is due at system time <paramref name="at"/> and that no other sender holds, or null.</summary>
    public static async Task<HttpJob?> NextAsync(NpgsqlConnection connection, DateTimeOffset at, CancellationToken cancellation = default) =>
        (await Command(connection, Take, Instant(at)).ListAsync(
            r => new HttpJob(r.GetGuid(0), r.GetGuid(1), (JsonObject)JsonNode.Parse(r.GetString(2))!, r.GetInt32(3)), cancellation)).SingleOrDefault();

    /// <summary>Tells the instance what came, or leaves the request for a later try. True: told.</summary>
    /// <param name="now">Business time of the event.</param>
    /// <param name="at">System time, from which the pause before another try counts.</param>
    public async Task<bool> RecordAsync(NpgsqlConnection connection, HttpOutcome outcome, DateTimeOffset now, DateTimeOffset at, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.IsPassing && Attempts + 1 < MostAttempts)
        {
            var error = outcome.Error ?? $"Status {outcome.StatusCode}";
            await using var postpone = Command(connection, Postpone, P(Id), Instant(at + Pause(Attempts + 1)), P(error));
            await postpone.ExecuteNonQueryAsync(cancellation);
            return false;
        }

        var told = new JsonObject
        {
            [HttpOutcome.InputKey] = new JsonObject
            {
                ["kind"] = outcome.Kind,
                ["statusCode"] = outcome.StatusCode,
                ["headers"] = outcome.Headers?.DeepClone(),
                ["content"] = outcome.Content,
                ["contentType"] = outcome.ContentType,
                ["error"] = outcome.Error,
            },
        };
        await using var close = Command(connection, Close, P(Id), Instant(now), JsonText(told.ToJsonString()), P(outcome.Error, NpgsqlTypes.NpgsqlDbType.Text));
        await close.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    /// <summary>2, 8, 32 and 128 seconds of system time.</summary>
    public static TimeSpan Pause(int attempt) => TimeSpan.FromSeconds(2 * Math.Pow(4, attempt - 1));
}
