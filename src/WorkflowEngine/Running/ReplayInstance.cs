using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What a replay found. <paramref name="Burst"/> and <paramref name="Difference"/>: the first burst that came out otherwise, and where; null: none.</summary>
public sealed record Replayed(int Bursts, int? Burst = null, string? Difference = null)
{
    /// <summary>What is stored and what came out, where they differ. Holds what people entered.</summary>
    internal string? Stored { get; init; }

    /// <inheritdoc cref="Stored"/>
    internal string? Again { get; init; }
}

/// <summary>
/// Runs the bursts of an instance once more from its journal alone, in memory, and compares what they did and the state they leave with what is
/// stored, byte for byte. Writes nothing. An instance whose journal no longer explains its state was changed past the engine, or the engine is not
/// the one that ran it.
/// </summary>
public sealed class ReplayInstance(NpgsqlDataSource database, DefinitionLibrary library, ReferenceStore reference)
{
    private const string Head =
        """
        -- ReplayInstance.Head
        select i.id, i.root_id, i.parent_id, i.parent_context, i.report_to_parent, i.unit_id, i.definition_version_id, i.created_at, i.correlation_id, i.name,
          s.state::text
        from every_instance i left join every_state s on s.instance_id = i.id where i.id = $1
        """;

    private const string Journal =
        """
        -- ReplayInstance.Journal
        select burst, at, events::text, facts::text, entries::text, recorded_at < (select applied_at from schema_migration where number = 17)
        from every_journal where instance_id = $1 order by burst
        """;

    private const string Calendars =
        """
        -- ReplayInstance.Calendars
        select id || '@' || version, body::text from calendar where id || '@' || version = any($1)
        """;

    private const string Documents =
        """
        -- ReplayInstance.Documents
        select id, document from definition_version where id = any($1)
        """;

    private const string Definitions =
        """
        -- ReplayInstance.Definitions
        select distinct definition_id from definition_version
        """;

    /// <summary>Replays one instance; null: there is none. The caller has checked the right to see it.</summary>
    /// <exception cref="InvalidOperationException">A version or a calendar that the journal names is not there.</exception>
    public async Task<Replayed?> RunAsync(Guid instanceId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var heads = await Command(connection, Head, P(instanceId)).ListAsync(
            r => (Head: new Row(
                r.GetGuid(0), r.GetGuid(1), r.GuidOrNull(2), r.TextOrNull(3), r.GetString(4), r.LongOrNull(5), r.GetString(6), r.Instant(7), r.TextOrNull(8),
                r.TextOrNull(9)), State: r.TextOrNull(10)), cancellation);
        if (heads.Count == 0) return null;
        var bursts = await Command(connection, Journal, P(instanceId)).ListAsync(
            r => new Written(r.GetInt32(0), r.Instant(1), JournalJson.ReadEvents(r.GetString(2)), (JsonObject)JsonNode.Parse(r.GetString(3))!, r.GetString(3), r.GetString(4), r.GetBoolean(5)), cancellation);
        var (found, beside) = (await RunAsync(connection, heads[0].Head, heads[0].State, bursts, cancellation), bursts.Find(b => b.HasChildBeside)?.Number);
        return found.Burst >= beside ? found with { Difference = $"Recorded while children still ran beside their parent (burst {beside} executes one): now they run within its run. {found.Difference}" } : found;
    }

    private async Task<Replayed> RunAsync(NpgsqlConnection connection, Row head, string? stored, List<Written> bursts, CancellationToken cancellation)
    {
        // What a burst changed of the head is on record as it was before: from the last burst back.
        var before = new Row[bursts.Count];
        for (var i = bursts.Count - 1; i >= 0; i--) before[i] = head = head.Before(bursts[i].Facts["was"]);
        var world = await WorldAsync(connection, bursts, before, cancellation);
        byte[]? state = null;
        for (var i = 0; i < bursts.Count; i++)
        {
            if (bursts[i].Number != i + 1) return new Replayed(bursts.Count, i + 1, "The journal lacks this burst.");
            var again = Run(bursts[i], before[i], state, world);
            if (again.Result.Taken != bursts[i].Events.Count) return new Replayed(bursts.Count, i + 1, $"It takes {again.Result.Taken} events, not {bursts[i].Events.Count}.");
            var entries = Encoding.UTF8.GetString(JournalJson.Entries(again.Result.Effects.Journal));
            if (entries != bursts[i].Entries) return Other(bursts.Count, i + 1, "entries", bursts[i].Entries, entries);
            state = again.StateJson;
        }

        var left = state is null ? null : Encoding.UTF8.GetString(state);
        return IsSame(left, stored) ? new Replayed(bursts.Count) : Other(bursts.Count, bursts.Count, "state", stored ?? "", left ?? "");
    }

