using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;

namespace WorkflowEngine.Running;

/// <summary>One execution of an activity in an instance, and the only door through which an activity reaches the world.</summary>
public sealed class ActivityContext
{
    /// <summary>Where a workflow used as an activity keeps what it was called with and what it gave.</summary>
    internal const string InputKey = "Input", OutputKey = "Output";

    private readonly Burst _burst;
    private JsonObject _inputs = [];

    internal ActivityContext(Burst burst, ContextState state, ActivityNode node, ActivityContext? parent)
    {
        (_burst, State, Node, Parent) = (burst, state, node, parent);
        parent?.Children.Add(this);
    }

    internal ContextState State { get; }
    internal List<ActivityContext> Children { get; } = [];

    /// <summary>How often this execution has ended; what it scheduled before its last end does not report to it any more.</summary>
    internal int Epoch { get; set; }

    /// <summary><see cref="Epoch"/> of the owner when this was scheduled.</summary>
    internal int OwnerEpoch { get; init; }

    /// <summary>It is about to complete and takes its children down.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>It is being cancelled with all that is within; ends of its children mean nothing to it any more.</summary>
    internal bool IsCancelled { get; set; }

    /// <summary>Variables that scripts made in this container. As in Elsa they do not outlive the run of the instance.</summary>
    private Dictionary<string, JsonNode?>? Made { get; set; }

    /// <summary>The owner knows of this execution's end.</summary>
    internal bool IsReported { get; set; }

    /// <summary>Set while the activity runs: whether it asked for anything that keeps it from completing by itself.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Started over a connection that leads back in a loop.</summary>
    internal bool IsBackward => State.Properties?["BackwardConnection"] is not null;

    public string Id => State.Id;
    public ActivityNode Node { get; }
    public ActivityContext? Parent { get; }
    public ActivityStatus Status => State.Status;
    public string? Tag => State.Tag;

    // ---- what it may know

    public DateTimeOffset Now => _burst.Now;
    public Facts Facts => _burst.Facts;
    public Guid InstanceId => _burst.Head.Id;
    public Guid RootId => _burst.Head.RootId;
    public Workflow Workflow => _burst.Head.Workflow;
    internal Burst Burst => _burst;
    public string? CorrelationId { get => _burst.State.CorrelationId; set => _burst.State.CorrelationId = value; }
    public string? InstanceName { get => _burst.State.Name; set => _burst.State.Name = value; }

    /// <summary>
    /// An input by name: of the instance as this run sees it; within a workflow used as an activity first what is called so around here, its own
    /// inputs among them.
    /// </summary>
    public JsonNode? GetInput(string name)
    {
        if (Composite is not null)
            for (var scope = this; scope is not null; scope = scope.Parent)
                if (scope.TryGetHere(name, out var value)) return value;
        return _burst.Input[name];
    }

    /// <summary>The execution of the workflow used as an activity around this one, or null.</summary>
    internal ActivityContext? Composite
    {
        get
        {
            for (var outer = Parent; outer is not null; outer = outer.Parent)
                if (outer.Node.Composite is not null) return outer;
            return null;
        }
    }

    /// <summary>True once for the activity whose stimulus started this instance: it has happened, nothing is to be waited for.</summary>
    internal bool TakeTrigger()
    {
        if (_burst.State.Properties["TriggerActivityId"].AsText() != Node.Id) return false;
        _burst.State.Properties.Remove("TriggerActivityId");
        return true;
    }

    /// <summary>What this activity keeps between bursts.</summary>
    public JsonObject Properties => State.Properties ??= [];

    public Guid NewId() => _burst.Ids.NewGuid();

    // ---- inputs and outputs

    /// <summary>The evaluated input, converted to <typeparamref name="T"/>; its default when the document gives none.</summary>
    public T? Get<T>(Input<T> input)
    {
        if (!_inputs.TryGetPropertyValue(input.JsonName, out var value) || value is null) return input.Default is T fallback ? fallback : default;
        if (!ReferenceEquals(_inputs, Node.ConstantInputs) || !ActivityNode.CanShare(typeof(T))) return Convert<T>(input, value);
        return (T?)Node.Converted.GetOrAdd((input.JsonName, typeof(T)), static (_, given) => Convert<T>(given.Input, given.Value), (Input: (Input)input, Value: value));
    }

