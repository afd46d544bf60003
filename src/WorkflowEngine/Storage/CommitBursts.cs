using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>One burst to commit: what was loaded and what came out.</summary>
/// <param name="Stopped">Kind of the incident when the instance was stopped instead of run.</param>
public sealed record CommittedBurst(LoadedInstance Loaded, BurstResult Result, byte[] StateJson, string? Stopped = null)
{
    public Guid Id => Loaded.Head.Id;
    public bool Ended => Result.State.Status == InstanceStatus.Finished;

    /// <summary>The events this burst has used up.</summary>
    public IEnumerable<InstanceEvent> Consumed => Loaded.Events.Take(Result.Taken);
}

/// <summary>
/// Writes a list of bursts in the transaction that holds their locks: state, journal, consumed events, waits, tasks, deadlines, children.
/// A click is a list of one, a wave of deadlines or a cascade a list of hundreds; the statements are the same.
/// </summary>
/// <remarks>
/// Lock order, everywhere: instance (by id), then task, deadline or job (by id), then inserts. Whoever holds a task or deadline row never
/// waits for an instance row. A cascade holds the tree of units behind its instance; who changes the tree holds it before, and goes again where both meet.
/// What survives a crash: before the commit nothing of the burst, and its events are still there; after it, all.
/// </remarks>
public sealed class CommitBursts(IEnumerable<DomainStatement> domainStatements)
{
    private readonly Dictionary<string, DomainStatement> _domain = domainStatements.ToDictionary(d => d.Kind);

