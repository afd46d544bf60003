using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>How long what is over stays among what runs, and how many instances move at once.</summary>
/// <param name="Days">Business days of the calendar (24 hours each) since the root of a tree has ended, at least 1.</param>
/// <param name="Batch">Most instances of one transaction, 1 to 10,000.</param>
public sealed record ArchiveSettings(int Days, int Batch)
{
    public static ArchiveSettings Usual { get; } = new(365, 1_000);

    /// <summary>The setting <c>archive</c>, <c>{"days": 365, "batch": 1000}</c>; what it leaves out is as usual.</summary>
    /// <exception cref="InvalidOperationException">It holds something else.</exception>
    public static ArchiveSettings Read(string? json)
    {
        if (json is null) return Usual;
        try
        {
            var given = JsonNode.Parse(json) as JsonObject ?? throw new ValueConversionException("it is no object");
            var settings = new ArchiveSettings(Values.To<int?>(given["days"]) ?? Usual.Days, Values.To<int?>(given["batch"]) ?? Usual.Batch);
            if (settings is { Days: >= 1, Batch: >= 1 and <= 10_000 }) return settings;
            throw new ValueConversionException("days is at least 1, batch 1 to 10000");
        }
        catch (Exception e) when (e is ValueConversionException or System.Text.Json.JsonException)
        {
            throw new InvalidOperationException($"The setting 'archive' cannot be read ({e.Message}): {json}", e);
        }
    }
}

/// <summary>
/// Moves trees of instances that have been over for long, with states, journals and failures, out of the tables that every burst reads. Tasks, rounds,
/// mails and the audit stay where they are. What reads history reads the views <c>every_…</c> and finds both.
/// </summary>
/// <remarks>
/// A tree is over when nothing in it runs and nothing in it has failed and may still be retried; that does not change any more. It moves in
/// transactions of a bounded size, children first and the root last: after a crash in between the root is still there, and the next run goes on.
/// </remarks>
public sealed class ArchiveFinished(NpgsqlDataSource database)
{
    private const string Setting =
        """
        -- ArchiveFinished.Setting
        select value::text from setting where key = 'archive'
        """;

    private const string Trees =
        $"""
        -- ArchiveFinished.Trees
        select r.id from instance r
        where r.id = r.root_id and r.status = 'Finished' and r.sub_status <> 'Faulted' and r.finished_at < $1 and r.id > $2
          and not exists (select from instance i where i.root_id = r.id and ({OpenInstance.Sql} or i.finished_at >= $1))
          and not exists (select from instance i join instance_event e on e.instance_id = i.id where i.root_id = r.id)
        order by r.id limit $3
        """;

    // The roots of whole trees only when nothing else of them is left. Locked by id, as everywhere; an event on its way holds its instance back.
    private const string Move =
        """
        -- ArchiveFinished.Move
        with picked as (
          select i.id from instance i
          where i.root_id = any($1) and i.status = 'Finished' and i.sub_status <> 'Faulted' and not exists (select from instance_event e where e.instance_id = i.id)
            and case when $2 then i.id = i.root_id and not exists (select from instance c where c.root_id = i.id and c.id <> i.id) else i.id <> i.root_id end
          order by i.id limit $3 for update),
        heads as (
          delete from instance i using picked p where i.id = p.id returning i.*),
        states as (
          delete from instance_state s using picked p where s.instance_id = p.id returning s.instance_id, s.state),
        bursts as (
          delete from journal j using picked p where j.instance_id = p.id returning j.*),
        failures as (
          delete from incident f using picked p where f.instance_id = p.id returning f.*),
        kept_states as (
          insert into archived_state (instance_id, state) select instance_id, state from states),
        kept_journal as (
          insert into archived_journal (instance_id, burst, at, recorded_at, actor_id, on_behalf_of, events, facts, entries)
          select instance_id, burst, at, recorded_at, actor_id, on_behalf_of, events, facts, entries from bursts),
        kept_incidents as (
          insert into archived_incident (id, instance_id, activity_id, activity_type, node_id, kind, message, detail, at, resolved_at)
          select id, instance_id, activity_id, activity_type, node_id, kind, message, detail, at, resolved_at from failures)
        insert into archived_instance (id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent, unit_id,
          correlation_id, name, status, sub_status, burst, incident_count, created_at, updated_at, finished_at, deleted_at, archived_at)
        select id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent, unit_id,
          correlation_id, name, status, sub_status, burst, incident_count, created_at, updated_at, finished_at, deleted_at, $4 from heads
        """;

    /// <summary>Moves everything that is old enough at business time <paramref name="now"/>; returns how many instances moved.</summary>
    /// <exception cref="InvalidOperationException">The setting cannot be read; nothing has moved.</exception>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var settings = ArchiveSettings.Read((await Command(connection, Setting).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault());
        var (total, after) = (0, Guid.Empty);
        while (true)
        {
            var trees = await Command(connection, Trees, Instant(now.AddDays(-settings.Days)), P(after), P(settings.Batch)).ListAsync(r => r.GetGuid(0), cancellation);
            if (trees.Count == 0) return total;
            after = trees[^1];
            int moved;
            do total += moved = await MoveAsync(connection, trees, roots: false, settings.Batch, now, cancellation);
            while (moved == settings.Batch);
            total += await MoveAsync(connection, trees, roots: true, settings.Batch, now, cancellation);
        }
    }

    private static async Task<int> MoveAsync(
        NpgsqlConnection connection, List<Guid> trees, bool roots, int limit, DateTimeOffset now, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return await Command(connection, Move, Uuids([.. trees]), P(roots), P(limit), Instant(now)).ExecuteNonQueryAsync(cancellation);
    }
}