    /// <summary>The evaluated input as JSON, or null.</summary>
    public JsonNode? GetRaw(string jsonName) => _inputs[jsonName];

    /// <summary>Evaluates an input now, again each time it is called (loop conditions).</summary>
    public T? Evaluate<T>(Input<T> input)
    {
        var value = EvaluateInput(input, Node.Inputs.GetValueOrDefault(input.JsonName));
        return value is null ? default : Convert<T>(input, value);
    }

    /// <summary>Evaluates an expression in this activity's scope (switch cases).</summary>
    public JsonNode? Evaluate(Expression expression) => Evaluator.Evaluate(expression, this);

    /// <summary>Hands out a result: to the bound variable or workflow output, and to expressions that ask for this activity's outputs.</summary>
    public void Set(Output output, JsonNode? value)
    {
        SetByName(output.JsonName, value);
    }

    /// <summary><see cref="Set"/> for outputs that no class declares: those of composites.</summary>
    internal void SetByName(string jsonName, JsonNode? value)
    {
        _burst.Remember(this, jsonName, value);
        if (Node.Outputs.GetValueOrDefault(jsonName)?.MemoryId is not { } target || SetVariableById(target, value)) return;
        var around = Composite?.Node.Composite?.Workflow ?? Workflow;
        foreach (var declared in around.Outputs)
            if (declared.Name == target) SetWorkflowOutput(target, value);
    }

    /// <summary>Sets an output by name: of the nearest workflow used as an activity that declares it, else of the instance.</summary>
    public void SetOutput(string name, JsonNode? value)
    {
        for (var outer = Composite; outer is not null; outer = outer.Composite)
        {
            if (outer.Node.Composite!.Workflow.Outputs.All(o => o.Name != name)) continue;
            if (outer.Properties[OutputKey] is not JsonObject outputs) outer.Properties[OutputKey] = outputs = [];
            outputs[name] = value?.DeepClone();
            return;
        }

        _burst.State.Output[name] = value?.DeepClone();
    }

    /// <summary>Sets an output of the composite around this, else of the instance.</summary>
    public void SetWorkflowOutput(string name, JsonNode? value)
    {
        if (Composite is not { } composite)
        {
            _burst.State.Output[name] = value?.DeepClone();
            return;
        }

        if (composite.Properties[OutputKey] is not JsonObject outputs) composite.Properties[OutputKey] = outputs = [];
        outputs[name] = value?.DeepClone();
    }

    internal void EvaluateInputs()
    {
        var declaredInputs = Node.Activity.Descriptor.Inputs;
        if (declaredInputs.Count == 0) return;
        if (Node.ConstantInputs is { } constant)
        {
            _inputs = constant;
            State.Inputs = constant.Count == 0 ? null : constant;
            return;
        }

        _inputs = [];
        var (isSensitive, isConstant) = (false, true);
        foreach (var declared in declaredInputs)
        {
            if (!declared.IsWrapped)
            {
                if (Node.Raw[declared.JsonName] is { } raw) _inputs[declared.JsonName] = raw.DeepClone();
            }
            else if (declared.AutoEvaluate && Node.Inputs.GetValueOrDefault(declared.JsonName) is { } given)
            {
                _inputs[declared.JsonName] = EvaluateInput(declared, given);
                isSensitive |= declared.IsSensitive;
                isConstant &= given.Expression is null or { Type: "Literal" or "Object" or "Json" };
            }
        }

        State.Inputs = _inputs.Count == 0 ? null : isSensitive ? Masked() : _inputs;
        if (isConstant && !isSensitive) Node.ConstantInputs = _inputs;
    }

