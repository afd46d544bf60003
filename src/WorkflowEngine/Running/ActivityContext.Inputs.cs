using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;
using ScriptLimits = WorkflowEngine.Expressions.JavaScript.ScriptLimits;

namespace WorkflowEngine.Running;

// What an activity was given and what it gives.
public sealed partial class ActivityContext
{
    private const int LongestKeptList = 500;

    private InstanceRun? _evaluatedIn;

    /// <summary>The evaluated input, converted to <typeparamref name="T"/>; its default when the document gives none.</summary>
    public T? Get<T>(Input<T> input)
    {
        if (!_inputs.TryGetPropertyValue(input.JsonName, out var value) || value is null) return input.Default is T fallback ? fallback : default;
        if (!ReferenceEquals(_inputs, Node.ConstantInputs) || !ActivityNode.CanShare(typeof(T))) return Convert<T>(input, value, Node);
        return (T?)Node.Converted.GetOrAdd((input.JsonName, typeof(T)), static (_, given) => Convert<T>(given.Input, given.Value, given.Node), (Input: (Input)input, Value: value, Node));
    }

    /// <summary>The evaluated input as JSON, or null.</summary>
    public JsonNode? GetRaw(string jsonName) => _inputs[jsonName];

    /// <summary>Evaluates an input now, again each time it is called (loop conditions).</summary>
    public T? Evaluate<T>(Input<T> input)
    {
        var value = EvaluateInput(input, Node.Inputs.GetValueOrDefault(input.JsonName));
        return value is null ? default : Convert<T>(input, value, Node);
    }

    /// <summary>Evaluates an expression in this activity's scope (switch cases).</summary>
    public JsonNode? Evaluate(Expression expression) => Evaluator.Evaluate(expression, this);

    /// <summary>Hands out a result: to the bound variable or workflow output, and to expressions that ask for this activity's outputs.</summary>
    public void Set(Output output, JsonNode? value)
    {
        SetByName(output.JsonName, value);
    }

    /// <summary>Leaves word in the journal of an output that an earlier burst has handed out.</summary>
    internal void Recall(Output output, JsonNode? value) => (Given ??= [])[output.JsonName] = value?.DeepClone();

    /// <summary><see cref="Recall"/> where this burst has not handed that output out itself.</summary>
    internal void RecallMissing(Output output, JsonNode? value)
    {
        if (Given?.ContainsKey(output.JsonName) != true) Recall(output, value);
    }

    /// <summary><see cref="Set"/> for outputs that no class declares: those of composites.</summary>
    internal void SetByName(string jsonName, JsonNode? value)
    {
        Tell(jsonName, value);
        if (Node.Outputs.GetValueOrDefault(jsonName)?.MemoryId is not { } target) return;
        if (Node.Composite is { } composite) value = OfType(value, composite.Workflow.Outputs.FirstOrDefault(o => Words.Camel(o.Name) == jsonName)?.Type);
        (Node.Composite is null ? this : Parent!).Bind(target, value, asGiven: IsElsas(Node));
        if (Workflow.Outputs.Any(o => o.Name == target)) _burst.State.Output[target] = value?.DeepClone();
    }

    /// <summary>What a definition used as an activity gives to a variable is of the type that its output is declared with; a list or array is given as it is, as in Elsa.</summary>
    private static JsonNode? OfType(JsonNode? value, string? type)
    {
        try
        {
            return type is null || TypeAliases.ElementOf(type) is not null ? value : Values.Loose(value, type);
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException(e.Message, "InputEvaluationException", e);
        }
    }

    /// <summary>Leaves word of an output for the journal and for expressions that ask for it.</summary>
    internal void Tell(string jsonName, JsonNode? value) => (Given ??= [])[jsonName] = _burst.Remember(this, jsonName, value);

    /// <summary>
    /// Sets an output by name, as Elsa looks for it: of the nearest execution further out than the container this stands in that has an output of this
    /// name (the <c>Result</c> of an If and of the root of a composite too), else of the instance.
    /// </summary>
    public void SetOutput(string name, JsonNode? value)
    {
        for (var outer = Parent?.Parent; outer is not null; outer = outer.Parent)
        {
            if (!outer.HasOutput(name)) continue;
            outer.SetByName(Words.Camel(name), value);
            if (outer.Parent is null) break;
            SetKnownVariable(name, value);
            if (outer.Node.Composite is not null) outer.KeepOutput(name, value, isDelivered: true);
            return;
        }

        _burst.State.Output[name] = value?.DeepClone();
    }

