using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>Calendars, ladders and form versions as last read; read again when older than a few seconds of system time.</summary>
public sealed class ReferenceStore(NpgsqlDataSource database, TimeProvider system)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private ReferenceData? _data;
    private long _readAt;

    private ReferenceData? Known => system.GetElapsedTime(_readAt) < Freshness ? _data : null;

    public async ValueTask<ReferenceData> GetAsync(CancellationToken cancellation = default)
    {
        if (Known is { } known) return known;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await GetAsync(connection, cancellation);
    }

    /// <summary>The same for those who hold a connection: whoever waits for a second one while holding the first can wait for ever.</summary>
    public async ValueTask<ReferenceData> GetAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (Known is { } known) return known;
        const string sql = $$"""
            -- ReferenceStore.Get
            select 'calendar', id, version, body::text from (select distinct on (id) id, version, body from calendar order by id, version desc) c
            union all select 'ladder', id, 1, body::text from ladder
            union all select 'form', id, max(version), null from form group by id
            union all select 'setting', key, 1, case key when 'retry-policies' then value::text else value #>> '{}' end from setting where key in ('flowchart-mode', 'retry-policies')
            union all select 'case', c.root_id || ' ' || c.activity_id, 1, c.ladder_id from case_ladder c join instance i on i.id = c.root_id and {{OpenInstance.Sql}} where c.ladder_id <> ''
            order by 1, 2
            """;
        var rows = await Db.Command(connection, sql).ListAsync(
            r => (Kind: r.GetString(0), Id: r.GetString(1), Version: r.GetInt32(2), Body: r.TextOrNull(3)), cancellation);
        var data = new ReferenceData(
            string.Join(' ', rows.Where(r => r.Kind == "calendar").Select(r => $"{r.Id}@{r.Version}")),
            rows.Where(r => r.Kind == "calendar").ToDictionary(r => r.Id, r => WorkingCalendar.Read(r.Body!)),
            rows.Where(r => r.Kind == "ladder").ToDictionary(r => r.Id, r => Ladder.Read(r.Body!)),
            rows.Where(r => r.Kind == "form").ToDictionary(r => r.Id, r => r.Version))
        {
            CaseLadders = rows.Where(r => r.Kind == "case").ToDictionary(r => (Guid.Parse(r.Id.AsSpan(0, 36)), r.Id[37..]), r => r.Body!),
            FlowchartMode = rows.Find(r => r is { Kind: "setting", Id: "flowchart-mode" }).Body,
            RetryPolicies = rows.Find(r => r is { Kind: "setting", Id: "retry-policies" }).Body is { } policies ? JsonNode.Parse(policies) as JsonObject : null,
        };
        (_data, _readAt) = (data, system.GetTimestamp());
        return data;
    }

    /// <summary>The same with the ids of the definitions published now: read anew each time, one published a moment ago on another host counts.</summary>
    public async Task<ReferenceData> WithPublishedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string sql = """
            -- ReferenceStore.Published
            select definition_id from definition_version where is_published and deleted_at is null
            """;
        var data = await GetAsync(connection, cancellation);
        return data with { Published = (await Db.Command(connection, sql).ListAsync(r => r.GetString(0), cancellation)).ToHashSet(StringComparer.Ordinal) };
    }

    /// <summary>What <see cref="CurrentAsync"/> is told by those who hold calendars still.</summary>
    internal const string ReadVersions =
        """
        -- ReferenceStore.Versions
        select coalesce(string_agg(id || '@' || version, ' ' order by id), '') from (select id, max(version) as version from calendar group by id) c
        """;

    /// <summary>The same for those who hold calendars still (<see cref="FireDue"/>): read anew when a calendar was changed since, on whichever host.</summary>
    internal async ValueTask<ReferenceData> CurrentAsync(NpgsqlConnection connection, string versions, CancellationToken cancellation)
    {
        if (_data is { } known && known.Version != versions) Invalidate();
        return await GetAsync(connection, cancellation);
    }

    /// <summary>Forgets what was read, after a row was changed here.</summary>
    public void Invalidate() => _data = null;
}
