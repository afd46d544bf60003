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

    /// <summary>As <see cref="GetVariable"/>, a copy as scripts see it: a variable of a time type is a date to them, as in Elsa.</summary>
    internal JsonNode? ShowVariable(string name)
    {
        var value = GetVariable(name);
        if (value.AsText() is { } text && TryFindVariable(name, out var owner, out var id)
            && owner.Node.Variables.First(v => v.Id == id).TypeName.TrimEnd('?') is "DateTime" or "DateTimeOffset"
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return JsonValue.Create(new ScriptMoment(moment));
        return value?.DeepClone();
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

    /// <exception cref="ValueConversionException">The value can in no way be of the variable's type.</exception>
    internal bool SetVariableById(string id, JsonNode? value)
    {
        if (OwnerOf(id) is not { } owner) return false;
        owner.Store(id, value);
        return true;
    }

    /// <summary>Gives a variable what an activity gave out: as it is, whatever the variable's type, as Elsa does.</summary>
    private bool BindVariableById(string id, JsonNode? value)
    {
        if (OwnerOf(id) is not { } owner) return false;
        owner.State.Variables![id] = value?.DeepClone();
        return true;
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
}
