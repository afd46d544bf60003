using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>An instance locked by this transaction, with the events that wait for it.</summary>
/// <param name="SubStatus">As stored, before the burst.</param>
public sealed record LoadedInstance(InstanceHead Head, SubStatus SubStatus, string? StateJson, IReadOnlyList<InstanceEvent> Events, Facts Facts)
{
    /// <summary>A fresh copy of the stored state; a burst changes what it is given.</summary>
    public InstanceState? State => StateJson is null ? null : InstanceState.FromJson(StateJson);
}

/// <summary>
/// Locks instances that have events and reads what their bursts need. <c>FOR NO KEY UPDATE</c> never blocks the insertion of an event.
/// The row lock is the lease: when this process dies, PostgreSQL rolls back and the events are still there.
/// </summary>
public sealed class LoadInstances(DefinitionStore definitions, ReferenceStore reference)
{
    /// <summary>Events that one burst is given at most: it stays short, and what it cannot take fits into its transaction.</summary>
    public const int MaximumEvents = 1000;

    private const string Columns = """
        i.id, i.root_id, i.parent_id, i.parent_context, i.report_to_parent, i.unit_id, i.definition_version_id, i.burst, i.created_at,
        i.state::text, i.correlation_id, i.name,
        case when u.id is null then null else json_build_object('id', u.id, 'code', u.code, 'name', u.name, 'shortName', u.short_name,
          'kind', u.kind, 'path', u.path, 'calendar', u.calendar_id, 'attributes', u.attributes)::text end,
        r.unit_id, i.sub_status
        """;

    /// <summary>Claims up to <paramref name="limit"/> instances that have events, from <paramref name="after"/> on; others' locks are skipped.</summary>
    public async Task<List<LoadedInstance>> ClaimAsync(
        NpgsqlConnection connection, Guid after, int limit, CancellationToken cancellation)
    {
        // A loose index scan: one probe per instance, however many events it has.
        const string sql = $"""
            -- LoadInstances.Claim
            with recursive ready as (
              (select instance_id from instance_event where instance_id > $1 order by instance_id limit 1)
              union all
              select (select e.instance_id from instance_event e where e.instance_id > r.instance_id order by e.instance_id limit 1)
              from ready r where r.instance_id is not null)
            select {Columns}
            from (select instance_id from ready where instance_id is not null limit $2) x
            join instance i on i.id = x.instance_id
            left join unit u on u.id = i.unit_id
            left join instance r on r.id = i.root_id
            order by i.id
            for no key update of i skip locked
            """;
        return await ReadAsync(connection, Db.Command(connection, sql, Db.P(after), Db.P(limit)), cancellation);
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
            left join unit u on u.id = i.unit_id
            left join instance r on r.id = i.root_id
            where i.id = $1
            for no key update of i
            """;
        await Db.Command(connection, "select set_config('lock_timeout', $1, true)", Db.P($"{(int)patience.TotalMilliseconds}ms")).ExecuteNonQueryAsync(cancellation);
        return await ReadAsync(connection, Db.Command(connection, sql, Db.P(instanceId)), cancellation);
    }

    private async Task<List<LoadedInstance>> ReadAsync(NpgsqlConnection connection, NpgsqlCommand command, CancellationToken cancellation)
    {
        var rows = await command.ListAsync(Row.Read, cancellation);
        if (rows.Count == 0) return [];
        var events = await EventsAsync(connection, [.. rows.Select(r => r.Id)], cancellation);
        var owners = await UnitsAsync(connection, [.. rows.Select(r => r.OwnerUnitId).OfType<long>().Distinct()], cancellation);
        var data = await reference.GetAsync(cancellation);
        var loaded = new List<LoadedInstance>(rows.Count);
        foreach (var row in rows)
        {
            if (!events.TryGetValue(row.Id, out var waiting)) continue;
            var workflow = await definitions.GetAsync(row.VersionId, cancellation);
            var unit = row.Unit is null ? null : (JsonObject)JsonNode.Parse(row.Unit)!;
            var facts = new Facts { Unit = unit, Owner = row.OwnerUnitId is { } id ? owners.GetValueOrDefault(id) : null, Reference = data };
            var head = new InstanceHead(
                row.Id, row.RootId, row.ParentId, row.ParentContext, row.Report, row.UnitId, workflow, row.Burst + 1, row.CreatedAt)
            {
                CorrelationId = row.CorrelationId,
                Name = row.Name,
                Versions = await definitions.AskedForAsync(workflow.DefinitionId, waiting, cancellation),
            };
            loaded.Add(new LoadedInstance(head, row.SubStatus, row.State, waiting, facts));
        }

        return loaded;
    }

    private static async Task<Dictionary<Guid, List<InstanceEvent>>> EventsAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellation)
    {
        // A statement of its own: its snapshot is younger than the locks, so it never sees an event that another burst has consumed.
        const string sql = """
            -- LoadInstances.Events
            select e.instance_id, e.id, e.kind,
              case when p.id is null then e.body else p.body || coalesce(e.body, '{}') end::text, e.actor_id, e.on_behalf_of, e.at
            from unnest($1) as wanted
            cross join lateral (select * from instance_event where instance_id = wanted order by id limit $2) e
            left join payload p on p.id = e.payload_id
            order by e.id
            """;
        var events = new Dictionary<Guid, List<InstanceEvent>>();
        await using var command = Db.Command(connection, sql, Db.Uuids(ids), Db.P(MaximumEvents));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var body = reader.TextOrNull(3) is { } text ? (JsonObject)JsonNode.Parse(text)! : [];
            if (!events.TryGetValue(reader.GetGuid(0), out var list)) events[reader.GetGuid(0)] = list = [];
            list.Add(new InstanceEvent(reader.GetInt64(1), reader.GetString(2), body, reader.GuidOrNull(4), reader.GuidOrNull(5), reader.Instant(6)));
        }

        return events;
    }

    private static async Task<Dictionary<long, JsonObject>> UnitsAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellation)
    {
        if (ids.Length == 0) return [];
        const string sql = """
            -- LoadInstances.Units
            select u.id, json_build_object('id', u.id, 'code', u.code, 'name', u.name, 'shortName', u.short_name,
              'kind', u.kind, 'path', u.path, 'calendar', u.calendar_id, 'attributes', u.attributes)::text
            from unit u where u.id = any($1)
            """;
        var rows = await Db.Command(connection, sql, Db.P(ids, NpgsqlDbType.Array | NpgsqlDbType.Bigint))
            .ListAsync(r => (Id: r.GetInt64(0), Body: r.GetString(1)), cancellation);
        return rows.ToDictionary(r => r.Id, r => (JsonObject)JsonNode.Parse(r.Body)!);
    }

    private sealed record Row(
        Guid Id, Guid RootId, Guid? ParentId, string? ParentContext, string Report, long? UnitId, string VersionId, int Burst,
        DateTimeOffset CreatedAt, string? State, string? CorrelationId, string? Name, string? Unit, long? OwnerUnitId, SubStatus SubStatus)
    {
        public static Row Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetGuid(1), r.GuidOrNull(2), r.TextOrNull(3), r.GetString(4), r.LongOrNull(5), r.GetString(6), r.GetInt32(7),
            r.Instant(8), r.TextOrNull(9), r.TextOrNull(10), r.TextOrNull(11), r.TextOrNull(12), r.LongOrNull(13), Enum.Parse<SubStatus>(r.GetString(14)));
    }
}
