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
        var functions = new Dictionary<string, ScriptFunction>(ElsaFunctions.All, StringComparer.Ordinal);
        AddScope(functions, context);
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
            Variables = VariablesOf(script, context),
        };
        var before = new Dictionary<string, JsonNode?>(globals.Variables);
        var result = new ScriptRun(globals).Evaluate(script);
        foreach (var (name, value) in globals.Variables)
            if (!before.TryGetValue(name, out var old) || !ReferenceEquals(old, value)) context.SetVariable(name, value);
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
            if (context.TryFindVariable(name, out _, out _) || context.GetVariable(name) is not null) handed[name] = context.GetVariable(name)?.DeepClone();
        return handed;
    }

    private static void AddScope(Dictionary<string, ScriptFunction> functions, ActivityContext context)
    {
        functions["getVariable"] = a => context.GetVariable(a.Text(0) ?? "")?.DeepClone();
        functions["setVariable"] = a =>
        {
            context.SetVariable(a.Text(0) ?? "", a[1]);
            return null;
        };
        functions["getInput"] = a => context.Input[a.Text(0) ?? ""]?.DeepClone();
        functions["getOutputFrom"] = a => context.Burst.OutputOf(a.Text(0) ?? "", a.Text(1))?.DeepClone();
        functions["getLastResult"] = _ => context.Burst.LastResult?.DeepClone();

        // The order decides who wins a name: an input hides the getter of a variable with the same name.
        for (var scope = context; scope is not null; scope = scope.Parent)
            foreach (var declared in scope.Node.Variables)
            {
                var name = declared.Name;
                functions.TryAdd("get" + Pascal(name), _ => context.GetVariable(name)?.DeepClone());
                functions.TryAdd("set" + Pascal(name), a =>
                {
                    context.SetVariable(name, a[0]);
                    return null;
                });
            }

        foreach (var input in context.Workflow.Inputs)
        {
            var name = input.Name;
            functions["get" + Pascal(name)] = _ => context.Input[name]?.DeepClone();
        }

        foreach (var node in context.Workflow.Nodes)
        {
            if (string.IsNullOrEmpty(node.Name)) continue;
            foreach (var output in node.Activity.Descriptor.Outputs)
            {
                var (id, name) = (node.Id, output.JsonName);
                functions.TryAdd($"get{Pascal(output.Name)}From{Pascal(node.Name)}", _ => context.Burst.OutputOf(id, name)?.DeepClone());
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
        functions["newShortGuid"] = functions["getShortGuid"] = _ => Convert.ToBase64String(context.NewId().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