    private bool HasOutput(string name) => Node.Composite is { } composite ? composite.Workflow.Outputs.Any(o => o.Name == name)
        : Node.Activity is WorkflowRoot ? name == "Result" : IsElsas(Node) && Node.Activity.Descriptor.Outputs.Any(o => o.Name == name);

    /// <summary>Inputs are worked out once a run, as in Elsa: a loop goes by what it was given at first, and behind a wait by what it is given then.</summary>
    internal void EvaluateInputsOnce()
    {
        if (_evaluatedIn != _burst.ThisRun) EvaluateInputs();
    }

    internal void EvaluateInputs()
    {
        _evaluatedIn = _burst.ThisRun;
        var declaredInputs = Node.Activity.Descriptor.Inputs;
        if (declaredInputs.Count == 0) return;
        if (Node.ConstantInputs is { } constant)
        {
            _inputs = constant;
            _burst.Weigh(Node.ConstantWeight);
            State.Inputs = constant.Count == 0 ? null : Kept(constant);
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

        State.Inputs = _inputs.Count == 0 ? null : isSensitive ? Masked() : Kept(_inputs);
        var weight = Burst.WeightOf(_inputs);
        _burst.Weigh(weight);
        if (isConstant && !isSensitive) (Node.ConstantWeight, Node.ConstantInputs) = (weight, _inputs);
    }

    /// <summary>Variables without a storage driver are back at their defaults, and those that scripts made are gone.</summary>
    internal void ForgetUnstored()
    {
        Made = null;
        if (State.Variables is null) return;
        foreach (var declared in Node.Variables)
            if (declared.StorageDriverTypeName is null) State.Variables[declared.Id] = declared.First;
    }

    private JsonNode? EvaluateInput(Input declared, InputValue? given)
    {
        if (given?.Expression is not { } expression) return null;

        // It stays text for an input of type object or text; the receiver converts it if it knows better.
        if ((declared.Type == typeof(JsonNode) || declared.Type == typeof(string)) && expression.IsJsonText(out var json)) return json;
        return EvaluateNamed(declared.Name, expression, declared.IsBulk ? ScriptLimits.Bulk : null, declared.Type);
    }

    /// <summary>Evaluates an input; its name stands in the incident when that fails.</summary>
    internal JsonNode? EvaluateNamed(string name, Expression expression, ScriptLimits? limits = null, Type? type = null)
    {
        try
        {
            var value = Evaluator.Evaluate(expression, this, limits, type);
            return value?.Parent is null ? value : value.DeepClone();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input '{name}': {e.Message}", "InputEvaluationException", e);
        }
    }

    private static bool IsElsas(ActivityNode node) => node.Activity.Descriptor.TypeName.StartsWith("Elsa.", StringComparison.Ordinal);

    /// <summary>Elsa's activities take what is no number for 0 and what is neither true nor false for false; a time must be one (rule times-are-read).</summary>
    private static T? Convert<T>(Input input, JsonNode value, ActivityNode node)
    {
        try
        {
            return Values.To<T>(value);
        }
        catch (ValueConversionException e) when (typeof(T).IsPrimitive && e.IsMismatch && IsElsas(node))
        {
            return default;
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input '{input.Name}': {e.Message}", "InputEvaluationException", e);
        }
    }

    /// <summary>What state and journal keep of the inputs: of a long list its length.</summary>
    private JsonObject Kept(JsonObject inputs)
    {
        var kept = inputs;
        foreach (var declared in Node.Activity.Descriptor.Inputs)
        {
            if (!declared.IsBulk || inputs[declared.JsonName] is not JsonArray { Count: > LongestKeptList } list) continue;
            if (ReferenceEquals(kept, inputs)) kept = new JsonObject(inputs.Where(i => !ReferenceEquals(i.Value, list)).Select(i => KeyValuePair.Create(i.Key, i.Value?.DeepClone())));
            kept[declared.JsonName] = new JsonObject { ["count"] = list.Count };
        }

        return kept;
    }

    private JsonObject Masked()
    {
        var masked = (JsonObject)_inputs.DeepClone();
        foreach (var declared in Node.Activity.Descriptor.Inputs)
            if (declared.IsSensitive && masked.ContainsKey(declared.JsonName)) masked[declared.JsonName] = "***";
        return masked;
    }
}
