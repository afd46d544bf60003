using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Requests;

/// <summary>What a request may start or resume.</summary>
/// <param name="Hash">Key of the start or the wait.</param>
/// <param name="InstanceId">Whose wait it is; null: a definition that it starts.</param>
/// <param name="UnitPath">The unit of that instance's case; null: none.</param>
public sealed record FoundEndpoint(
    string Hash, string DefinitionId, string VersionId, string ActivityId, Guid? InstanceId, Guid? BookmarkId, EndpointRule Rule, string? UnitPath);

/// <summary>What was found for a request. <paramref name="Methods"/>: those that the path takes, where it does not take this one.</summary>
public sealed record FoundEndpoints(FoundEndpoint? Endpoint, bool IsAmbiguous, IReadOnlyList<string> Methods);

/// <summary>What a definition answers; without content it has no type.</summary>
public sealed record CallAnswer(int StatusCode, string? ContentType, string? Content, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    internal static CallAnswer Read(string json)
    {
        var answer = (JsonObject)JsonNode.Parse(json)!;
        return new CallAnswer(
            answer["statusCode"]!.GetValue<int>(), answer["contentType"].AsText(), answer["content"].AsText(),
            [.. ((JsonObject)answer["headers"]!).Select(h => KeyValuePair.Create(h.Key, h.Value.AsText() ?? ""))]);
    }
}

/// <summary>What a run has made of a request.</summary>
public sealed record CallOutcome(bool IsReached, CallAnswer? Answer, string SubStatus);

/// <summary>
/// Takes requests of other programs in. An intake: it marks the one wait as taken, or creates the instance that it starts, leaves the event, and a row
/// for the answer; the burst does the rest. Of two requests for one wait one is taken.
/// </summary>
/// <remarks>What survives a crash: from the intake's commit on the event, so the run goes on; only the caller's connection is lost.</remarks>
public static class TakeRequest
{
    // A wait stands for one instance: two with the same key leave open who is meant, more need not be read.
    private static readonly string Find = $"""
        -- TakeRequest.Find
        select k.n, k.hash, v.definition_id, v.id, t.activity_id, null::uuid, null::uuid, t.payload::text, null::text, $2::text is null as is_first
        from unnest($1) with ordinality as k(hash, n)
        join trigger t on t.hash = k.hash and t.name = '{HttpEndpoint.TypeName}'
        join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
        where $3::uuid is null
        union all
        select k.n, k.hash, w.definition_id, w.definition_version_id, w.activity_id, w.instance_id, w.id, m.payload::text, u.path, $2::text is not null
        from unnest($1) with ordinality as k(hash, n)
        cross join lateral (
          select b.id, b.instance_id, b.activity_id, i.definition_id, i.definition_version_id, i.root_id, i.unit_id
          from bookmark b join instance i on i.id = b.instance_id and i.status = 'Running'
          where b.hash = k.hash and b.name = '{HttpEndpoint.TypeName}' and b.taken_at is null
            and ($2::text is null or b.correlation_id = $2) and ($3::uuid is null or b.instance_id = $3)
          order by b.id limit 2) w
        join instance_state s on s.instance_id = w.instance_id
        cross join lateral (select e -> 'payload' as payload from {StateList.Items("bookmarks")} e where e ->> 'id' = w.id::text limit 1) m
        left join unit u on u.id = coalesce(w.unit_id, (select r.unit_id from instance r where r.id = w.root_id))
        order by 1, 10 desc
        """;

    private const string Others = $"""
        -- TakeRequest.Others
        select distinct k.method from unnest($1, $2) as k(hash, method)
        where exists (select from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
            where t.hash = k.hash and t.name = '{HttpEndpoint.TypeName}')
          or exists (select from bookmark b where b.hash = k.hash and b.name = '{HttpEndpoint.TypeName}' and b.taken_at is null)
        order by 1
        """;

    private const string Start = $"""
        -- TakeRequest.Start
        with version as (
          select v.id, v.definition_id, v.version, {StartWorkflow.KeyStart}$4{StartWorkflow.KeyMiddle}$4{StartWorkflow.KeyEnd} as key
          from definition_version v
          where v.id = $2 and v.is_published and v.deleted_at is null
            and exists (select from trigger t where t.definition_version_id = v.id and t.activity_id = $3 and t.hash = $5)),
        claimed as (
          insert into activation (key, instance_id) select key, $1 from version where key is not null on conflict (key) do nothing returning key),
        created as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, correlation_id, created_at, updated_at)
          select $1, v.definition_id, v.id, v.version, $1, $6, $4, $10, $10 from version v where v.key is null or exists (select from claimed)
          returning id),
        called as (
          insert into http_call (id, instance_id, at, recorded_at) select $11, id, $10, $12 from created)
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
        select id, 'start', $7, $8, $9, $10 from created
        """;

