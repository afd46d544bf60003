using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;

namespace WorkflowEngine.Running;

/// <summary>One execution of an activity in an instance, and the only door through which an activity reaches the world.</summary>
public sealed class ActivityContext
{
    private readonly Burst _burst;
    private JsonObject _inputs = [];

    internal ActivityContext(Burst burst, ContextState state, ActivityNode node, ActivityContext? parent)
    {
        (_burst, State, Node, Parent) = (burst, state, node, parent);
        parent?.Children.Add(this);
    }

    internal ContextState State { get; }
    internal List<ActivityContext> Children { get; } = [];

    /// <summary>Set while the activity runs: whether it asked for anything that keeps it from completing by itself.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Started over a connection that leads back in a loop.</summary>
    internal bool IsBackward => State.Properties?["BackwardConnection"] is not null;

    /// <summary>Outputs of this execution by JSON name, for expressions that ask for them.</summary>
    internal JsonObject Outputs { get; } = [];

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

    /// <summary>Input of the instance, as this run sees it.</summary>
    public JsonObject Input => _burst.Input;

    /// <summary>What this activity keeps between bursts.</summary>
    public JsonObject Properties => State.Properties ??= [];

    public Guid NewId() => _burst.Ids.NewGuid();

    // ---- inputs and outputs

    /// <summary>The evaluated input, converted to <typeparamref name="T"/>; its default when the document gives none.</summary>
    public T? Get<T>(Input<T> input)
    {
        if (_inputs.TryGetPropertyValue(input.JsonName, out var value) && value is not null) return Convert<T>(input, value);
        return input.Default is T fallback ? fallback : default;
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
        Outputs[output.JsonName] = value?.DeepClone();
        _burst.Remember(this, output.JsonName, value);
        if (Node.Outputs.GetValueOrDefault(output.JsonName)?.MemoryId is not { } target) return;
        if (!SetVariableById(target, value) && Workflow.Outputs.Any(o => o.Name == target)) SetWorkflowOutput(target, value);
    }

    public void SetWorkflowOutput(string name, JsonNode? value) => _burst.State.Output[name] = value?.DeepClone();

    internal void EvaluateInputs()
    {
        _inputs = [];
        foreach (var declared in Node.Activity.Descriptor.Inputs)
        {
            if (!declared.IsWrapped)
            {
                if (Node.Raw[declared.JsonName] is { } raw) _inputs[declared.JsonName] = raw.DeepClone();
            }
            else if (declared.AutoEvaluate && Node.Inputs.GetValueOrDefault(declared.JsonName) is { } given)
            {
                _inputs[declared.JsonName] = EvaluateInput(declared, given);
            }
        }

        State.Inputs = Masked();
    }

    private JsonNode? EvaluateInput(Input declared, InputValue? given)
    {
        if (given?.Expression is not { } expression) return null;
        try
        {
            var value = Evaluator.Evaluate(expression, this);
            return value?.Parent is null ? value : value.DeepClone();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input '{declared.Name}': {e.Message}", "InputEvaluationException", e);
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

    private JsonObject? Masked()
    {
        if (_inputs.Count == 0) return null;
        var masked = (JsonObject)_inputs.DeepClone();
        foreach (var declared in Node.Activity.Descriptor.Inputs)
            if (declared.IsSensitive && masked.ContainsKey(declared.JsonName)) masked[declared.JsonName] = "***";
        return masked;
    }

    // ---- variables

    /// <summary>The context and id of the variable with this name, innermost scope first.</summary>
    internal bool TryFindVariable(string name, out ActivityContext owner, out string id)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            foreach (var declared in scope.Node.Variables)
            {
                if (declared.Name != name || scope.State.Variables?.ContainsKey(declared.Id) != true) continue;
                (owner, id) = (scope, declared.Id);
                return true;
            }

            if (scope.State.Variables?.ContainsKey(name) == true && scope.Node.Variables.All(v => v.Id != name))
            {
                (owner, id) = (scope, name);
                return true;
            }
        }

        (owner, id) = (this, name);
        return false;
    }

    public JsonNode? GetVariable(string name)
    {
        if (TryFindVariable(name, out var owner, out var id)) return owner.State.Variables![id];
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope.State.Dynamic?.TryGetValue(name, out var value) == true) return value;
        return null;
    }

    /// <summary>Sets the variable with this name; an unknown one becomes a dynamic variable of this scope.</summary>
    public void SetVariable(string name, JsonNode? value)
    {
        if (TryFindVariable(name, out var owner, out var id)) owner.Store(id, value);
        else (State.Dynamic ??= [])[name] = value?.DeepClone();
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

    /// <summary>Variables with these values live in the scope of the child that is scheduled next (loops).</summary>
    internal void DeclareVariables(JsonObject? values)
    {
        foreach (var declared in Node.Variables)
            (State.Variables ??= [])[declared.Id] = Values.ToOrKeep(declared.Value?.DeepClone(), declared.TypeName, declared.IsArray);
        if (values is null) return;
        foreach (var (name, value) in values) (State.Variables ??= [])[name] = value?.DeepClone();
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
            Id = _burst.Ids.NewGuid().ToString(), Name = name ?? Node.Type, ContextId = Id, NodeId = Node.NodeId, Payload = payload,
            Hash = hash, DueAt = dueAt, AutoBurn = autoBurn, CreatedAt = Now,
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

    internal bool HasQueuedWork(Predicate<ActivityContext> owner) => _burst.HasQueuedWork(owner);

    /// <summary>Whether a scheduled execution of this child has not begun yet.</summary>
    internal bool IsQueued(ActivityNode node) => _burst.IsQueued(this, node);
}
