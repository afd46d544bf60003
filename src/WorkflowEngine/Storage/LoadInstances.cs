using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>An instance locked by this transaction, with the events that wait for it.</summary>
/// <param name="SubStatus">As stored, before the burst.</param>
public sealed record LoadedInstance(InstanceHead Head, SubStatus SubStatus, byte[]? StateJson, IReadOnlyList<InstanceEvent> Events, Facts Facts)
{
    /// <summary>Where its row lies: it is held, so nobody but this transaction moves it.</summary>
    public NpgsqlTid Place { get; init; }

    /// <summary>Where its state lies; only who holds the instance moves it.</summary>
    public NpgsqlTid StatePlace { get; init; }

    /// <summary>What of it cannot be read, so that it cannot be run; null: nothing. An empty graph, or an empty body, stands in the place.</summary>
    public Unreadable? Unreadable { get; init; }

    /// <summary>A fresh copy of the stored state; a burst changes what it is given.</summary>
    public InstanceState? State => StateJson is null ? null : InstanceState.FromUtf8(StateJson);
}

/// <summary>Something stored that cannot be read.</summary>
/// <param name="Kind">Of the incident that it is.</param>
public sealed record Unreadable(string Kind, string Message)
{
    /// <summary>The instance's version of its definition.</summary>
    public const string Definition = "DefinitionUnreadable";

    /// <summary>An event that waits for the instance.</summary>
    public const string Event = "EventUnreadable";

    /// <summary>What the instance remembers.</summary>
    public const string State = "StateUnreadable";

    /// <summary>What is wrong with an instance's version and with its state, where something is.</summary>
    public static IReadOnlyList<Unreadable> Of(string? version, string? state) =>
        [.. from u in new[] { (Kind: Definition, Message: version), (Kind: State, Message: state) } where u.Message is not null select new Unreadable(u.Kind, u.Message!)];
}

/// <summary>
/// Locks instances that have events and reads what their bursts need. <c>FOR NO KEY UPDATE</c> never blocks the insertion of an event.
/// The row lock is the lease: when this process dies, PostgreSQL rolls back and the events are still there.
/// </summary>
public sealed class LoadInstances(DefinitionStore definitions, ReferenceStore reference)
{
    /// <summary>Events that one burst is given at most: it stays short, and what it cannot take fits into its transaction.</summary>
    public const int MaximumEvents = 1000;

    /// <summary>What <see cref="ReadUnit"/> reads, of a table <c>unit u</c>.</summary>
    internal const string UnitColumns = "u.id, u.code, u.name, u.short_name, u.kind, u.path, u.calendar_id, u.attributes";

    private const string Columns = """
        i.id, i.root_id, i.parent_id, i.parent_context, i.report_to_parent, i.unit_id, i.definition_version_id, i.burst, i.created_at,
        i.sub_status, i.correlation_id, i.name, i.ctid,
        """ + " " + UnitColumns;

    // The limit is a fence: whatever the planner believes of the table, each row is looked up by its key. As a join, planned while the table held a
    // row or two, it would go through the whole index for each batch as long as the connection keeps that plan, also when a cascade has made it long.
    private const string UnitOfInstance = "left join lateral (select * from unit where id = i.unit_id limit 1) u on true";

    /// <summary>
    /// Claims up to <paramref name="limit"/> instances that have events, from <paramref name="place"/> on. Those that somebody else holds are passed
    /// over and do not count, so that several workers beside each other all find work. The place is held for the locks only, not while events are read.
    /// </summary>
    public async Task<List<LoadedInstance>> ClaimAsync(
        NpgsqlConnection connection, ReadyPlace place, int limit, CancellationToken cancellation)
    {
        // The next events in one sweep of the index: mostly each is another instance's. Where instances have many, and for what lies behind, a loose
        // scan: one probe per instance, however many events it has, and only as far as the limit asks.
        const string sql = $"""
            -- LoadInstances.Claim
            with recursive near as (
              select instance_id from instance_event where instance_id > $1 order by instance_id limit $2),
            far as (
              select (select instance_id from instance_event where instance_id > (select instance_id from near order by instance_id desc limit 1) order by instance_id limit 1)
              union all
              select (select e.instance_id from instance_event e where e.instance_id > r.instance_id order by e.instance_id limit 1)
              from far r where r.instance_id is not null),
            ready as (
              select * from (select ctid, * from instance where id = any(array(select instance_id from near)) for no key update skip locked) i
              union all
              select i.* from far x cross join lateral (select ctid, * from instance where id = x.instance_id for no key update skip locked) i)
            select {Columns}
            from ready i
            {UnitOfInstance}
            limit $2
            """;
        var rows = await place.ClaimAsync(
            async after => (await ClaimedAsync(connection, Db.Statement(sql, Db.P(after), Db.P(limit)), null, TimeSpan.Zero, cancellation)).Rows, r => r.Id, cancellation);
        return await LoadAsync(connection, rows, null, cancellation);
    }

