using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>Delivers events by name: resumes every matching wait, starts definitions whose trigger matches, else keeps the event for a while.</summary>
public static class PublishedEvents
{
    /// <summary>How long an event without a receiver is kept for a wait that comes later; afterwards it is listed as unmatched.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    /// <summary>
    /// To stand before <see cref="Deliver"/> in the same transaction. An event and a wait for it that are committed at the same moment do not see each
    /// other's rows: without this lock the event would be kept, and the wait would stand for ever.
    /// </summary>
    public static NpgsqlBatchCommand Guard(PublishedEvent published) => Lock([(KeyOf(published), true)]);

    /// <summary>The same for everything that these bursts publish and wait for; in one order, so that two commits wait and do not deadlock.</summary>
    internal static IEnumerable<NpgsqlBatchCommand> Guards(IReadOnlyList<CommittedBurst> bursts)
    {
        var keys = new SortedDictionary<long, bool>();
        foreach (var burst in bursts)
        {
            foreach (var published in burst.Result.Effects.Events) keys[KeyOf(published)] = true;
            foreach (var wait in burst.Result.Effects.BookmarksAdded.Concat(Renamed(burst)))
            {
                if (wait.Hash is null) continue;
                keys.TryAdd(Key(wait.Hash, null), false);
                if (burst.Result.State.CorrelationId is { } correlation) keys.TryAdd(Key(wait.Hash, correlation), false);
            }
        }

        if (keys.Count > 0) yield return Lock([.. keys.Select(k => (k.Key, k.Value))]);
    }

    // An event passes over a wait that somebody holds; what is only renamed is not on its way out.
    private static IEnumerable<Bookmark> Renamed(CommittedBurst burst) =>
        burst.Result.Effects.Renamed.Count == 0 ? [] : burst.Result.State.Bookmarks.Where(m => burst.Result.Effects.Renamed.ContainsKey(m.ContextId));

    // Events exclude waits and each other, waits do not exclude waits: a cascade's bursts commit side by side.
    private static NpgsqlBatchCommand Lock((long Key, bool Exclusive)[] keys) => Statement("""
        -- PublishedEvents.Lock
        select case when k.exclusive then pg_advisory_xact_lock(k.key)::text else pg_advisory_xact_lock_shared(k.key)::text end
        from unnest($1, $2) as k(key, exclusive)
        """, Longs([.. keys.Select(k => k.Key)]), P(keys.Select(k => k.Exclusive).ToArray()));

    /// <summary>An event without a correlation meets waits of every correlation, one with it only its own.</summary>
    private static long KeyOf(PublishedEvent published) => Key(Stimulus.HashOfEvent(published.Name), published.CorrelationId);

