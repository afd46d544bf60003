using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>
/// A host in memory for tests of the engine alone: keeps instances as their stored text, runs <see cref="Burst"/> and carries its effects to
/// other instances as the commit would, one instance after the other in the order their events came. The clock moves only when told to.
/// </summary>
public sealed class MemoryEngine
{
    private readonly List<Workflow> _definitions = [];
    private readonly HashSet<string> _published = new(StringComparer.Ordinal);
    private static readonly ActivityCatalog Catalog = new(typeof(Activity).Assembly, typeof(Unions.UnionSetup).Assembly);
    private readonly Dictionary<Guid, MemoryInstance> _byId = [];
    private readonly List<MemoryInstance> _ready = [];
    private readonly SortedDictionary<int, MemoryInstance> _waiting = [];
    private bool _isHeld;
    private readonly List<(string Hash, string? CorrelationId, Guid? InstanceId, JsonObject Input, int Hops)> _early = [];
    private int _ids;
    private int _waits;

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    public List<MemoryInstance> Instances { get; } = [];
    public List<string> Lines { get; } = [];
    public Facts Facts { get; init; } = new()
    {
        Reference = new ReferenceData(
            "test", new Dictionary<string, WorkingCalendar> { ["vn-public"] = WorkingCalendar.VietnamPublic },
            new Dictionary<string, Ladder> { ["default"] = Ladder.Standard }, new Dictionary<string, int>()),
    };

    /// <summary>Engine's default flowchart mode; null is Elsa's default.</summary>
    public string? FlowchartMode { get; set; }

    /// <summary>Policies that activities name.</summary>
    public JsonObject? RetryPolicies { get; set; }

    /// <summary>Children that each <c>Cascade</c> gets.</summary>
    public int FanOutUnits { get; set; } = 3;

    /// <summary>What each burst was given and what it gave, for tests of purity.</summary>
    public Action<InstanceHead, InstanceState?, IReadOnlyList<InstanceEvent>, Facts, BurstResult>? BurstRun { get; set; }

    /// <summary>After so many bursts of all instances nothing runs any more: what goes on for ever is stopped here.</summary>
    public int MostBursts { get; set; } = int.MaxValue;

    /// <summary>Which of so many ready instances runs next; null: the one that has been ready for longest.</summary>
    public Func<int, int>? Pick { get; set; }

    // ---- definitions

    /// <summary>Reads a definition, adds it as the next version of its id or in the place of its draft, and publishes it if asked to.</summary>
    /// <exception cref="DefinitionFormatException">It is no definition.</exception>
    public Workflow Import(JsonObject document, bool publish = true) => Store(document, publish).Workflow;

    /// <inheritdoc cref="Import"/>
    public CaseImport Store(JsonObject document, bool publish)
    {
        var copy = (JsonObject)document.DeepClone();
        // As given first: what is wrong with the members that are replaced below is refused as well.
        _ = new DefinitionReader(Catalog, Composite).Read(copy);
        string? Given(string name) => copy.Member(name).AsText();
        var id = Given("definitionId") is { } named && !string.IsNullOrWhiteSpace(named) ? named : new DeterministicIds(Guid.Empty, _definitions.Count, Now).NewGuid().ToString("N")[^16..];
        var asked = Given("id");
        var latest = _definitions.FindLast(d => d.DefinitionId == id);
        var draft = latest is { IsPublished: false } && Instances.TrueForAll(i => i.Workflow != latest) ? latest : null;
        var version = draft?.Version ?? (latest?.Version ?? 0) + 1;
        var versionId = draft?.Id ?? (latest is null && !string.IsNullOrWhiteSpace(asked) && _definitions.TrueForAll(d => d.Id != asked) ? asked : new DeterministicIds(Guid.Empty, _definitions.Count, Now).NewGuid().ToString("N"));
        foreach (var name in copy.Select(m => m.Key).Where(k => k.ToUpperInvariant() is "VERSION" or "ID" or "ISPUBLISHED" or "ISLATEST" or "DEFINITIONID" or "ISSYSTEM").ToArray()) copy.Remove(name);
        (copy["definitionId"], copy["version"], copy["id"], copy["isLatest"]) = (id, version, versionId, true);
        Workflow Read(bool published)
        {
            copy["isPublished"] = published;
            return new DefinitionReader(Catalog, Composite).Read(copy).Workflow;
        }

        var workflow = Read(publish);
        IReadOnlyList<DefinitionProblem> refusals = publish ? [.. StartTriggers.Of(workflow, Now).Problems, .. DueOrder.Problems(workflow)] : [];
        if (refusals.Count > 0) workflow = Read(false);
        if (draft is not null) _definitions.Remove(draft);
        _definitions.Add(workflow);
        if (workflow.IsPublished) _published.Add(id);
        return new CaseImport(workflow, [.. refusals.Select(r => r.ToString())]);
    }

