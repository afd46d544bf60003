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
    /// whether it is kept, the instances it reached, of many one more than a request runs itself) for callers that answer a person.
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
            P(actorId, NpgsqlDbType.Uuid), P(onBehalfOf, NpgsqlDbType.Uuid), Instant(now + KeptFor), P(paths, NpgsqlDbType.Array | NpgsqlDbType.Text), P(Burst.HopsOfEach(published.Hops, 1)), P(Runner.MostInRequest + 1));
    }

    /// <summary>
    /// The rule of which wait an event meets, said once for events that come and for those that were kept: a wait for its name that nothing has come for yet;
    /// with a correlation only one of it, aimed at an instance only one of it.
    /// </summary>
    /// <remarks>A text for each kind of filter: a plan that is kept for all of them would look through every wait for the event's name.</remarks>
    /// <param name="correlation">Null: the event has none. An index knows correlations by md5, they may be longer than it takes.</param>
    /// <param name="instance">Null: the event is aimed at none.</param>
    private static string Meets(string wait, string hash, string? correlation, string? instance) =>
        $"{wait}.hash = {hash} and {wait}.taken_at is null"
        + (correlation is null ? "" : $" and md5({wait}.correlation_id) = md5({correlation}) and {wait}.correlation_id = {correlation}")
        + (instance is null ? "" : $" and {wait}.instance_id = {instance}");

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
            where {Meets("w", "$4", isCorrelated ? "$5" : null, isAimed ? "$6" : null)}
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

    /// <summary>The waits <c>b</c> that a kept event meets.</summary>
    private static string WaitsOf(string kept, string only) =>
        string.Join("\n union all ", from isCorrelated in new[] { false, true } from isAimed in new[] { false, true } select $"""
            (select b.id, b.instance_id from bookmark b
            where {kept}.correlation_id is {(isCorrelated ? "not null" : "null")} and {kept}.instance_id is {(isAimed ? "not null" : "null")}
              and {Meets("b", kept + ".hash", isCorrelated ? kept + ".correlation_id" : null, isAimed ? kept + ".instance_id" : null)}{only})
            """);

    // One wait is enough to know the instance. Without an order: it would be taken for a reason to walk through all waits by their ids.
    private static string Kept(string events, string waits) =>
        $"""
        select s.*, m.instance_id as taker from stimulus s cross join lateral (select w.instance_id from ({WaitsOf("s", waits)}) w limit 1) m
        where s.expires_at > $1{events}
        """;

    /// <summary>
    /// A kept event goes to one instance, and resumes all waits of it that it meets then; of several that meet one wait the first that came has it. One that
    /// somebody else gives away at this moment is passed over.
    /// </summary>
    private static string Take(string events, string waits) =>
        $"""
        with kept as ({Kept(events, waits)} order by s.id for update of s skip locked),
        met as (
          select k.id, k.payload_id, k.received_at, w.id as bookmark_id, w.instance_id
          from kept k cross join lateral ({WaitsOf("k", " and b.instance_id = k.taker")}) w),
        free as (
          update bookmark b set taken_at = $1 where b.id in (select bookmark_id from met) and b.taken_at is null returning b.id),
        given as (
          select distinct on (m.bookmark_id) m.* from met m join free f on f.id = m.bookmark_id order by m.bookmark_id, m.received_at, m.id),
        gone as (
          delete from stimulus where id in (select id from given))
        insert into instance_event (instance_id, kind, body, payload_id, at)
        select instance_id, 'resume', json_build_object('bookmarkId', bookmark_id), payload_id, received_at from given
        """;

    private static readonly string TakeNew =
        $"""
        -- PublishedEvents.DeliverEarly
        {Take(" and s.hash = any(array(select hash from bookmark where id = any($2)))", " and b.id = any($2)")}
        """;

    private static readonly string Sweep =
        $"""
        -- PublishedEvents.Sweep
        {Take("", "")}
        """;

    /// <summary>New waits take events that came before them.</summary>
    internal static NpgsqlBatchCommand DeliverEarly(Guid[] bookmarks, DateTimeOffset now) => Statement(TakeNew, Instant(now), Uuids(bookmarks));

    /// <summary>Whether a kept event and a wait for it have missed each other, as SQL over $1, the business time; to stand behind <see cref="ByKeys"/>.</summary>
    internal static readonly string HasLost = $"exists ({Kept("", "")})";

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
