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

    /// <param name="setOutcomes">Receives what setOutcome and setOutcomes are called with; null: the script does not have them.</param>
    /// <param name="arguments">Values that the script gets as <c>get&lt;Name&gt;()</c>.</param>
    public static JsonNode? Evaluate(
        string source, ActivityContext context, Action<IReadOnlyList<string>>? setOutcomes = null, IReadOnlyDictionary<string, JsonNode?>? arguments = null)
    {
        if (string.IsNullOrWhiteSpace(source)) return null;
        var script = Parse(source);
        var functions = new Dictionary<string, ScriptFunction>(ElsaFunctions.All, StringComparer.Ordinal);
        var variables = VariablesOf(script, context);
        AddScope(functions, script, context, variables);
        AddIdentity(functions, context);
        if (setOutcomes is not null)
        {
            functions["setOutcome"] = a => Outcome([a[0]]);
            functions["setOutcomes"] = a => Outcome(a[0] as JsonArray ?? []);
        }

        var globals = new ScriptGlobals
        {
            Now = context.Now,
            TimeZone = context.Facts.Calendar.Zone,
            Random = context.Burst.Ids.NewRandom,
            Functions = functions,
            Variables = variables,
        };
        foreach (var (name, value) in arguments ?? new Dictionary<string, JsonNode?>()) functions["get" + name] = _ => value?.DeepClone();
        var before = new Dictionary<string, JsonNode?>(variables);
        var result = new ScriptRun(globals).Evaluate(script);

        // As in Elsa, nothing cannot be assigned this way, and a variable called like an input keeps its value.
        foreach (var (name, value) in variables)
            if (value is not null && (!before.TryGetValue(name, out var old) || !ReferenceEquals(old, value)) && !IsInput(name, context)) context.SetVariable(name, value);
        return result.Value;

        JsonNode? Outcome(IEnumerable<JsonNode?> names)
        {
            setOutcomes!([.. names.Select(n => n?.ToString() ?? "")]);
            return null;
        }
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
            if (IsIdentifier(name) && (context.TryFindVariable(name, out _, out _) || context.GetVariable(name) is not null)) handed[name] = context.GetVariable(name)?.DeepClone();
        return handed;
    }

    private static bool IsInput(string name, ActivityContext context)
    {
        for (var scope = context; scope is not null; scope = scope.Parent)
            if (scope.Node.Composite?.Workflow.Inputs.Any(i => i.Name == name) == true) return true;
        return context.Workflow.Inputs.Any(i => i.Name == name);
    }

    /// <summary>Only names of letters and digits become members and functions of scripts.</summary>
    private static bool IsIdentifier(string name) => name.Length > 0 && name.All(char.IsLetterOrDigit);

    private static void AddScope(Dictionary<string, ScriptFunction> functions, Script script, ActivityContext context, Dictionary<string, JsonNode?> variables)
    {
        functions["getVariable"] = a => context.GetVariable(a.Text(0) ?? "")?.DeepClone();
        functions["setVariable"] = a => Set(a.Text(0) ?? "", a[1]);
        functions["getInput"] = a => context.GetInput(a.Text(0) ?? "")?.DeepClone();
        functions["getOutputFrom"] = a => context.Burst.OutputOf(context, a.Text(0) ?? "", a.Text(1))?.DeepClone();
        functions["getLastResult"] = _ => context.Burst.LastResult?.DeepClone();

        // The order decides who wins a name: an input hides the getter of a variable with the same name.
        foreach (var name in context.VariableNames.Where(IsIdentifier))
        {
            functions["get" + Words.Pascal(name)] = _ => context.GetVariable(name)?.DeepClone();
            functions["set" + Words.Pascal(name)] = a => Set(name, a[0]);
        }

        // Inputs keep their spelling, and are reached as variables within a workflow used as an activity.
        if (context.Composite is null)
            foreach (var input in context.Workflow.Inputs)
            {
                var name = input.Name;
                if (IsIdentifier(name)) functions["get" + name] = _ => context.GetInput(name)?.DeepClone();
            }

        if (script.CalledFunctions.Any(f => f.Contains("From", StringComparison.Ordinal) && !functions.ContainsKey(f))) AddOutputs(functions, context);

        JsonNode? Set(string name, JsonNode? value)
        {
            context.SetVariable(name, value);
            if (variables.ContainsKey(name)) variables[name] = context.GetVariable(name)?.DeepClone();
            return null;
        }
    }

    /// <summary>Files of Elsa before version 3 name activities by their ids.</summary>
    private static void AddOutputs(Dictionary<string, ScriptFunction> functions, ActivityContext context)
    {
        var byName = !Version.TryParse(context.Workflow.ToolVersion, out var tool) || tool.Major >= 3;
        foreach (var node in context.Workflow.Nodes)
        {
            if ((byName ? node.Name : node.Id) is not { Length: > 0 } called) continue;
            foreach (var output in node.Activity.Descriptor.Outputs)
            {
                var (id, name) = (node.Id, output.JsonName);
                functions.TryAdd($"get{output.Name}From{Words.Pascal(called)}", _ => context.Burst.OutputOf(context, id, name)?.DeepClone());
            }
        }
    }

    private static void AddIdentity(Dictionary<string, ScriptFunction> functions, ActivityContext context)
    {
        functions["getWorkflowInstanceId"] = _ => context.InstanceId.ToString();
        functions["getWorkflowDefinitionId"] = _ => context.Workflow.DefinitionId;
        functions["getWorkflowDefinitionVersionId"] = _ => context.Workflow.Id;
        functions["getWorkflowDefinitionVersion"] = _ => context.Workflow.Version;
        functions["getCorrelationId"] = _ => context.CorrelationId;
        functions["setCorrelationId"] = a =>
        {
            context.CorrelationId = a.Text(0);
            return null;
        };
        functions["getWorkflowInstanceName"] = _ => context.InstanceName;
        functions["setWorkflowInstanceName"] = a =>
        {
            context.InstanceName = a.Text(0);
            return null;
        };
        functions["newGuid"] = functions["newGuidString"] = functions["getGuidString"] = _ => context.NewId().ToString();
        functions["newShortGuid"] = functions["getShortGuid"] = _ => string.Concat(Convert.ToBase64String(context.NewId().ToByteArray()).Where(char.IsLetterOrDigit));
    }
}