    /// <summary>Locks one instance, waiting up to <paramref name="patience"/>; empty when it does not exist.</summary>
    /// <exception cref="PostgresException">55P03: somebody else still holds it.</exception>
    public async Task<List<LoadedInstance>> LockAsync(
        NpgsqlConnection connection, Guid instanceId, TimeSpan patience, CancellationToken cancellation)
    {
        const string sql = $"""
            -- LoadInstances.Lock
            select {Columns}
            from instance i
            {UnitOfInstance}
            where i.id = $1
            for no key update of i
            """;
        return (await ReadAsync(connection, Db.Statement(sql, Db.P(instanceId)), [instanceId], patience, cancellation)).Loaded;
    }

    /// <summary>Locks those of the instances that nobody else holds, by id, waiting up to <paramref name="patience"/> for other locks of the transaction.</summary>
    /// <returns>What has events, and all that were locked.</returns>
    public Task<(List<LoadedInstance> Loaded, HashSet<Guid> Locked)> LockFreeAsync(
        NpgsqlConnection connection, Guid[] instances, TimeSpan patience, CancellationToken cancellation)
    {
        const string sql = $"""
            -- LoadInstances.LockFree
            select {Columns}
            from instance i
            {UnitOfInstance}
            where i.id = any($1)
            order by i.id
            for no key update of i skip locked
            """;
        return ReadAsync(connection, Db.Statement(sql, Db.Uuids(instances)), instances, patience, cancellation);
    }

    /// <summary>
    /// What holds for the whole transaction of the Runner, sent together with its first statement. All its statements find rows by key. A plan
    /// made while a table was small, or before it was ever analysed, and then kept for the connection's life, must not read or hash whole tables
    /// once it has grown: another plan than by index is refused here, and nothing is compiled for the price of that refusal. As only one plan is
    /// left, it is the same for every value: made once a connection and kept.
    /// </summary>
    /// <remarks>
    /// <paramref name="isAnswered"/>: somebody is told of this commit, so it is on disk first. A pulse tells nobody and does not wait for the disk:
    /// when PostgreSQL itself dies within the half second, the commit never was and its events are there again. Whatever leaves the house
    /// (a mail, an answer) is sent behind a later commit that does wait, and the log is written in order.
    /// </remarks>
    internal static NpgsqlBatchCommand Settings(TimeSpan patience, bool isAnswered) => Db.Statement("""
        -- LoadInstances.Settings
        select set_config('lock_timeout', $1, true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
          set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true),
          set_config('synchronous_commit', case when $2 then current_setting('synchronous_commit') else 'off' end, true)
        """, Db.P(patience == TimeSpan.Zero ? "0" : $"{(int)patience.TotalMilliseconds}ms"), Db.P(isAnswered));