    /// <summary>Variables without a storage driver are back at their defaults, and those that scripts made are gone.</summary>
    internal void ForgetUnstored()
    {
        Made = null;
        if (State.Variables is null) return;
        foreach (var declared in Node.Variables)
            if (declared.StorageDriverTypeName is null) State.Variables[declared.Id] = Values.ToOrKeep(declared.Value?.DeepClone(), declared.TypeName, declared.IsArray);
    }

    private JsonNode? EvaluateInput(Input declared, InputValue? given)
    {
        if (given?.Expression is not { } expression) return null;

        // JSON text for an input of type object stays text in Elsa; the receiver converts it if it knows better.
        if (expression.Type is "Object" or "Json" && declared.Type == typeof(JsonNode) && expression.Value.AsText() is not null) return expression.Value!.DeepClone();
        return EvaluateNamed(declared.Name, expression);
    }

    /// <summary>Evaluates an input; its name stands in the incident when that fails.</summary>
    internal JsonNode? EvaluateNamed(string name, Expression expression)
    {
        try
        {
            var value = Evaluator.Evaluate(expression, this);
            return value?.Parent is null ? value : value.DeepClone();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input '{name}': {e.Message}", "InputEvaluationException", e);
        }
    }

    private static T? Convert<T>(Input input, JsonNode value)
    {
        try
        {
            return Values.To<T>(value);
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input '{input.Name}': {e.Message}", "InputEvaluationException", e);
        }
    }

    private JsonObject Masked()
    {
        var masked = (JsonObject)_inputs.DeepClone();
        foreach (var declared in Node.Activity.Descriptor.Inputs)
            if (declared.IsSensitive && masked.ContainsKey(declared.JsonName)) masked[declared.JsonName] = "***";
        return masked;
    }

    // ---- variables