    private static long Key(string hash, string? correlation) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"event/{hash}/{(correlation is null ? "*" : "=" + correlation)}")));

    internal static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        foreach (var burst in bursts)
        {
            var ids = new DeterministicIds(burst.Id, -burst.Loaded.Head.Burst, now);
            foreach (var published in burst.Result.Effects.Events)
                yield return Deliver(published, ids.NewGuid(), ids.NewGuid(), now, null, null);
        }
    }

    /// <summary>
    /// One statement: every matching wait that nothing has come for yet is taken and gets an event with the shared payload, triggers a new instance;
    /// with no wait resumed the event is kept, as in Elsa also where it began instances: the first wait takes it. Returns one row (resumed, started,
    /// whether it is kept, as many of the instances it reached as a request runs itself) for callers that answer a person.
    /// </summary>
    /// <param name="paths">Whose waits are reached: those of instances of units in these subtrees, and of no unit; null: all. An event with such a border is
    /// not kept unless it is aimed at one instance: who would take it later is not known yet.</param>
    /// <remarks>A wait whose row somebody else holds is passed over: it is being taken or burnt at this moment.</remarks>
    public static NpgsqlBatchCommand Deliver(PublishedEvent published, Guid payloadId, Guid stimulusId, DateTimeOffset now, Guid? actorId, Guid? onBehalfOf, string[]? paths = null)
    {
        var payload = published.Payload?.DeepClone();
        var body = new JsonObject { ["input"] = new JsonObject { [Activities.Event.PayloadKey] = payload } };
        if (published.Hops > 0) body["hops"] = published.Hops;
        return Statement(Delivers[(published.CorrelationId is null ? 0 : 1) + (published.InstanceId is null ? 0 : 2)],
            P(payloadId), JsonText(body.ToJsonString()), Instant(now), P(Stimulus.HashOfEvent(published.Name)),
            P(published.CorrelationId, NpgsqlDbType.Text), P(published.InstanceId, NpgsqlDbType.Uuid), P(stimulusId), P(published.Name),
            P(actorId, NpgsqlDbType.Uuid), P(onBehalfOf, NpgsqlDbType.Uuid), Instant(now + KeptFor), P(paths, NpgsqlDbType.Array | NpgsqlDbType.Text), P(Burst.HopsOfEach(published.Hops, 1)), P(Runner.MostInRequest));
    }

    // A text for each kind of filter: a plan that is kept for all of them would look through every wait for the event's name.
    private static readonly string[] Delivers = [DeliverTo(false, false), DeliverTo(true, false), DeliverTo(false, true), DeliverTo(true, true)];

    private static string DeliverTo(bool isCorrelated, bool isAimed) =>
        $"""
        -- PublishedEvents.Deliver
        with body as (
          insert into payload (id, body, created_at) values ($1, $2, $3) returning id),
        waiting as (
          update bookmark b set taken_at = $3
          from (
            select id from bookmark w
            where hash = $4 and taken_at is null{(isCorrelated ? " and md5(correlation_id) = md5($5) and correlation_id = $5" : "")}{(isAimed ? " and instance_id = $6" : "")}
              and ($12::text[] is null or exists (
                select from instance i left join instance r on r.id = i.root_id left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
                where i.id = w.instance_id and (u.id is null or exists (select from unnest($12) as p where starts_with(u.path, p)))))
            order by id for update skip locked) free
          where b.id = free.id
          returning b.id, b.instance_id),
        resumed as (
          insert into instance_event (instance_id, kind, body, payload_id, actor_id, on_behalf_of, at)
          select w.instance_id, 'resume', json_build_object('bookmarkId', w.id), body.id, $9, $10, $3 from waiting w, body
          returning 1),
        candidates as (
          select t.activity_id, v.id as version_id, v.definition_id, v.version, md5($1::text || v.id || t.activity_id)::uuid as id,
            {StartWorkflow.KeyStart}$5{StartWorkflow.KeyMiddle}$5{StartWorkflow.KeyEnd} as key
          from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
          where t.hash = $4 and $6::uuid is null),
        claimed as (
          insert into activation (key, instance_id) select key, id from candidates where key is not null on conflict (key) do nothing returning instance_id),
        begun as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, correlation_id, created_at, updated_at)
          select c.id, c.definition_id, c.version_id, c.version, c.id, $5, $3, $3 from candidates c
          where c.key is null or c.id in (select instance_id from claimed)
          returning id),
        started as (
          insert into instance_event (instance_id, kind, body, payload_id, actor_id, on_behalf_of, at)
          select c.id, 'start', json_strip_nulls(json_build_object('triggerActivityId', c.activity_id, 'hops', nullif($13, 0) * (select count(*) from begun),
            'hash', case when exists (select from waiting) then $4::text end)), body.id, $9, $10, $3
          from candidates c join begun g on g.id = c.id, body
          returning 1),
        kept as (
          insert into stimulus (id, name, hash, correlation_id, instance_id, payload_id, received_at, expires_at, has_begun)
          select $7, $8, $4, $5, $6, body.id, $3, $11, exists (select from begun) from body where not exists (select from waiting) and ($12 is null or $6 is not null)
          returning 1)
        select (select count(*) from resumed)::int, (select count(*) from started)::int, exists (select from kept),
          array(select instance_id from waiting union select id from begun limit $14)
        """;

    /// <summary>New waits take events that came before them; each kept event resumes the waits of one instance, once.</summary>
    internal static NpgsqlBatchCommand DeliverEarly(Guid[] bookmarks, DateTimeOffset now)
    {
        const string sql = """
            -- PublishedEvents.DeliverEarly
            with chosen as (
              select distinct on (s.id) s.id, s.hash, s.correlation_id, s.payload_id, s.received_at, b.instance_id
              from bookmark b
              join stimulus s on s.hash = b.hash and s.consumed_at is null and s.expires_at > $2
                and (s.correlation_id is null or s.correlation_id = b.correlation_id) and (s.instance_id is null or s.instance_id = b.instance_id)
              where b.id = any($1)
              order by s.id, b.id),
            first as (
              select distinct on (b.id) c.id, c.payload_id, c.received_at, c.instance_id, b.id as bookmark_id
              from chosen c
              join bookmark b on b.instance_id = c.instance_id and b.hash = c.hash and (c.correlation_id is null or c.correlation_id = b.correlation_id)
              where b.id = any($1)
              order by b.id, c.received_at, c.id),
            taken as (
              update stimulus s set consumed_at = s.received_at where s.id in (select id from first) and s.consumed_at is null returning s.id),
            marked as (
              update bookmark b set taken_at = $2 from first m join taken t on t.id = m.id where b.id = m.bookmark_id returning b.id)
            insert into instance_event (instance_id, kind, body, payload_id, at)
            select m.instance_id, 'resume', json_build_object('bookmarkId', m.bookmark_id), m.payload_id, m.received_at
            from first m join taken t on t.id = m.id join marked b on b.id = m.bookmark_id
            """;
        return Statement(sql, Uuids(bookmarks), Instant(now));
    }

    // An event found no wait while the wait's own commit found no event: neither transaction could see the other. Each kept event resumes one wait. By the
    // kind of its filter, for each kind has its index; without an order, for the order would be taken for a reason to walk through all waits by their ids.
    private const string Lost =
        """
        (select s.id, s.payload_id, s.received_at, m.bookmark_id, m.instance_id
            from stimulus s
            cross join lateral (
              (select b.id as bookmark_id, b.instance_id from bookmark b
                where s.instance_id is null and s.correlation_id is null and b.hash = s.hash and b.taken_at is null limit 1)
              union all
              (select b.id, b.instance_id from bookmark b
                where s.instance_id is null and b.hash = s.hash and md5(b.correlation_id) = md5(s.correlation_id) and b.correlation_id = s.correlation_id and b.taken_at is null limit 1)
              union all
              (select b.id, b.instance_id from bookmark b
                where b.instance_id = s.instance_id and b.hash = s.hash and (s.correlation_id is null or b.correlation_id = s.correlation_id) and b.taken_at is null limit 1)) m
            where s.consumed_at is null and s.expires_at > $1
            order by s.id
        """;

    private const string Sweep =
        $"""
        -- PublishedEvents.Sweep
        with lost as {Lost} for update of s skip locked),
        free as (
          update bookmark b set taken_at = $1 where b.id in (select bookmark_id from lost) and b.taken_at is null returning b.id),
        one as (
          select distinct on (l.bookmark_id) l.* from lost l join free f on f.id = l.bookmark_id order by l.bookmark_id, l.received_at, l.id),
        taken as (
          update stimulus s set consumed_at = $1 from one l where s.id = l.id and s.consumed_at is null returning s.id)
        insert into instance_event (instance_id, kind, body, payload_id, at)
        select l.instance_id, 'resume', json_build_object('bookmarkId', l.bookmark_id), l.payload_id, l.received_at
        from one l join taken t on t.id = l.id
        """;

    /// <summary>Whether a kept event and a wait for it have missed each other, as SQL over $1, the business time; to stand behind <see cref="ByKeys"/>.</summary>
    internal const string HasLost = $"exists {Lost})";

    /// <summary>Where nearly all wait for one event, the planner takes it that any wait is one for the kept event, and would read the table until it finds one.</summary>
    internal const string ByKeys =
        """
        -- PublishedEvents.ByKeys
        select set_config('enable_seqscan', 'off', true)
        """;

    /// <summary>
    /// Brings kept events and waits together that missed each other because their transactions ran at the same time. The pulse does it each turn,
    /// on any number of hosts. Returns how many events were delivered.
    /// </summary>
    public static async Task<int> SweepAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var batch = database.CreateBatch();
        batch.Add(ByKeys);
        var sweep = batch.Add(Sweep, Instant(now));
        await batch.ExecuteNonQueryAsync(cancellation);
        return sweep.RecordsAffected;
    }
}