    private const string Resume = """
        -- TakeRequest.Resume
        with taken as (
          update bookmark set taken_at = $6 where id = $1 and instance_id = $2 and taken_at is null returning id, instance_id),
        called as (
          insert into http_call (id, instance_id, at, recorded_at) select $7, instance_id, $6, $8 from taken)
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
        select instance_id, 'resume', json_build_object('bookmarkId', id, 'input', $3::json), $4, $5, $6 from taken
        """;

    private const string Outcome = """
        -- TakeRequest.Outcome
        select c.reached_at is not null, c.answer::text, i.sub_status from http_call c join instance i on i.id = c.instance_id where c.id = $1
        """;

    /// <summary>What stands at this path for this method: the most exact path first; with a correlation its waits before what begins anew; with an instance its waits only.</summary>
    public static async Task<FoundEndpoints> FindAsync(
        NpgsqlDataSource database, string method, string[] segments, string? correlationId, Guid? instanceId, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        var shapes = EndpointPath.ShapesOf(segments).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Find, Texts([.. shapes.Select(s => Stimulus.HashOfRequest(method, s))]), P(correlationId, NpgsqlDbType.Text), P(instanceId, NpgsqlDbType.Uuid))
            .ListAsync(r => (Place: r.GetInt64(0), Found: new FoundEndpoint(
                r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GuidOrNull(5), r.GuidOrNull(6),
                EndpointRule.Of((JsonObject)JsonNode.Parse(r.GetString(7))!), r.TextOrNull(8))), cancellation);
        if (rows.Count > 0)
        {
            var first = rows[0];
            return new FoundEndpoints(first.Found, first.Found.InstanceId is not null && rows.Count(r => r.Place == first.Place && r.Found.InstanceId is not null) > 1, []);
        }

        var others = (from other in EndpointPath.Methods where other != method from shape in shapes select (Hash: Stimulus.HashOfRequest(other, shape), Method: other)).ToArray();
        return new FoundEndpoints(null, false, await Command(connection, Others, Texts([.. others.Select(o => o.Hash)]), Texts([.. others.Select(o => o.Method)]))
            .ListAsync(r => r.GetString(0), cancellation));
    }

    /// <summary>
    /// Takes the request in at business time <paramref name="now"/>; the instance that it started or resumed, or null: it was taken by another one, is
    /// not there any more, or the definition allows no further instance now.
    /// </summary>
    /// <param name="call">Id of the row for the answer.</param>
    /// <param name="request">As <see cref="HttpCall.InputKey"/> says, without the call.</param>
    /// <param name="actor">Who asks; null: nobody who is known.</param>
    /// <param name="unitId">The unit that a new instance belongs to.</param>
    public static async Task<Guid?> RunAsync(
        NpgsqlDataSource database, FoundEndpoint endpoint, Guid call, JsonObject request, Actor? actor, long? unitId, string? correlationId, DateTimeOffset now,
        DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(request);
        var given = (JsonObject)request.DeepClone();
        given["call"] = call.ToString();
        var input = new JsonObject { [HttpCall.InputKey] = given };
        var (person, other) = (P(actor?.Id, NpgsqlDbType.Uuid), P(actor?.OnBehalfOf, NpgsqlDbType.Uuid));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (endpoint.InstanceId is { } instance)
        {
            await using var resume = Command(connection, Resume, P(endpoint.BookmarkId!.Value), P(instance), JsonText(input.ToJsonString()), person, other, Instant(now), P(call), Instant(recordedAt));
            return await resume.ExecuteNonQueryAsync(cancellation) == 1 ? instance : null;
        }

        var started = Guid.CreateVersion7(now);
        var body = new JsonObject { ["input"] = input, ["triggerActivityId"] = endpoint.ActivityId };
        await using var start = Command(connection, Start, P(started), P(endpoint.VersionId), P(endpoint.ActivityId), P(correlationId, NpgsqlDbType.Text), P(endpoint.Hash),
            P(unitId, NpgsqlDbType.Bigint), JsonText(body.ToJsonString()), person, other, Instant(now), P(call), Instant(recordedAt));
        return await start.ExecuteNonQueryAsync(cancellation) == 1 ? started : null;
    }

    /// <summary>What the run has made of the request so far.</summary>
    public static async Task<CallOutcome?> OutcomeAsync(NpgsqlDataSource database, Guid call, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Outcome, P(call)).ListAsync(
            r => new CallOutcome(r.GetBoolean(0), r.TextOrNull(1) is { } answer ? CallAnswer.Read(answer) : null, r.GetString(2)), cancellation)).SingleOrDefault();
    }
}