    // A state from before migration 0013 has its members in PostgreSQL's order.
    private static bool IsSame(string? state, string? stored) =>
        state == stored || (state is not null && stored is not null && JsonNode.DeepEquals(JsonNode.Parse(state), JsonNode.Parse(stored)));

    private static CommittedBurst Run(Written burst, Row head, byte[]? state, World world)
    {
        var facts = burst.Facts;
        var unit = burst.Unit("unit");

        // Of an owner that is not the instance's own unit bursts ask the id alone.
        var owner = facts["ownerId"]?.GetValue<long>() is not { } id ? null
            : unit?.Id == id ? unit : burst.Unit("owner") ?? new UnitFacts(id, "", "", "", "", "", "", "{}");
        var loaded = new LoadedInstance(
            new InstanceHead(
                head.Id, head.RootId, head.ParentId, head.ParentContext, head.Report, head.UnitId, world.Workflow(head.VersionId, burst), burst.Number, head.CreatedAt)
            {
                CorrelationId = head.CorrelationId,
                Name = head.Name,
                Versions = (facts["versions"] as JsonObject)?.ToDictionary(
                    v => int.Parse(v.Key, CultureInfo.InvariantCulture), v => world.Workflow(v.Value!.GetValue<string>(), burst)),
            },
            SubStatus.Pending, state, burst.Given, new Facts { Unit = unit, Owner = owner, Reference = world.Reference(burst) });
        return facts["stopped"]?.GetValue<string>() is { } kind
            ? StoppedInstance.Of(loaded, burst.At, kind, JournalJson.ReadEntries(burst.Entries) is [.., { Message: { } message }] ? message : "")
            : Runner.Run(loaded, burst.At);
    }

    private async Task<World> WorldAsync(NpgsqlConnection connection, List<Written> bursts, Row[] heads, CancellationToken cancellation)
    {
        var names = bursts.SelectMany(b => b.Calendars).Distinct().ToArray();
        var calendars = await Command(connection, Calendars, Texts(names)).ListAsync(r => (Name: r.GetString(0), Body: WorkingCalendar.Read(r.GetString(1))), cancellation);
        var definitions = await Command(connection, Definitions).ListAsync(r => r.GetString(0), cancellation);
        var ids = heads.Select(h => h.VersionId).Concat(bursts.SelectMany(b => b.Facts["versions"] as JsonObject ?? []).Select(v => v.Value!.GetValue<string>()));
        var documents = await Command(connection, Documents, Texts([.. ids.Distinct()])).ListAsync(r => (Id: r.GetString(0), Text: r.GetString(1)), cancellation);
        var workflows = new Dictionary<(string, string), Workflow>();
        foreach (var unknown in bursts.Select(b => b.Texts("unknown")).DistinctBy(u => string.Join('\n', u)))
            foreach (var (id, text) in documents)
                workflows[(id, string.Join('\n', unknown))] = await ReadAsync(id, text, unknown, cancellation);
        return new World(await reference.GetAsync(cancellation), calendars.ToDictionary(c => c.Name, c => c.Body), definitions, workflows);
    }

    // A version that cannot be read any more: a burst that was stopped for it is the same again, any other differs.
    private async Task<Workflow> ReadAsync(string id, string document, IReadOnlyList<string> unknown, CancellationToken cancellation)
    {
        try
        {
            return (await library.ReadWithoutAsync(document, unknown, cancellation)).Workflow;
        }
        catch (DefinitionFormatException)
        {
            return library.Empty(id);
        }
    }

