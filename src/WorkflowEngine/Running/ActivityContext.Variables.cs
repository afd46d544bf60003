using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;
using WorkflowEngine.Expressions.JavaScript;

namespace WorkflowEngine.Running;

// Variables: declared by the document, given by a loop, made by a script; innermost scope first.
public sealed partial class ActivityContext
{
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

    /// <summary>As <see cref="GetVariable"/>, a copy as scripts see it: what is of a time type is a date to them, as in Elsa.</summary>
    internal JsonNode? ShowVariable(string name) => Shown(name, GetVariable(name));

    /// <summary>As <see cref="GetInput"/>, a copy as scripts see it; inputs of the instance are as they were given.</summary>
    internal JsonNode? ShowInput(string name) => Composite is null ? GetInput(name)?.DeepClone() : Shown(name, GetInput(name));

    private JsonNode? Shown(string name, JsonNode? value) =>
        value.AsText() is { } text && TypeOf(name) is "DateTime" or "DateTimeOffset"
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? JsonValue.Create(new ScriptMoment(moment)) : value?.DeepClone();

    /// <summary>The type of the variable with this name, or of the composite's input; null: nothing here is of a declared type.</summary>
    private string? TypeOf(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.DeclaredId(name) is { } id && scope.State.Dynamic?.ContainsKey(name) != true)
                return _burst.ThisRun.AsIs?.Contains(new(scope.Id, id)) == true ? null : scope.Node.Variables.First(v => v.Id == id).TypeName.TrimEnd('?');
            if (scope.HasMade(name)) return null;
            if (scope.KeyOf(name) is { } key) return key == InputKey ? scope.Node.Composite!.Workflow.Inputs.First(i => i.Name == name).Type.TrimEnd('?') : null;
        }

        return null;
    }

    /// <summary>
    /// Its members are found in any case of letters, as in Elsa: a variable of JSON nodes, or one of objects whose value an earlier run has left.
    /// </summary>
    internal bool IsReadInAnyCase(string name) => TryFindVariable(name, out var owner, out var id) && owner.Node.Variables.First(v => v.Id == id).TypeName switch
    {
        "JsonObject" or "JsonNode" => true,
        "Object" => !_burst.ThisRun.Given.Contains(new(owner.Id, id)),
        _ => false,
    };

    /// <summary><see cref="SetVariable"/> with what a script has changed: whether its members are found in any case of letters stays as it was.</summary>
    internal void ChangeVariable(string name, JsonNode? value)
    {
        var wasInAnyCase = GetVariable(name) is JsonObject or JsonArray && IsReadInAnyCase(name);
        SetVariable(name, value);
        if (wasInAnyCase && TryFindVariable(name, out var owner, out var id)) _burst.ThisRun.Given.Remove(new(owner.Id, id));
    }

    private bool TryGetHere(string name, out JsonNode? value)
    {
        // What a loop gives to its body comes before a variable of that name that the body itself declares.
        value = null;
        if (State.Dynamic?.TryGetValue(name, out value) == true) return true;
        if (DeclaredId(name) is { } declared)
        {
            value = State.Variables![declared];
            return true;
        }

        if (Made?.TryGetValue(name, out value) == true) return true;
        if (KeyOf(name) is not { } key) return false;
        value = (State.Properties?[key] as JsonObject)?[name];
        return true;
    }

    /// <summary>
    /// Where a workflow used as an activity keeps what it declares by this name: its inputs and outputs are variables to all within. Not yet while
    /// its inputs are worked out: a variable of the same name around it is meant then.
    /// </summary>
    private string? KeyOf(string name) => Node.Composite is not { } composite || State.Properties?.ContainsKey(InputKey) != true ? null
        : composite.Workflow.Inputs.Any(i => i.Name == name) ? InputKey : composite.Workflow.Outputs.Any(o => o.Name == name) ? OutputKey : null;

    private void Keep(string key, string name, JsonNode? value)
    {
        if (Properties[key] is not JsonObject kept) Properties[key] = kept = [];
        kept[name] = value?.DeepClone();
    }

    /// <summary>Keeps an output of this composite for its end.</summary>
    /// <param name="isDelivered">It stands already where it is bound to; what is put there meanwhile stays.</param>
    internal void KeepOutput(string name, JsonNode? value, bool isDelivered = false)
    {
        Keep(OutputKey, name, value);
        if (isDelivered) Keep(DeliveredKey, name, true);
        else (State.Properties?[DeliveredKey] as JsonObject)?.Remove(name);
    }

    private bool HasMade(string name) => State.Dynamic?.ContainsKey(name) == true || Made?.ContainsKey(name) == true;

    /// <summary>Sets the variable with this name; an unknown one is made in the nearest container.</summary>
    public void SetVariable(string name, JsonNode? value)
    {
        _burst.Weigh(value);
        if (SetKnownVariable(name, value)) return;
        var container = this;
        while (container.Parent is { } outer && !container.Node.Activity.Descriptor.Texts.IsContainer && container.Node.Composite is null) container = outer;
        (container.Made ??= [])[name] = value?.DeepClone();
    }

    private bool SetKnownVariable(string name, JsonNode? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.DeclaredId(name) is { } declared)
            {
                scope.Store(declared, value);
                return true;
            }

            if (scope.HasMade(name))
            {
                (scope.Made?.ContainsKey(name) == true ? scope.Made : scope.State.Dynamic!)[name] = value?.DeepClone();
                return true;
            }

            if (scope.SetDeclared(name, value)) return true;
        }

        return false;
    }

    /// <summary>Sets an input or output that this composite declares.</summary>
    private bool SetDeclared(string name, JsonNode? value)
    {
        if (KeyOf(name) is not { } key) return false;
        if (key == OutputKey) KeepOutput(name, value);
        else Keep(InputKey, name, value);
        return true;
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
                if (scope.Node.Composite is not { } composite) continue;
                foreach (var name in composite.Workflow.Inputs.Select(i => i.Name).Concat(composite.Workflow.Outputs.Select(o => o.Name)))
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

    /// <summary>What an expression finds by id: a declared variable, one of a loop, an input or output of the composite around.</summary>
    internal bool TryGetById(string id, out JsonNode? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.State.Variables?.TryGetValue(id, out value) == true) return true;
            if (scope.State.Dynamic?.Keys.FirstOrDefault(name => name == id || Words.Camel(name) + "Variable" == id) is { } made)
            {
                value = scope.State.Dynamic[made];
                return true;
            }

            if (scope.KeyOf(id) is { } key)
            {
                value = (scope.State.Properties?[key] as JsonObject)?[id];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <exception cref="ValueConversionException">The value can in no way be of the variable's type.</exception>
    internal bool SetVariableById(string id, JsonNode? value)
    {
        if (OwnerOf(id) is not { } owner) return false;
        owner.Store(id, value);
        return true;
    }

    /// <summary>
    /// Gives what an activity gave out to the variable with this id, or to the output of the composite around that is called so, whichever is nearer.
    /// </summary>
    /// <param name="asGiven">As it is, whatever the variable's type, as Elsa does.</param>
    private void Bind(string id, JsonNode? value, bool asGiven)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.State.Variables?.ContainsKey(id) == true)
            {
                if (asGiven)
                {
                    scope.Put(id, value?.DeepClone());
                    _burst.ThisRun.PutAsIs(new(scope.Id, id));
                }
                else
                {
                    scope.Store(id, value);
                }

                return;
            }

            if (scope.SetDeclared(id, value)) return;
        }
    }

    /// <summary>A text variable holds text once it has been stored, and one of dates a date, if an activity had put one into it as text: so Elsa reads it back.</summary>
    internal void ReadTexts()
    {
        if (State.Variables is not { } values) return;
        foreach (var declared in Node.Variables)
            if (declared.TypeName.TrimEnd('?') is "DateTime" or "DateTimeOffset" && values.GetValueOrDefault(declared.Id).AsText() is { } date)
                values[declared.Id] = Values.ToOrKeep(date, declared.TypeName);
            else if (declared is { TypeName: "String", IsArray: false } && values.GetValueOrDefault(declared.Id) is { } value && value.AsText() is null)
                values[declared.Id] = value is JsonArray ? value.ToJsonString() : value.ToString();
    }

    private ActivityContext? OwnerOf(string id)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope.State.Variables?.ContainsKey(id) == true) return scope;
        return null;
    }

    private void Store(string id, JsonNode? value)
    {
        var declared = Node.Variables.FirstOrDefault(v => v.Id == id);
        var converted = declared is null ? value : Values.Loose(value, declared.TypeName, declared.IsArray);
        Put(id, converted?.Parent is null && !ReferenceEquals(converted, value) ? converted : converted?.DeepClone());
    }

    private void Put(string id, JsonNode? value)
    {
        State.Variables![id] = value;
        _burst.ThisRun.Put(new(Id, id));
    }

    /// <summary>A value that the start gave: for the declared variable with this id or name, else for one of its own that lasts as long as the instance.</summary>
    internal void Begin(string name, JsonNode? value)
    {
        if (SetVariableById(name, value)) return;
        if (DeclaredId(name) is { } declared) Store(declared, value);
        else (State.Dynamic ??= [])[name] = value?.DeepClone();
    }

    /// <summary>Declares the container's variables with their defaults, and a loop's own (<c>CurrentValue</c>) with what it gave for this round.</summary>
    internal void DeclareVariables(JsonObject? values)
    {
        foreach (var declared in Node.Variables)
            (State.Variables ??= [])[declared.Id] = declared.First;
        if (values is null) return;
        foreach (var (name, value) in values) (State.Dynamic ??= [])[name] = value?.DeepClone();
    }
}
