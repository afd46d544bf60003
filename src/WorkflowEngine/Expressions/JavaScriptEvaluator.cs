using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions.JavaScript;
using WorkflowEngine.Running;

namespace WorkflowEngine.Expressions;

/// <summary>
/// Runs a script in the scope of an activity with Elsa's functions: variables, inputs, outputs, identity. Parsed scripts are kept; a run is
/// bounded by fuel, memory and depth and reaches nothing but what stands here.
/// </summary>
internal static class JavaScriptEvaluator
{
    private const int KeptScripts = 5_000;
    private static readonly ConcurrentDictionary<string, Script> Parsed = new(StringComparer.Ordinal);

    public static JsonNode? Evaluate(string source, ActivityContext context, Action<IReadOnlyList<string>>? setOutcomes = null)
    {
        if (string.IsNullOrWhiteSpace(source)) return null;
        var script = Parse(source);
        var globals = new ScriptGlobals
        {
            Now = context.Now,
            TimeZone = context.Facts.Calendar.Zone,
            Random = context.Burst.Ids.NewRandom,
            FindFunction = name => Find(name, context, setOutcomes),
            Variables = VariablesOf(script, context),
        };
        var before = new Dictionary<string, JsonNode?>(globals.Variables);
        var result = new ScriptRun(globals).Evaluate(script);
        foreach (var (name, value) in globals.Variables)
            if (!before.TryGetValue(name, out var old) || !ReferenceEquals(old, value)) context.SetVariable(name, value);
        return result.Value;
    }

    private static Script Parse(string source)
    {
        if (Parsed.TryGetValue(source, out var known)) return known;
        if (Parsed.Count > KeptScripts) Parsed.Clear();
        return Parsed.GetOrAdd(source, Script.Parse(source));
    }

    /// <summary>Only variables that the script names as <c>variables.X</c> are handed over, as in Elsa.</summary>
    private static Dictionary<string, JsonNode?> VariablesOf(Script script, ActivityContext context)
    {
        var handed = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var name in script.VariableNames)
            if (context.TryFindVariable(name, out _, out _) || context.GetVariable(name) is not null) handed[name] = context.GetVariable(name)?.DeepClone();
        return handed;
    }

    /// <summary>
    /// The function that a script calls by this name. The order decides who wins a name: identity, then an input, which hides the getter of a
    /// variable with the same name, then the functions of Elsa, then variables from the innermost scope on, then outputs of activities.
    /// </summary>
    private static ScriptFunction? Find(string name, ActivityContext context, Action<IReadOnlyList<string>>? setOutcomes) =>
        (setOutcomes is null ? null : Outcome(name, setOutcomes))
        ?? Identity(name, context) ?? InputGetter(name, context) ?? Scope(name, context) ?? ElsaFunctions.All.GetValueOrDefault(name)
        ?? VariableAccess(name, context) ?? OutputGetter(name, context);

    private static ScriptFunction? Outcome(string name, Action<IReadOnlyList<string>> setOutcomes)
    {
        return name switch
        {
            "setOutcome" => a => Set([a[0]]),
            "setOutcomes" => a => Set(a[0] as JsonArray ?? []),
            _ => null,
        };

        JsonNode? Set(IEnumerable<JsonNode?> names)
        {
            setOutcomes([.. names.Select(n => n?.ToString() ?? "")]);
            return null;
        }
    }

    private static ScriptFunction? Scope(string name, ActivityContext context) => name switch
    {
        "getVariable" => a => context.GetVariable(a.Text(0) ?? "")?.DeepClone(),
        "setVariable" => a =>
        {
            context.SetVariable(a.Text(0) ?? "", a[1]);
            return null;
        },
        "getInput" => a => context.Input[a.Text(0) ?? ""]?.DeepClone(),
        "getOutputFrom" => a => context.Burst.OutputOf(a.Text(0) ?? "", a.Text(1))?.DeepClone(),
        "getLastResult" => _ => context.Burst.LastResult?.DeepClone(),
        _ => null,
    };

    private static ScriptFunction? InputGetter(string name, ActivityContext context)
    {
        for (var i = context.Workflow.Inputs.Count - 1; i >= 0; i--)
            if (context.Workflow.Inputs[i].Name is var input && IsAccess(name, "get", input)) return _ => context.Input[input]?.DeepClone();
        return null;
    }

    private static ScriptFunction? VariableAccess(string name, ActivityContext context)
    {
        for (var scope = context; scope is not null; scope = scope.Parent)
            foreach (var declared in scope.Node.Variables)
            {
                var variable = declared.Name;
                if (IsAccess(name, "get", variable)) return _ => context.GetVariable(variable)?.DeepClone();
                if (IsAccess(name, "set", variable))
                    return a =>
                    {
                        context.SetVariable(variable, a[0]);
                        return null;
                    };
            }

        return null;
    }

    private static ScriptFunction? OutputGetter(string name, ActivityContext context)
    {
        if (!name.StartsWith("get", StringComparison.Ordinal) || !name.Contains("From", StringComparison.Ordinal)) return null;
        foreach (var node in context.Workflow.Nodes)
        {
            if (string.IsNullOrEmpty(node.Name) || !name.EndsWith(Pascal(node.Name), StringComparison.Ordinal)) continue;
            foreach (var output in node.Activity.Descriptor.Outputs)
                if (name == $"get{Pascal(output.Name)}From{Pascal(node.Name)}") return _ => context.Burst.OutputOf(node.Id, output.JsonName)?.DeepClone();
        }

        return null;
    }

    private static ScriptFunction? Identity(string name, ActivityContext context) => name switch
    {
        "getWorkflowInstanceId" => _ => context.InstanceId.ToString(),
        "getWorkflowDefinitionId" => _ => context.Workflow.DefinitionId,
        "getWorkflowDefinitionVersionId" => _ => context.Workflow.Id,
        "getWorkflowDefinitionVersion" => _ => context.Workflow.Version,
        "getCorrelationId" => _ => context.CorrelationId,
        "setCorrelationId" => a =>
        {
            context.CorrelationId = a.Text(0);
            return null;
        },
        "getWorkflowInstanceName" => _ => context.InstanceName,
        "setWorkflowInstanceName" => a =>
        {
            context.InstanceName = a.Text(0);
            return null;
        },
        "newGuid" or "newGuidString" or "getGuidString" => _ => context.NewId().ToString(),
        "newShortGuid" or "getShortGuid" => _ => Convert.ToBase64String(context.NewId().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        _ => null,
    };

    /// <summary>Whether <paramref name="function"/> is the prefix and the name in Pascal case.</summary>
    private static bool IsAccess(string function, string prefix, string name) =>
        name.Length > 0 && function.Length == prefix.Length + name.Length && function.StartsWith(prefix, StringComparison.Ordinal)
        && function[prefix.Length] == char.ToUpperInvariant(name[0]) && function.AsSpan(prefix.Length + 1).SequenceEqual(name.AsSpan(1));

    private static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