    public void Retract(string definitionId) => _published.Remove(definitionId);

    /// <summary>A version by number, else the published one; null when there is none.</summary>
    public Workflow? Definition(string id, int? version = null) =>
        version is { } number ? _definitions.Find(d => d.DefinitionId == id && d.Version == number)
        : _published.Contains(id) ? _definitions.FindLast(d => d.DefinitionId == id && d.IsPublished) : null;

    public int Latest(string id) => _definitions.Where(d => d.DefinitionId == id).Max(d => d.Version);

    private Composite? Composite(CompositeReference reference)
    {
        var usable = _definitions.Where(w => w is { IsPublished: true, Options.UsableAsActivity: true }).ToList();
        var found = (reference.VersionId is { } id ? usable.Find(w => w.Id == id) : null)
            ?? usable.Where(w => Words.Pascal(w.Name ?? "") == reference.TypeName).OrderByDescending(w => w.Version == reference.Version).ThenByDescending(w => w.Version).FirstOrDefault()
            ?? usable.Where(w => w.DefinitionId == reference.DefinitionId).MaxBy(w => w.Version);
        if (found is null) return null;
        var latest = usable.Where(w => w.DefinitionId == found.DefinitionId).MaxBy(w => w.Version)!;
        return new Composite(found, latest.Version, latest.Id);
    }

    // ---- what comes from outside; each runs until nothing is ready

    public MemoryInstance Start(
        string definitionId, JsonObject? input = null, string? correlationId = null, string? name = null, JsonObject? properties = null,
        JsonObject? variables = null, string? triggerActivityId = null, int? version = null)
    {
        var workflow = Definition(definitionId, version) ?? throw new InvalidOperationException($"Nothing published as '{definitionId}'.");
        var instance = Create(workflow, null, null, "none", correlationId, name, input, properties, variables, triggerActivityId);
        Run();
        return instance;
    }

    public void Tell(MemoryInstance instance, string kind, JsonObject? body = null)
    {
        Send(instance, kind, body ?? []);
        Run();
    }

    /// <summary>What is told within comes to each instance in one burst.</summary>
    public void Together(Action tell)
    {
        ArgumentNullException.ThrowIfNull(tell);
        _isHeld = true;
        tell();
        _isHeld = false;
        Run();
    }

    /// <summary>Publishes an event: starts what begins with it, resumes what waits for it, else keeps it for a later wait.</summary>
    public void Publish(string name, JsonNode? payload = null, string? correlationId = null, Guid? instanceId = null)
    {
        Deliver(new PublishedEvent(name, correlationId, instanceId, payload));
        Run();
    }

    /// <summary>Answers a task of RunTask; false: nothing waits for it, the answer is kept.</summary>
    public bool AnswerTask(string taskId, JsonNode? result)
    {
        var resumed = Stimulate(Stimulus.HashOfTask(taskId), null, null, new JsonObject { ["RunTaskInput"] = result?.DeepClone() });
        Run();
        return resumed;
    }

    /// <summary>Moves the clock; what falls due on the way fires at its time, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var until = Now + by;
        while (MostBursts > 0 && Due(until) is { } next)
        {
            if (next.Mark.DueAt > Now) Now = next.Mark.DueAt.Value;
            Tell(next.Instance, EventKind.TimerDue, new JsonObject { ["bookmarkId"] = next.Mark.Id });
        }