    /// <summary>The context and id of the declared variable with this name, innermost scope first.</summary>
    internal bool TryFindVariable(string name, out ActivityContext owner, out string id)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.DeclaredId(name) is { } declared)
            {
                (owner, id) = (scope, declared);
                return true;
            }

            if (scope.HasMade(name)) break;
        }

        (owner, id) = (this, name);
        return false;
    }

    /// <summary>The value of the variable with this name, declared, of a loop or made by a script; innermost scope first.</summary>
    public JsonNode? GetVariable(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope.TryGetHere(name, out var value)) return value;
        return null;
    }

    private bool TryGetHere(string name, out JsonNode? value)
    {
        value = null;
        if (DeclaredId(name) is { } declared)
        {
            value = State.Variables![declared];
            return true;
        }

        return State.Dynamic?.TryGetValue(name, out value) == true || Made?.TryGetValue(name, out value) == true
            || Node.Composite is not null && State.Properties?[InputKey] is JsonObject inputs && inputs.TryGetPropertyValue(name, out value);
    }

    private bool HasMade(string name) => State.Dynamic?.ContainsKey(name) == true || Made?.ContainsKey(name) == true;

    /// <summary>Sets the variable with this name; an unknown one is made in the nearest container.</summary>
    public void SetVariable(string name, JsonNode? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.DeclaredId(name) is { } declared)
            {
                scope.Store(declared, value);
                return;
            }

            if (!scope.HasMade(name)) continue;
            (scope.Made?.ContainsKey(name) == true ? scope.Made : scope.State.Dynamic!)[name] = value?.DeepClone();
            return;
        }

        var container = this;
        while (container.Parent is { } outer && !container.Node.Activity.Descriptor.Texts.IsContainer && container.Node.Composite is null) container = outer;
        (container.Made ??= [])[name] = value?.DeepClone();
    }

    /// <summary>Names of all variables in scope, each once, innermost first.</summary>
    internal IEnumerable<string> VariableNames
    {
        get
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var scope = this; scope is not null; scope = scope.Parent)
            {
                foreach (var declared in scope.Node.Variables)
                    if (seen.Add(declared.Name)) yield return declared.Name;
                foreach (var name in scope.State.Dynamic?.Keys.AsEnumerable() ?? [])
                    if (seen.Add(name)) yield return name;
                foreach (var (name, _) in (scope.Node.Composite is null ? null : scope.State.Properties?[InputKey] as JsonObject) ?? [])
                    if (seen.Add(name)) yield return name;
            }
        }
    }

    private string? DeclaredId(string name)
    {
        foreach (var declared in Node.Variables)
            if (declared.Name == name && State.Variables?.ContainsKey(declared.Id) == true) return declared.Id;
        return null;
    }

    internal JsonNode? GetVariableById(string id)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope.State.Variables?.TryGetValue(id, out var value) == true) return value;
        return null;
    }

    internal bool SetVariableById(string id, JsonNode? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.State.Variables?.ContainsKey(id) != true) continue;
            scope.Store(id, value);
            return true;
        }

        return false;
    }

    private void Store(string id, JsonNode? value)
    {
        var declared = Node.Variables.FirstOrDefault(v => v.Id == id);
        var converted = declared is null ? value : Values.ToOrKeep(value, declared.TypeName, declared.IsArray);
        State.Variables![id] = converted?.Parent is null && !ReferenceEquals(converted, value) ? converted : converted?.DeepClone();
    }

    /// <summary>Declares the container's variables with their defaults, and a loop's own (<c>CurrentValue</c>) with what it gave for this round.</summary>
    internal void DeclareVariables(JsonObject? values)
    {
        foreach (var declared in Node.Variables)
            (State.Variables ??= [])[declared.Id] = Values.ToOrKeep(declared.Value?.DeepClone(), declared.TypeName, declared.IsArray);
        if (values is null) return;
        foreach (var (name, value) in values) (State.Dynamic ??= [])[name] = value?.DeepClone();
    }

    // ---- what it may do

    /// <summary>Ends this activity; without names the outcome is Done.</summary>
    public void Complete(params string[] outcomes)
    {
        IsBusy = true;
        _burst.Complete(this, outcomes.Length == 0 ? Outcomes.Done : Outcomes.Of(outcomes));
    }

    public void Complete(Outcomes outcomes)
    {
        IsBusy = true;
        _burst.Complete(this, outcomes);
    }

    /// <summary>Ends this activity as failed with a reason people can read.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Fault(string message) => throw new ActivityFaultException(message);

    /// <summary>Fails because what the definition names is not there, and leaves word of it for a replay.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Missed(string kind, string id)
    {
        Effects.Missed.Add($"{kind} {id}");
        Fault($"There is no {kind} '{id}'.");
    }

    /// <summary>Runs an embedded or connected activity; <see cref="Activity.ChildCompleted"/> tells when it is done.</summary>
    public void Schedule(ActivityNode child, string? tag = null, JsonObject? variables = null, bool backward = false)
    {
        IsBusy = true;
        _burst.Schedule(this, child, tag, variables, backward);
    }

    /// <summary>Waits; the bookmark names for what.</summary>
    public Bookmark WaitFor(string? name = null, JsonObject? payload = null, string? hash = null, DateTimeOffset? dueAt = null, bool autoBurn = true)
    {
        IsBusy = true;
        var bookmark = new Bookmark
        {
            Id = _burst.Ids.NewGuid().ToString(),
            Name = name ?? Node.Type,
            ContextId = Id,
            NodeId = Node.NodeId,
            Payload = payload,
            Hash = hash,
            DueAt = dueAt,
            AutoBurn = autoBurn,
            CreatedAt = Now,
        };
        _burst.AddBookmark(bookmark);
        return bookmark;
    }

    /// <summary>Cancels this execution: its children, waits and tasks end, nothing follows from it here.</summary>
    public void Cancel() => _burst.Cancel(this);

    /// <summary>Ends the whole instance now.</summary>
    public void FinishInstance() => _burst.Finish();

    /// <summary>Everything the burst writes beside the state.</summary>
    public Effects Effects => _burst.Effects;

    /// <summary>Whether work waits in the queue for this container or anything within it.</summary>
    internal bool HasQueuedWork() => _burst.HasQueuedWork(this);

    /// <summary>Whether a scheduled execution of this child has not begun yet.</summary>
    internal bool IsQueued(ActivityNode node) => _burst.IsQueued(this, node);
}