    /// <param name="asked">The instances for which requests wait and want to know if there is more to do.</param>
    /// <returns>What is left for those.</returns>
    /// <exception cref="InvalidOperationException">A state was changed by somebody else: nothing is written.</exception>
    public async Task<LeftBehind> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now, DateTimeOffset recordedAt, Guid[] asked,
        CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        var written = Statements(bursts, now, recordedAt);
        foreach (var (command, _) in written) batch.BatchCommands.Add(command);
        if (asked.Length > 0) batch.BatchCommands.Add(LeftBehind.Of(asked));
        LeftBehind left;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation)) left = await LeftBehind.ReadAsync(reader, cancellation);

        foreach (var (command, rows) in written)
            if (rows is not null && command.RecordsAffected != rows)
                throw new InvalidOperationException($"{rows} rows to write, {command.RecordsAffected} written: {command.CommandText.Split('\n')[0]}");
        return left;
    }

    /// <summary>All that is sent for these bursts, in its order, and how many rows a statement has to change where that is known.</summary>
    internal List<(NpgsqlBatchCommand Command, int? Rows)> Statements(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now, DateTimeOffset recordedAt)
    {
        var consumed = bursts.SelectMany(b => b.Consumed.Select(e => (b.Id, EventId: e.Id))).ToArray();
        var statements = new List<(NpgsqlBatchCommand Command, int? Rows)>();
        Add(Hold(bursts));
        statements.Add((UpdateHeads(bursts, now), bursts.Count));
        Add(Migrated(bursts));
        statements.Add((DeleteEvents(consumed), consumed.Length));
        statements.AddRange(WriteStates(bursts));
        Add([InsertJournal(bursts, now, recordedAt)]);
        Add(PublishedEvents.Guards(bursts));
        Add(Renamed(bursts));
        Add(Bookmarks(bursts, now));
        Add(TaskStatements.Of(bursts, now));
        Add(ChildStatements.Of(bursts, now));
        Add(PublishedEvents.Of(bursts, now));
        Add(HttpJobStatements.Of(bursts, now, recordedAt));
        Add(AlterationStatements.Of(bursts));
        Add(Incidents(bursts, now));
        Add(Domain(bursts, now, recordedAt));
        Add(Endings(bursts, now));
        return statements;

        void Add(IEnumerable<NpgsqlBatchCommand> commands) => statements.AddRange(commands.Select(c => (c, (int?)null)));
    }

    private static NpgsqlBatchCommand UpdateHeads(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        // Written at its place, which no one moves while we hold it, and before anything else moves it: that takes a good deal less than a look by its key, and
        // no plan made when the table held a row or two goes through a whole index.
        const string sql = """
            -- CommitBursts.Heads
            update instance i set
              burst = n.burst, status = n.status, sub_status = n.sub_status, correlation_id = n.correlation_id, name = n.name,
              incident_count = n.incidents, updated_at = $8, finished_at = case when n.status = 'Finished' then $8 end
            from unnest($1, $2, $3, $4, $5, $6, $7, $9::tid[]) as n(id, burst, status, sub_status, correlation_id, name, incidents, place)
            where i.ctid = n.place and i.id = n.id and i.burst = n.burst - 1
            """;
        return Statement(sql,
            Uuids([.. bursts.Select(b => b.Id)]), Ints([.. bursts.Select(b => b.Loaded.Head.Burst)]),
            Texts([.. bursts.Select(b => b.Result.State.Status.ToString())]), Texts([.. bursts.Select(b => b.Result.State.SubStatus.ToString())]),
            Texts([.. bursts.Select(b => b.Result.State.CorrelationId)]), Texts([.. bursts.Select(b => b.Result.State.Name)]),
            Ints([.. bursts.Select(b => b.Result.State.Incidents.Count)]), Instant(now), Places(bursts.Select(b => b.Loaded.Place)));
    }

    private static IEnumerable<(NpgsqlBatchCommand Command, int? Rows)> WriteStates(IReadOnlyList<CommittedBurst> bursts)
    {
        var (fresh, known) = (bursts.Where(b => b.Loaded.StateJson is null).ToArray(), bursts.Where(b => b.Loaded.StateJson is not null).ToArray());
        if (fresh.Length > 0)
            yield return (Statement("""
                -- CommitBursts.FirstStates
                insert into instance_state (instance_id, state) select * from unnest($1, $2)
                """, Uuids([.. fresh.Select(b => b.Id)]), JsonTexts([.. fresh.Select(b => b.StateJson)])), fresh.Length);
        if (known.Length > 0)
            yield return (Statement("""
                -- CommitBursts.States
                update instance_state s set state = n.state from unnest($1, $2, $3::tid[]) as n(id, state, place) where s.ctid = n.place and s.instance_id = n.id
                """, Uuids([.. known.Select(b => b.Id)]), JsonTexts([.. known.Select(b => b.StateJson)]), Places(known.Select(b => b.Loaded.StatePlace))), known.Length);
    }

    /// <summary>Sets aside what a faulted instance cannot take now, before it is deleted as consumed.</summary>
    private static IEnumerable<NpgsqlBatchCommand> Hold(IReadOnlyList<CommittedBurst> bursts)
    {
        var held = bursts.SelectMany(b => b.Result.Effects.Held.Select(e => (b.Id, EventId: e.Id))).ToArray();
        if (held.Length > 0)
            yield return Statement("""
                -- CommitBursts.Hold
                insert into held_event (id, instance_id, kind, body, payload_id, actor_id, on_behalf_of, at)
                select e.id, e.instance_id, e.kind, e.body, e.payload_id, e.actor_id, e.on_behalf_of, e.at
                from unnest($1, $2) as n(instance_id, id)
                cross join lateral (select * from instance_event where instance_id = n.instance_id and id = n.id limit 1) e
                """, Uuids([.. held.Select(h => h.Id)]), Longs([.. held.Select(h => h.EventId)]));
    }

    private static IEnumerable<NpgsqlBatchCommand> Migrated(IReadOnlyList<CommittedBurst> bursts)
    {
        var moved = bursts.Where(b => b.Result.Workflow.Id != b.Loaded.Head.Workflow.Id).ToArray();
        if (moved.Length > 0)
            yield return Statement("""
                -- CommitBursts.Migrated
                update instance i set definition_version_id = n.version_id, version = n.version from unnest($1, $2, $3) as n(id, version_id, version) where i.id = n.id
                """,
                Uuids([.. moved.Select(b => b.Id)]), Texts([.. moved.Select(b => b.Result.Workflow.Id)]), Ints([.. moved.Select(b => b.Result.Workflow.Version)]));
        var single = moved.Where(b => IsSingle(b.Loaded.Head.Workflow) && !IsSingle(b.Result.Workflow)).Select(b => b.Id).ToArray();
        if (single.Length > 0) yield return FreePlaces(single);
    }

    private static bool IsSingle(Definitions.Workflow workflow) => workflow.Options.ActivationStrategyType is not (null or "AllowAlwaysStrategy");

    /// <summary>A place that was given back by a failure is taken again by the retry, unless another has it by now; both go on then.</summary>
    private static NpgsqlBatchCommand TakePlaces(Guid[] instances) => Statement($"""
        -- CommitBursts.Places
        insert into activation (key, instance_id)
        select x.key, x.id
        from unnest($1) as n(id)
        cross join lateral (
          select i.id, {StartWorkflow.KeyStart}i.correlation_id{StartWorkflow.KeyMiddle}i.correlation_id{StartWorkflow.KeyEnd} as key
          from instance i join definition_version v on v.id = i.definition_version_id where i.id = n.id limit 1) x
        where x.key is not null
        on conflict (key) do nothing
        """, Uuids(instances));

    /// <summary>Others may start where only one of a kind may run.</summary>
    private static NpgsqlBatchCommand FreePlaces(Guid[] instances) => Statement("""
        -- CommitBursts.Activation
        delete from activation where instance_id = any($1)
        """, Uuids(instances));

    /// <summary>Open rows of what a migration has renamed. They stay the same rows: an event on its way to a wait, a revision in somebody's form stay good.</summary>
    private static IEnumerable<NpgsqlBatchCommand> Renamed(IReadOnlyList<CommittedBurst> bursts)
    {
        var renamed = bursts.SelectMany(b => b.Result.Effects.Renamed.Select(r => (b.Id, b.Result.State, ContextId: r.Key, ActivityId: r.Value))).ToArray();
        if (renamed.Length == 0) yield break;
        var waits = renamed.SelectMany(r => r.State.Bookmarks.Where(m => m.ContextId == r.ContextId).Select(m => (Id: Guid.Parse(m.Id), r.ActivityId))).ToArray();
        var failures = renamed.SelectMany(r => r.State.Incidents.Where(i => i.ContextId == r.ContextId)).ToArray();
        yield return Statement("""
            -- CommitBursts.RenamedTasks
            update task t set activity_id = n.activity_id from unnest($1, $2, $3) as n(instance_id, context_id, activity_id)
            where t.instance_id = n.instance_id and t.context_id = n.context_id and t.status in ('open', 'submitted')
            """, Uuids([.. renamed.Select(r => r.Id)]), Texts([.. renamed.Select(r => r.ContextId)]), Texts([.. renamed.Select(r => r.ActivityId)]));
        yield return Statement("""
            -- CommitBursts.RenamedBookmarks
            update bookmark b set activity_id = n.activity_id from unnest($1, $2) as n(id, activity_id) where b.id = n.id
            """, Uuids([.. waits.Select(w => w.Id)]), Texts([.. waits.Select(w => w.ActivityId)]));
        yield return Statement("""
            -- CommitBursts.RenamedIncidents
            update incident i set activity_id = n.activity_id, node_id = n.node_id from unnest($1, $2, $3) as n(id, activity_id, node_id) where i.id = n.id
            """,
            Uuids([.. failures.Select(f => Guid.Parse(f.Id))]), Texts([.. failures.Select(f => f.ActivityId)]), Texts([.. failures.Select(f => f.NodeId)]));
    }

    private static NpgsqlBatchCommand DeleteEvents((Guid Id, long EventId)[] consumed)
    {
        // Each is found by its key and deleted by its place. The table is empty most of the time: a join planned then would go through all events for
        // each of them as long as the connection keeps that plan, also when there are a hundred thousand.
        const string sql = """
            -- CommitBursts.Events
            delete from instance_event where ctid = any(array(
              select e.ctid from unnest($1, $2) as n(instance_id, id)
              cross join lateral (select ctid from instance_event where instance_id = n.instance_id and id = n.id limit 1) e))
            """;
        return Statement(sql, Uuids([.. consumed.Select(c => c.Id)]), Longs([.. consumed.Select(c => c.EventId)]));
    }

    private static NpgsqlBatchCommand InsertJournal(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now, DateTimeOffset recordedAt)
    {
        const string sql = """
            -- CommitBursts.Journal
            insert into journal (instance_id, burst, at, recorded_at, actor_id, on_behalf_of, events, facts, entries)
            select n.instance_id, n.burst, $8, $9, n.actor_id, n.on_behalf_of, n.events, n.facts, n.entries
            from unnest($1, $2, $3, $4, $5, $6, $7) as n(instance_id, burst, actor_id, on_behalf_of, events, facts, entries)
            """;
        return Statement(sql,
            Uuids([.. bursts.Select(b => b.Id)]), Ints([.. bursts.Select(b => b.Loaded.Head.Burst)]),
            Uuids([.. bursts.Select(b => Last(b)?.ActorId)]), Uuids([.. bursts.Select(b => Last(b)?.OnBehalfOf)]),
            JsonTexts([.. bursts.Select(b => JournalJson.Events([.. b.Consumed]))]), JsonTexts([.. bursts.Select(b => JournalJson.Facts(b))]),
            JsonTexts([.. bursts.Select(b => JournalJson.Entries(b.Result.Effects.Journal))]), Instant(now), Instant(recordedAt));

        static InstanceEvent? Last(CommittedBurst b) => b.Consumed.LastOrDefault(e => e.ActorId is not null);
    }

    private static IEnumerable<NpgsqlBatchCommand> Bookmarks(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var removed = bursts.SelectMany(b => b.Result.Effects.BookmarksRemoved.Select(Guid.Parse)).ToArray();
        if (removed.Length > 0)
            yield return Statement("""
                -- CommitBursts.BookmarksRemoved
                delete from bookmark where id = any($1)
                """, Uuids(removed));
        var added = bursts.SelectMany(b => b.Result.Effects.BookmarksAdded.Select(m => (Burst: b, Mark: m))).ToArray();
        if (added.Length == 0) yield break;

        // An event that came early is taken by the first wait for it; the stimulus row goes with it.
        yield return Statement("""
            -- CommitBursts.BookmarksAdded
            insert into bookmark (id, instance_id, activity_id, name, hash, correlation_id, due_at)
            select * from unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            Uuids([.. added.Select(a => Guid.Parse(a.Mark.Id))]), Uuids([.. added.Select(a => a.Burst.Id)]),
            Texts([.. added.Select(a => a.Burst.Result.Workflow.FindNode(a.Mark.NodeId)?.Id ?? a.Mark.NodeId)]), Texts([.. added.Select(a => a.Mark.Name)]),
            Texts([.. added.Select(a => a.Mark.Hash)]), Texts([.. added.Select(a => a.Burst.Result.State.CorrelationId)]),
            Instants([.. added.Select(a => a.Mark.DueAt)]));
        if (Array.Exists(added, a => a.Mark.Hash is not null))
            yield return PublishedEvents.DeliverEarly([.. added.Where(a => a.Mark.Hash is not null).Select(a => Guid.Parse(a.Mark.Id))], now);
    }

    private static IEnumerable<NpgsqlBatchCommand> Incidents(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var mended = bursts.Where(b => b.Result.Effects.IncidentsResolved).Select(b => b.Id).ToArray();
        if (mended.Length > 0)
            yield return Statement("""
                -- CommitBursts.IncidentsResolved
                update incident set resolved_at = $2 where instance_id = any($1) and resolved_at is null
                """, Uuids(mended), Instant(now));
        var released = bursts.Where(b => b.Result.Effects.IncidentsResolved || b.Result.Effects.HeldReleased).Select(b => b.Id).ToArray();
        if (released.Length > 0)
            yield return Statement("""
                -- CommitBursts.Release
                with held as (
                  delete from held_event where instance_id = any($1) returning *)
                insert into instance_event (instance_id, kind, body, payload_id, actor_id, on_behalf_of, at)
                select instance_id, kind, body, payload_id, actor_id, on_behalf_of, at from held order by id
                """, Uuids(released));
        var single = bursts.Where(b => b.Result.Effects.IncidentsResolved && IsSingle(b.Result.Workflow)).Select(b => b.Id).ToArray();
        if (single.Length > 0) yield return TakePlaces(single);
        var all = bursts.SelectMany(b => b.Result.Effects.Incidents.Select(i => (b.Id, Incident: i))).ToArray();
        if (all.Length == 0) yield break;
        yield return Statement("""
            -- CommitBursts.Incidents
            insert into incident (id, instance_id, activity_id, activity_type, node_id, kind, message, detail, at)
            select n.*, $9 from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n
            """,
            Uuids([.. all.Select(a => a.Incident.Id)]), Uuids([.. all.Select(a => a.Id)]), Texts([.. all.Select(a => a.Incident.ActivityId)]),
            Texts([.. all.Select(a => a.Incident.ActivityType)]), Texts([.. all.Select(a => a.Incident.NodeId)]), Texts([.. all.Select(a => a.Incident.Kind)]),
            Texts([.. all.Select(a => StorableText.Mended(a.Incident.Message))]),
            Jsons([.. all.Select(a => a.Incident.Detail?.ToJsonString())]), Instant(now));
    }

    private IEnumerable<NpgsqlBatchCommand> Domain(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now, DateTimeOffset recordedAt)
    {
        var all = bursts.SelectMany(b => b.Result.Effects.Domain.Select(d => (Burst: b, Effect: d)));
        foreach (var group in all.GroupBy(a => a.Effect.Kind))
        {
            if (!_domain.TryGetValue(group.Key, out var statement)) throw new InvalidOperationException($"No statement for the domain effect '{group.Key}'.");
            yield return Statement(statement.Sql,
                Uuids([.. group.Select(a => a.Burst.Id)]), Uuids([.. group.Select(a => a.Burst.Loaded.Head.RootId)]),
                Jsons([.. group.Select(a => a.Effect.Body.ToJsonString())]), Instant(now), Instant(recordedAt));
        }
    }

    /// <summary>What goes with an instance that has ended: leftover waits and open tasks, its children if it was cancelled, the word to its parent.</summary>
    private static IEnumerable<NpgsqlBatchCommand> Endings(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var over = bursts.Where(b => b.Ended && b.Result.State.SubStatus != SubStatus.Faulted).Select(b => b.Id).ToArray();
        if (over.Length > 0)
        {
            yield return Statement("""
                -- CommitBursts.LeftoverBookmarks
                delete from bookmark where instance_id = any($1)
                """, Uuids(over));
            yield return Statement("""
                -- CommitBursts.LeftoverEvents
                delete from held_event where instance_id = any($1)
                """, Uuids(over));
            foreach (var statement in TaskStatements.CancelAllOf(over, now)) yield return statement;
        }

        var single = bursts.Where(b => b.Ended && (IsSingle(b.Result.Workflow) || b.Loaded.Unreadable is not null)).Select(b => b.Id).ToArray();
        if (single.Length > 0) yield return FreePlaces(single);
        // A child that has finished takes no part, what it has begun does; one that failed may still be retried and holds tasks.
        var cancelled = bursts.Where(b => b.Result.Effects.CancelChildren).Select(b => b.Id).ToArray();
        if (cancelled.Length > 0)
            yield return Statement($$"""
                -- CommitBursts.CancelChildren
                with recursive below as (
                  select c.id, c.status, c.sub_status from unnest($1) as p(id) cross join lateral (select id, status, sub_status from instance where parent_id = p.id) c
                  union all
                  select c.id, c.status, c.sub_status from below b cross join lateral (select id, status, sub_status from instance where parent_id = b.id) c
                  where b.sub_status = 'Finished')
                insert into instance_event (instance_id, kind, body, at)
                select i.id, 'cancel', '{"reason": "parent cancelled", "byParent": true}', $2 from below i where {{OpenInstance.Sql}}
                """, Uuids(cancelled), Instant(now));
        foreach (var statement in ChildStatements.ToParents(bursts, now)) yield return statement;
        var more = bursts.Where(b => b.Result.MustContinue).Select(b => b.Id).ToArray();
        if (more.Length > 0)
            yield return Statement("""
                -- CommitBursts.Continue
                insert into instance_event (instance_id, kind, at) select id, 'continue', $2 from unnest($1) as n(id)
                """, Uuids(more), Instant(now));
    }
}