    private async Task<(List<LoadedInstance> Loaded, HashSet<Guid> Locked)> ReadAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand claim, Guid[] wanted, TimeSpan patience, CancellationToken cancellation)
    {
        var (rows, waiting) = await ClaimedAsync(connection, claim, wanted, patience, cancellation);
        return (await LoadAsync(connection, rows, waiting, cancellation), rows.Select(r => r.Id).ToHashSet());
    }

    private async Task<List<LoadedInstance>> LoadAsync(NpgsqlConnection connection, List<Row> rows, Found? waiting, CancellationToken cancellation)
    {
        if (rows.Count == 0) return [];
        var (found, states, owners) = waiting ?? await WaitingAsync(connection, rows, cancellation);
        var payloads = await PayloadsAsync(connection, [.. found.Select(f => f.PayloadId).OfType<Guid>().Distinct()], cancellation);
        var events = new Dictionary<Guid, List<InstanceEvent>>(rows.Count);
        var unreadable = new Dictionary<Guid, Unreadable>();
        foreach (var one in found)
        {
            if (!events.TryGetValue(one.InstanceId, out var list)) events[one.InstanceId] = list = new List<InstanceEvent>(1);
            var body = one.BodyWith(one.PayloadId is { } payload ? payloads.GetValueOrDefault(payload) : null);
            if (body is null) unreadable[one.InstanceId] = new Unreadable(Unreadable.Event, $"Event {one.Id} ({one.Kind}) holds no object that can be read.");
            list.Add(new InstanceEvent(one.Id, one.Kind, body ?? [], one.ActorId, one.OnBehalfOf, one.At));
        }

        var data = await reference.GetAsync(connection, cancellation);
        ReferenceData? published = null;
        var loaded = new List<LoadedInstance>(rows.Count);
        foreach (var row in rows)
        {
            if (!events.TryGetValue(row.Id, out var own)) continue;
            own.Sort((a, b) => a.Id.CompareTo(b.Id));
            var (workflow, problem) = await definitions.TryGetAsync(row.VersionId, connection, cancellation);
            var known = workflow.StartsChildren ? published ??= await reference.WithPublishedAsync(connection, cancellation) : data;
            var facts = new Facts { Unit = row.Unit, Owner = row.RootId == row.Id ? row.Unit : owners.GetValueOrDefault(row.RootId), Reference = known };
            var head = new InstanceHead(
                row.Id, row.RootId, row.ParentId, row.ParentContext, row.Report, row.UnitId, workflow, row.Burst + 1, row.CreatedAt)
            {
                CorrelationId = row.CorrelationId,
                Name = row.Name,
                Versions = await definitions.AskedForAsync(workflow.DefinitionId, own, connection, cancellation),
            };
            var state = states.GetValueOrDefault(row.Id);
            loaded.Add(new LoadedInstance(head, row.SubStatus, state.Json, own, facts)
            {
                Place = row.Place,
                StatePlace = state.Place,
                Unreadable = problem is null ? unreadable.GetValueOrDefault(row.Id) : new Unreadable(Unreadable.Definition, problem),
            });
        }

        return loaded;
    }

    /// <param name="wanted">The instances asked for, where that is known: what their bursts need then comes with the locks.</param>
    private static async Task<(List<Row> Rows, Found? Found)> ClaimedAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand claim, Guid[]? wanted, TimeSpan patience, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Settings(patience, wanted is not null));
        batch.BatchCommands.Add(claim);
        if (wanted is not null)
        {
            AddWaiting(batch, wanted, wanted);
            batch.Add($"""
                -- LoadInstances.OwnersOf
                select r.id, {UnitColumns}
                from (select distinct i.root_id from unnest($1) w cross join lateral (select root_id from instance where id = w and root_id <> id limit 1) i) x
                cross join lateral (select id, unit_id from instance where id = x.root_id limit 1) r cross join lateral (select * from unit where id = r.unit_id limit 1) u
                """, Db.Uuids(wanted));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellation)) rows.Add(Row.Read(reader));
        if (wanted is null) return (rows, null);
        await reader.NextResultAsync(cancellation);
        return (rows, await FoundAsync(reader, rows.Count, cancellation));
    }

    /// <summary>The events, the states and the units of the roots of what was claimed; a root's own unit came with its lock.</summary>
    private static async Task<Found> WaitingAsync(NpgsqlConnection connection, List<Row> rows, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddWaiting(batch, [.. rows.Select(r => r.Id)], [.. rows.Where(r => r.Burst > 0).Select(r => r.Id)]);
        batch.Add($"""
            -- LoadInstances.Owners
            select r.id, {UnitColumns}
            from instance r cross join lateral (select * from unit where id = r.unit_id limit 1) u where r.id = any($1)
            """, Db.Uuids([.. rows.Where(r => r.RootId != r.Id).Select(r => r.RootId).Distinct()]));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await FoundAsync(reader, rows.Count, cancellation);
    }

    /// <summary>
    /// Statements of their own behind the one that locks: their snapshots are younger than the locks, so they see neither an event that another
    /// burst has consumed nor a state from before it.
    /// </summary>
    private static void AddWaiting(NpgsqlBatch batch, Guid[] instances, Guid[] withState)
    {
        batch.BatchCommands.Add(Db.Statement("""
            -- LoadInstances.Events
            select e.instance_id, e.id, e.kind, e.body, e.payload_id, e.actor_id, e.on_behalf_of, e.at
            from unnest($1) as wanted
            cross join lateral (select * from instance_event where instance_id = wanted order by id limit $2) e
            """, Db.Uuids(instances), Db.P(MaximumEvents)));
        batch.BatchCommands.Add(Db.Statement("""
            -- LoadInstances.States
            select instance_id, state, ctid from instance_state where instance_id = any($1)
            """, Db.Uuids(withState)));
    }

    private static async Task<Found> FoundAsync(NpgsqlDataReader reader, int count, CancellationToken cancellation)
    {
        var (events, states, owners) = (new List<Waiting>(count), new Dictionary<Guid, (byte[] Json, NpgsqlTid Place)>(count), new Dictionary<Guid, UnitFacts>());
        while (await reader.ReadAsync(cancellation)) events.Add(Waiting.Read(reader));
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) states[reader.GetGuid(0)] = (reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<NpgsqlTid>(2));
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) owners[reader.GetGuid(0)] = ReadUnit(reader, 1)!;
        return new Found(events, states, owners);
    }

    /// <summary>The bodies that several events have in common; of one that cannot be read null.</summary>
    private static async Task<Dictionary<Guid, JsonObject?>> PayloadsAsync(NpgsqlConnection connection, Guid[] payloads, CancellationToken cancellation)
    {
        if (payloads.Length == 0) return [];
        const string sql = """
            -- LoadInstances.Payloads
            select id, body from payload where id = any($1)
            """;
        var rows = await Db.Command(connection, sql, Db.Uuids(payloads)).ListAsync(r => (Id: r.GetGuid(0), Body: Body(r.GetFieldValue<byte[]>(1))), cancellation);
        return rows.ToDictionary(r => r.Id, r => r.Body);
    }

    private static JsonObject? Body(byte[] json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject body) return null;
            _ = body.ContainsKey(""); // a name given twice shows only where somebody looks
            return body;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The unit whose columns begin at <paramref name="at"/>; null: an outer join found none.</summary>
    internal static UnitFacts? ReadUnit(NpgsqlDataReader r, int at) => r.IsDBNull(at)
        ? null
        : new UnitFacts(
            r.GetInt64(at), r.GetString(at + 1), r.GetString(at + 2), r.GetString(at + 3), r.GetString(at + 4), r.GetString(at + 5), r.GetString(at + 6),
            r.GetString(at + 7));

    private sealed record Found(List<Waiting> Events, Dictionary<Guid, (byte[] Json, NpgsqlTid Place)> States, Dictionary<Guid, UnitFacts> Owners);

    private sealed record Row(
        Guid Id, Guid RootId, Guid? ParentId, string? ParentContext, string Report, long? UnitId, string VersionId, int Burst,
        DateTimeOffset CreatedAt, SubStatus SubStatus, string? CorrelationId, string? Name, NpgsqlTid Place, UnitFacts? Unit)
    {
        public static Row Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetGuid(1), r.GuidOrNull(2), r.TextOrNull(3), r.GetString(4), r.LongOrNull(5), r.GetString(6), r.GetInt32(7),
            r.Instant(8), Enum.Parse<SubStatus>(r.GetString(9)), r.TextOrNull(10), r.TextOrNull(11), r.GetFieldValue<NpgsqlTid>(12),
            ReadUnit(r, 13));
    }

    private sealed record Waiting(
        Guid InstanceId, long Id, string Kind, byte[]? Body, Guid? PayloadId, Guid? ActorId, Guid? OnBehalfOf, DateTimeOffset At)
    {
        public static Waiting Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetInt64(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetFieldValue<byte[]>(3), r.GuidOrNull(4), r.GuidOrNull(5),
            r.GuidOrNull(6), r.Instant(7));

        /// <summary>
        /// The shared body below its own; null: one of them cannot be read. A body without members of its own is the shared object itself: bursts only read it.
        /// </summary>
        public JsonObject? BodyWith(JsonObject? shared)
        {
            if (PayloadId is not null && shared is null) return null;
            if (Body is null) return shared ?? [];
            if (LoadInstances.Body(Body) is not { } own) return null;
            foreach (var (name, value) in shared ?? [])
                if (!own.ContainsKey(name)) own[name] = value?.DeepClone();
            return own;
        }
    }
}
