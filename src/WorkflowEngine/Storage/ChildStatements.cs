using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>
/// The part of <see cref="CommitBursts"/> about children: creates them with their start events in the parent's own transaction (all or none),
/// and tells parents of their ends - each one, or added up per batch, so that a parent of 120,000 is not woken 120,000 times.
/// </summary>
internal static class ChildStatements
{
    /// <summary>Up to so many ends that one commit has for a parent are events of their own: each is a step in its journal, as in Elsa.</summary>
    private const int ToldOneByOne = 10;

    /// <summary>Children that one statement creates; a dispatch of a hundred thousand is many statements of one transaction.</summary>
    private const int ChildrenAtOnce = 2000;

    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var children = bursts.SelectMany(b => b.Result.Effects.Children.Select(c => (Parent: b.Loaded.Head, Child: c)));
        foreach (var some in children.Chunk(ChildrenAtOnce)) yield return Start(some, now);
        if (bursts.Any(b => b.Result.Effects.FanOuts.Count > 0)) yield return Statement(UnitTree.HoldTogether);
        foreach (var burst in bursts)
            foreach (var fanOut in burst.Result.Effects.FanOuts) yield return FanOut(burst, fanOut, now);
    }

    private static NpgsqlBatchCommand Start((InstanceHead Parent, NewChild Child)[] children, DateTimeOffset now)
    {
        // The burst has seen a published version. If it was retracted since, the missing version id stops the commit: an incident, never silence.
        const string sql = """
            -- ChildStatements.Start
            with given as (
              select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) with ordinality
                as n(id, definition_id, root_id, parent_id, context_id, report, unit_id, correlation_id, body, place)),
            version as (
              select definition_id, id, version from definition_version
              where definition_id = any($2) and is_published and deleted_at is null),
            created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent,
                unit_id, correlation_id, created_at, updated_at)
              select g.id, g.definition_id, v.id, v.version, g.root_id, g.parent_id, g.context_id, g.report, g.unit_id, g.correlation_id, $10, $10
              from given g left join version v on v.definition_id = g.definition_id order by g.place)
            insert into instance_event (instance_id, kind, body, at)
            select id, 'start', body, $10 from given order by place
            """;
        return Statement(sql,
            Uuids([.. children.Select(c => c.Child.Id)]), Texts([.. children.Select(c => c.Child.DefinitionId)]), Uuids([.. children.Select(c => c.Parent.RootId)]),
            Uuids([.. children.Select(c => c.Parent.Id)]), Texts([.. children.Select(c => c.Child.ContextId)]), Texts([.. children.Select(c => c.Child.Report)]),
            Longs([.. children.Select(c => c.Child.UnitId)]), Texts([.. children.Select(c => c.Child.CorrelationId)]), JsonTexts([.. children.Select(c => Body(c.Child))]),
            Instant(now));

        static string Body(NewChild child) => new JsonObject { ["input"] = child.Input.DeepClone(), ["properties"] = child.Properties?.DeepClone(), ["hops"] = child.Hops }.ToJsonString();
    }

    private static NpgsqlBatchCommand FanOut(CommittedBurst burst, NewFanOut fanOut, DateTimeOffset now)
    {
        // Ids are made from the time, the unit and a hash of parent, activity and unit: they sort as the rows lie, so that a batch claimed by id
        // touches few pages. The key of fan_out keeps a second cascade of the same activity out. The input is written once and shared by all start events.
        const string sql = """
            -- ChildStatements.FanOut
            with version as (
              select id, version from definition_version where definition_id = $2 and is_published and deleted_at is null),
            shared as (
              insert into payload (id, body, created_at) values ($13, json_build_object('input', $12::json, 'hops', $18), $11) returning id),
            picked as (
              select u.id, u.name,
                ($17 || '7' || substr(h.place, 1, 3) || 'a' || substr(h.place, 4, 4)
                  || substr(h.md5, 1, 11))::uuid as instance_id
              from unit root
              join unit u on u.path like root.path || '%' and u.id <> root.id
              cross join lateral (select md5($1::text || '/' || $3 || '/' || u.id) as md5, lpad(to_hex(u.id & 268435455), 7, '0') as place) h
              where root.id = $5 and u.valid_from <= $4 and u.valid_to > $4
                and (cardinality($6::text[]) = 0 or u.kind = any($6))
                and ($7::jsonb is null or u.attributes @> $7)
                and (cardinality($8::text[]) = 0 or u.code = any($8))
                and (not $9 or u.parent_id = root.id)
              order by u.id),
            created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent,
                unit_id, correlation_id, name, created_at, updated_at)
              select p.instance_id, $2, v.id, v.version, $14, $1, $3, $15, p.id, $10, p.name, $11, $11 from picked p left join version v on true
              returning id),
            started as (
              insert into instance_event (instance_id, kind, payload_id, at)
              select c.id, 'start', s.id, $11 from created c, shared s),
            total as (select count(*)::int as n from created),
            kept as (
              insert into fan_out (instance_id, context_id, definition_version_id, as_of, rule, total, created_at)
              select $1, $3, v.id, $4, $16, t.n, $11 from total t left join version v on true)
            insert into instance_event (instance_id, kind, body, at)
            select $1, 'children-started', json_build_object('contextId', $3, 'total', t.n, 'hops', $18), $11 from total t where $15 <> 'none'
            """;
        var rule = new JsonObject
        {
            ["under"] = fanOut.Rule.Under,
            ["kinds"] = new JsonArray([.. fanOut.Rule.Kinds.Select(k => (JsonNode?)k)]),
            ["attributes"] = fanOut.Rule.Attributes?.DeepClone(),
            ["codes"] = new JsonArray([.. fanOut.Rule.Codes.Select(k => (JsonNode?)k)]),
            ["directOnly"] = fanOut.Rule.DirectOnly,
        };
        var payload = new DeterministicIds(burst.Id, burst.Loaded.Head.Burst, now.AddTicks(TimeSpan.TicksPerMillisecond));
        var body = rule.ToJsonString();
        return Statement(sql,
            P(burst.Id), P(fanOut.DefinitionId), P(fanOut.ContextId), P(fanOut.AsOf, NpgsqlDbType.Date), P(fanOut.Rule.Under),
            Texts([.. fanOut.Rule.Kinds]), Json(fanOut.Rule.Attributes is { Count: > 0 } a ? a.ToJsonString() : null), Texts([.. fanOut.Rule.Codes]),
            P(fanOut.Rule.DirectOnly), P(fanOut.CorrelationId, NpgsqlDbType.Text), Instant(now), JsonText(fanOut.Input.ToJsonString()),
            P(payload.NewGuid()), P(burst.Loaded.Head.RootId), P(fanOut.Report), Json(body), P(now.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture)), P(fanOut.Hops));
    }

    /// <summary>
    /// Tells waiting parents what they hear of (<see cref="BurstResult.IsTold"/>); plain inserts that never touch the parent's row.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> ToParents(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var told = bursts.Where(b => b.Loaded.Head.ParentId is not null && b.Result.IsTold(b.Loaded.Head.Report, b.Loaded.SubStatus)).ToLookup(b => b.Loaded.Head.Report == "count");
        var each = told[false].ToArray();
        if (each.Length > 0)
            yield return Statement("""
                -- ChildStatements.ToParents.Each
                insert into instance_event (instance_id, kind, body, at) select n.id, 'child-ended', n.body, $3 from unnest($1, $2) as n(id, body)
                """,
                Uuids([.. each.Select(b => b.Loaded.Head.ParentId)]), JsonTexts([.. each.Select(b => b.Result.Word(b.Loaded.Head, b.Loaded.SubStatus).ToJsonString())]), Instant(now));
        var counted = told[true].GroupBy(b => (b.Loaded.Head.ParentId, b.Loaded.Head.ParentContext))
            .SelectMany(g => g.Chunk(g.Count() > ToldOneByOne ? int.MaxValue : 1).Select(bursts => (g.Key.ParentId, g.Key.ParentContext, Bursts: bursts))).ToArray();
        if (counted.Length > 0)
            yield return Statement("""
                -- ChildStatements.ToParents.Counted
                insert into instance_event (instance_id, kind, body, at) select n.id, 'children-ended', n.body, $3 from unnest($1, $2) as n(id, body)
                """,
                Uuids([.. counted.Select(g => g.ParentId)]), JsonTexts([.. counted.Select(g => Counts(g.ParentContext, g.Bursts))]), Instant(now));
    }

    private static string Counts(string? context, IReadOnlyCollection<CommittedBurst> bursts)
    {
        // A faulted child that a retry opens again is taken off the count, so that its later end does not count twice.
        var told = new JsonObject { ["contextId"] = context };
        foreach (var (name, end) in ((string, SubStatus)[])[("finished", SubStatus.Finished), ("faulted", SubStatus.Faulted), ("cancelled", SubStatus.Cancelled)])
            told[name] = bursts.Sum(b => (b.Result.State.SubStatus == end ? 1 : 0) - (b.Loaded.SubStatus == end ? 1 : 0));
        if (bursts.Min(b => b.Result.State.Hops ?? 0) is > 0 and var hops) told["hops"] = hops;
        return told.ToJsonString();
    }
}