    private static Replayed Other(int bursts, int burst, string what, string stored, string again) =>
        new(bursts, burst, $"The {what} differ from character {stored.AsSpan().CommonPrefixLength(again)} on.") { Stored = stored, Again = again };

    /// <summary>The head of the instance before a burst.</summary>
    private sealed record Row(
        Guid Id, Guid RootId, Guid? ParentId, string? ParentContext, string Report, long? UnitId, string VersionId, DateTimeOffset CreatedAt,
        string? CorrelationId, string? Name)
    {
        public Row Before(JsonNode? was) => was is not JsonObject changed ? this : this with
        {
            VersionId = changed["version"]?.GetValue<string>() ?? VersionId,
            CorrelationId = changed.ContainsKey("correlationId") ? changed["correlationId"]?.GetValue<string>() : CorrelationId,
            Name = changed.ContainsKey("name") ? changed["name"]?.GetValue<string>() : Name,
        };
    }

    /// <summary>One row of the journal.</summary>
    /// <param name="IsBeforeInline">It was recorded before migration 0017.</param>
    private sealed record Written(
        int Number, DateTimeOffset At, IReadOnlyList<InstanceEvent> Events, JsonObject Facts, string FactsText, string Entries, bool IsBeforeInline)
    {
        /// <summary>It executes a child in the way of before migration 0017, which its entries do not tell.</summary>
        public bool HasChildBeside => IsBeforeInline && Entries.Contains("\"type\":\"Elsa.ExecuteWorkflow\"", StringComparison.Ordinal);

        public string[] Calendars => Facts["reference"]!.GetValue<string>().Split(' ', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>What it was given. Of those left over only the number counts: it had stopped before it came to them.</summary>
        public IReadOnlyList<InstanceEvent> Given => Facts["given"]?.GetValue<int>() is not { } given
            ? Events
            : [.. Events, .. Enumerable.Repeat(new InstanceEvent(0, EventKind.Continue, [], null, null, At), given - Events.Count)];

        public IReadOnlyList<string> Texts(string name) => [.. (Facts[name] as JsonArray ?? []).Select(t => t!.GetValue<string>())];

        /// <summary>From the text as it was written: the attributes of a unit reach scripts in their own order.</summary>
        public UnitFacts? Unit(string name)
        {
            if (Facts[name] is null) return null;
            using var facts = JsonDocument.Parse(FactsText);
            return JournalJson.ReadUnit(facts.RootElement.GetProperty(name));
        }
    }

    /// <summary>What bursts were shown of the world, put together from what never changes and what the journal says was missing.</summary>
    private sealed record World(
        ReferenceData Current, Dictionary<string, WorkingCalendar> Calendars, List<string> Definitions, Dictionary<(string Id, string Unknown), Workflow> Workflows)
    {
        public Workflow Workflow(string id, Written burst) => Workflows.TryGetValue((id, string.Join('\n', burst.Texts("unknown"))), out var workflow)
            ? workflow
            : throw new InvalidOperationException($"Definition version '{id}' does not exist.");

        public ReferenceData Reference(Written burst)
        {
            var missed = burst.Texts("missed");
            return new ReferenceData(
                burst.Facts["reference"]!.GetValue<string>(),
                burst.Calendars.ToDictionary(
                    c => c[..c.LastIndexOf('@')], c => Calendars.GetValueOrDefault(c) ?? throw new InvalidOperationException($"Calendar '{c}' does not exist.")),
                Current.Ladders.Where(l => !missed.Contains($"ladder {l.Key}")).ToDictionary(),
                Current.FormVersions.Where(f => !missed.Contains($"form {f.Key}")).ToDictionary())
            {
                Published = Definitions.Where(d => !missed.Contains($"definition {d}")).ToHashSet(StringComparer.Ordinal),
                FlowchartMode = burst.Facts["mode"]?.GetValue<string>(),
                RetryPolicies = burst.Facts["policies"] as JsonObject,
            };
        }
    }
}