        Now = until;
    }

    private (MemoryInstance Instance, Bookmark Mark)? Due(DateTimeOffset until)
    {
        var due = _waiting.Values.Select(i => (Instance: i, i.State)).Where(w => w.State.Status == InstanceStatus.Running).SelectMany(w => w.State.Bookmarks.Select(b => (i: w.Instance, b)))
            .Where(p => p.b.DueAt <= until).OrderBy(p => p.b.DueAt).ToList();
        return due.Count == 0 ? null : due[0];
    }

    // ---- the host

    private MemoryInstance Create(
        Workflow workflow, MemoryInstance? parent, NewChild? child, string report, string? correlationId, string? name, JsonObject? input,
        JsonObject? properties, JsonObject? variables, string? trigger, int hops = 0, string? hash = null)
    {
        var id = child?.Id ?? new DeterministicIds(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), _ids++, Now).NewGuid();
        var instance = new MemoryInstance
        {
            Id = id,
            Place = Instances.Count,
            RootId = parent?.RootId ?? id,
            ParentId = parent?.Id,
            ParentContext = child?.ContextId,
            Report = report,
            Workflow = workflow,
            CorrelationId = correlationId,
            Name = name,
            CreatedAt = Now,
        };
        Instances.Add(instance);
        _byId.Add(id, instance);
        properties = properties?.DeepClone() as JsonObject ?? [];
        Send(instance, EventKind.Start, new JsonObject
        {
            ["input"] = input?.DeepClone(),
            ["properties"] = properties,
            ["variables"] = variables?.DeepClone(),
            ["triggerActivityId"] = trigger,
            ["hash"] = hash,
        }, report is "first" or "inline", hops);
        return instance;
    }

    private void Send(MemoryInstance instance, string kind, JsonObject body, bool first = false, int hops = 0)
    {
        if (hops > 0) body["hops"] = hops;
        instance.Events.Add(new InstanceEvent(instance.Events.Count + 1, kind, body, null, null, Now));
        _ready.Insert(first ? 0 : _ready.Count, instance);
    }

    private void Run()
    {
        while (!_isHeld && _ready.Count > 0 && MostBursts > 0)
        {
            MostBursts--;
            var at = Pick?.Invoke(_ready.Count) ?? 0;
            var instance = _ready[at];
            _ready.RemoveAt(at);
            if (instance.Events.Count == 0) continue;
            InstanceEvent[] events = [.. instance.Events];
            instance.Events.Clear();
            var head = new InstanceHead(
                instance.Id, instance.RootId, instance.ParentId, instance.ParentContext, instance.Report, Facts.UnitId, instance.Workflow, ++instance.Bursts, instance.CreatedAt)
            {
                CorrelationId = instance.CorrelationId,
                Name = instance.Name,
                Versions = _definitions.Where(d => d.DefinitionId == instance.Workflow.DefinitionId).ToDictionary(d => d.Version),
            };
            var facts = Facts with { Reference = Facts.Reference with { Published = _published, FlowchartMode = FlowchartMode, RetryPolicies = RetryPolicies } };
            var before = instance.StateJson;
            var state = before is null ? null : InstanceState.FromJson(before);
            var ended = state?.SubStatus ?? SubStatus.Pending;
            var result = Burst.Run(head, state, events, facts, Now);
            BurstRun?.Invoke(head, before is null ? null : InstanceState.FromJson(before), events, facts, result);
            instance.Events.AddRange(events[result.Taken..]);
            if (instance.Events.Count > 0) _ready.Add(instance);
            Apply(instance, head, result, ended);
        }
    }

    private void Apply(MemoryInstance instance, InstanceHead head, BurstResult result, SubStatus before)
    {
        var effects = result.Effects;
        instance.Held.AddRange(effects.Held);
        if (effects.IncidentsResolved || effects.HeldReleased)
        {
            foreach (var held in instance.Held) Send(instance, held.Kind, held.Body);
            instance.Held.Clear();
        }

        (instance.StateJson, instance.Workflow) = (result.State.ToJson(), result.Workflow);
        if (result.State.Bookmarks.Exists(b => b.Hash is not null || b.DueAt is not null)) _waiting[instance.Place] = instance;
        else _waiting.Remove(instance.Place);
        instance.Journal.AddRange(effects.Journal);
        instance.Tasks.AddRange(effects.Tasks);
        instance.Alterations.AddRange(effects.Alterations);
        instance.Incidents.AddRange(effects.Incidents);
        Lines.AddRange(effects.Lines);
        if (result.MustContinue) Send(instance, EventKind.Continue, []);
        foreach (var child in effects.Children)
            Create(Definition(child.DefinitionId)!, instance, child, child.Report, child.CorrelationId, null, child.Input, child.Properties, null, null, child.Hops);
        foreach (var fanOut in effects.FanOuts) FanOut(instance, fanOut);
        foreach (var bookmark in effects.BookmarksAdded)
            (instance.Correlations[bookmark.Id], instance.Began[bookmark.Id]) = (result.State.CorrelationId, _waits++);
        TakeEarly(instance, [.. effects.BookmarksAdded]);
        foreach (var published in effects.Events) Deliver(published);
        if (effects.CancelChildren)
            foreach (var child in Below(instance).ToArray()) Send(child, EventKind.Cancel, new JsonObject { ["byParent"] = true });
        if (result.IsTold(instance.Report, before)) TellParent(instance, head, result, before);
    }

    /// <summary>Whom a cancelled instance takes along: its children, and in place of those that have finished what they had begun.</summary>
    private IEnumerable<MemoryInstance> Below(MemoryInstance instance) => Instances.Where(i => i.ParentId == instance.Id).SelectMany(i =>
        i.State.SubStatus == SubStatus.Finished ? Below(i) : i.State.Status == InstanceStatus.Running || i.State.SubStatus == SubStatus.Faulted ? [i] : []);

    private void FanOut(MemoryInstance parent, NewFanOut fanOut)
    {
        for (var unit = 0; unit < FanOutUnits; unit++)
        {
            var child = new NewChild(
                new DeterministicIds(parent.Id, 1000 + Instances.Count, Now).NewGuid(), fanOut.DefinitionId, fanOut.ContextId, fanOut.CorrelationId, fanOut.Input, null, fanOut.Report, unit, fanOut.Hops);
            Create(Definition(fanOut.DefinitionId)!, parent, child, fanOut.Report, fanOut.CorrelationId, null, fanOut.Input, null, null, null, fanOut.Hops);
        }

        if (fanOut.Report != "none") Send(parent, EventKind.ChildrenStarted, new JsonObject { ["contextId"] = fanOut.ContextId, ["total"] = FanOutUnits }, hops: fanOut.Hops);
    }

    private void TellParent(MemoryInstance child, InstanceHead head, BurstResult result, SubStatus before)
    {
        if (child.ParentId is not { } parentId || !_byId.TryGetValue(parentId, out var parent)) return;
        if (child.Report is "each" or "first" or "inline") Send(parent, EventKind.ChildEnded, result.Word(head, before), child.Report != "each");
        else if (child.Report == "count")
        {
            var told = new JsonObject { ["contextId"] = child.ParentContext };
            if (before.IsEnd()) told[before.ToString().ToLowerInvariant()] = -1;
            if (result.State.SubStatus.IsEnd()) told[result.State.SubStatus.ToString().ToLowerInvariant()] = 1;
            Send(parent, EventKind.ChildrenEnded, told, hops: result.State.Hops ?? 0);
        }
    }

    private void Deliver(PublishedEvent published)
    {
        var hash = Stimulus.HashOfEvent(published.Name);
        var input = new JsonObject { [Event.PayloadKey] = published.Payload?.DeepClone() };
        var isAwaited = Awaiting(hash, published.CorrelationId, published.InstanceId).Any();
        var begun = published.InstanceId is not null ? []
            : _published.SelectMany(id => StartTriggers.Of(Definition(id)!, Now).Triggers.Where(t => t.Hash == hash), (id, t) => (id, t.ActivityId)).ToArray();
        foreach (var (id, activity) in begun)
            Create(Definition(id)!, null, null, "none", published.CorrelationId, null, input, null, null, activity, Burst.HopsOfEach(published.Hops, begun.Length), isAwaited ? hash : null);
        Stimulate(hash, published.CorrelationId, published.InstanceId, input, published.Hops);
    }

    private bool Stimulate(string hash, string? correlationId, Guid? instanceId, JsonObject input, int hops = 0)
    {
        var resumed = false;
        foreach (var (instance, bookmark) in Awaiting(hash, correlationId, instanceId).ToArray())
        {
            Send(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = bookmark.Id, ["input"] = input.DeepClone() }, hops: hops);
            resumed = true;
        }

        if (!resumed) _early.Add((hash, correlationId, instanceId, input, hops));
        return resumed;
    }

    private IEnumerable<(MemoryInstance Instance, Bookmark Bookmark)> Awaiting(string hash, string? correlationId, Guid? instanceId) =>
        from instance in _waiting.Values
        where instanceId is not { } only || only == instance.Id
        let state = instance.State
        where state.Status != InstanceStatus.Finished
        from bookmark in state.Bookmarks
        where bookmark.Hash == hash && (correlationId is null || correlationId == instance.Correlations.GetValueOrDefault(bookmark.Id))
        select (instance, bookmark);

    private void TakeEarly(MemoryInstance instance, List<Bookmark> added)
    {
        if (added.Count == 0) return;
        foreach (var early in _early.ToArray())
        {
            if (early.InstanceId is { } only && only != instance.Id) continue;
            var waits = added.Where(b => b.Hash == early.Hash && (early.CorrelationId is null || early.CorrelationId == instance.State.CorrelationId)).ToArray();
            foreach (var bookmark in waits)
            {
                Send(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = bookmark.Id, ["input"] = early.Input.DeepClone() }, hops: early.Hops);
                added.Remove(bookmark);
            }

            if (waits.Length > 0) _early.Remove(early);
        }
    }
}
