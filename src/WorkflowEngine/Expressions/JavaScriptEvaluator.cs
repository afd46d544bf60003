using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
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
    /// <summary>The parsed scripts of this process.</summary>
    internal static Kept<Script> Parsed { get; } = new(64L << 20);

    /// <param name="setOutcomes">Receives what setOutcome and setOutcomes are called with; null: the script does not have them.</param>
    /// <param name="isCondition">The value is asked whether it holds: one that is a function does not, elsewhere it is an error.</param>
    /// <param name="arguments">Values that the script gets as <c>get&lt;Name&gt;()</c>.</param>
    public static JsonNode? Evaluate(
        string source, ActivityContext context, Action<IReadOnlyList<string>>? setOutcomes = null, IReadOnlyDictionary<string, JsonNode?>? arguments = null,
        ScriptLimits? limits = null, bool isCondition = false)
    {
        if (string.IsNullOrWhiteSpace(source)) return null;
        var script = Parse(source);
        var handed = new Handed { Names = script.VariableNames };
        AddVariables(handed, script, context);
        var globals = new ScriptGlobals
        {
            Now = context.Now,
            TimeZone = context.Facts.Calendar.Zone,
            Random = context.Burst.Ids.NewRandom,
            FindFunction = name => Find(name, script, context, handed, setOutcomes, arguments),
            InAnyCase = members => ExecuteWorkflow.IsResult(members) || (handed.InAnyCase.Count > 0 && handed.InAnyCase.Contains(members.Root)),
            Variables = handed.Variables,
        };
        var before = new Dictionary<string, JsonNode?>(handed.Variables);
        var run = new ScriptRun(globals, limits);
        var result = run.Evaluate(script, isCondition);
        context.Burst.Weigh(run.FuelUsed);

        // As in Elsa, nothing cannot be assigned this way, and a variable called like an input keeps its value.
        foreach (var (name, value) in handed.Variables)
            if (value is not null && (!before.TryGetValue(name, out var old) || !ReferenceEquals(old, value)) && (handed.Shared.Contains(name) || !IsInput(name, context)))
                context.ChangeVariable(name, value);
        return result.Value;
    }

    private static Script Parse(string source)
    {
        if (Parsed.Find(source, out var known)) return known;
        var script = Script.Parse(source);
        return Parsed.Add(source, script, script.Weight);
    }

    /// <summary>Only variables that the script names as <c>variables.X</c> are handed over, as in Elsa.</summary>
    private static void AddVariables(Handed handed, Script script, ActivityContext context)
    {
        foreach (var name in script.VariableNames)
            if (IsIdentifier(name) && (context.TryFindVariable(name, out _, out _) || context.GetVariable(name) is not null)) handed.Variables[name] = Look(context, handed, name);
    }

    private static bool IsInput(string name, ActivityContext context)
    {
        for (var scope = context; scope is not null; scope = scope.Parent)
            if (scope.Node.Composite?.Workflow.Inputs.Any(i => i.Name == name) == true) return true;
        return context.Workflow.Inputs.Any(i => i.Name == name);
    }

    /// <summary>Only such names become members and functions of scripts; with <c>_</c> and <c>$</c>, which Elsa 3.8.0 passes over (rule underscore-names).</summary>
    private static bool IsIdentifier(string name) => name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$');

    /// <summary>
    /// The function that a script calls by this name; looked for when it is called, as most scripts call one or two. The order decides who wins a
    /// name: an argument, the outcomes, identity, an output, an input, which hides the getter of a variable with the same name, variables, the rest.
    /// </summary>
    private static ScriptFunction? Find(
        string name, Script script, ActivityContext context, Handed handed,
        Action<IReadOnlyList<string>>? setOutcomes, IReadOnlyDictionary<string, JsonNode?>? arguments)
    {
        if (arguments is not null && Got(name) is { } asked && arguments.TryGetValue(asked, out var value)) return _ => value?.DeepClone();
        return (setOutcomes is null ? null : Outcome(name, setOutcomes))
            ?? Identity(name, context) ?? OutputGetter(name, script, context) ?? InputGetter(name, context) ?? VariableAccess(name, context, handed)
            ?? Scope(name, context, handed) ?? ElsaFunctions.All.GetValueOrDefault(name);
    }

    /// <summary>What follows <c>get</c>; null for another name.</summary>
    private static string? Got(string function) => function.StartsWith("get", StringComparison.Ordinal) ? function[3..] : null;

    private static ScriptFunction? Outcome(string name, Action<IReadOnlyList<string>> setOutcomes)
    {
        return name switch
        {
            "setOutcome" => a => Set([TextOf(a[0])]),
            "setOutcomes" => a => a[0] switch
            {
                null => Set([]),
                JsonArray names when names.All(n => n is null or JsonValue) => Set([.. names.Select(TextOf)]),
                _ => throw new ScriptErrorException("setOutcomes: a list of texts is expected"),
            },
            _ => null,
        };

        JsonNode? Set(IReadOnlyList<string> names)
        {
            setOutcomes(names);
            return null;
        }
    }

    private static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonObject => "[object Object]",
        JsonArray items => string.Join(',', items.Select(TextOf)),
        _ => value.ToString(),
    };

    private static ScriptFunction? Scope(string name, ActivityContext context, Handed handed) => name switch
    {
        "getVariable" => a => Show(context, handed, a.Text(0) ?? ""),
        "setVariable" => a => Set(context, handed, a, a.Text(0) ?? "", a[1]),
        "getInput" => a => context.ShowInput(a.Text(0) ?? throw new ScriptErrorException("getInput: a name is missing")),
        "getOutputFrom" => a => context.Burst.ThisRun.OutputOf(context, a.Text(0) ?? "", a.Text(1))?.DeepClone(),
        "getLastResult" => _ => context.Burst.ThisRun.LastResult?.DeepClone(),
        _ => null,
    };

    /// <summary>Inputs keep their spelling, and are reached as variables within a workflow used as an activity.</summary>
    private static ScriptFunction? InputGetter(string name, ActivityContext context)
    {
        if (context.Workflow.Inputs.Count == 0 || Got(name) is not { } asked || !IsIdentifier(asked) || context.Composite is not null) return null;
        return context.Workflow.Inputs.Any(i => i.Name == asked) ? _ => context.GetInput(asked)?.DeepClone() : null;
    }

    private static ScriptFunction? VariableAccess(string name, ActivityContext context, Handed handed)
    {
        var gets = Got(name) is not null;
        if (!gets && !name.StartsWith("set", StringComparison.Ordinal)) return null;
        string? found = null;
        foreach (var variable in context.VariableNames)
            if (name.AsSpan(3).SequenceEqual(Words.Pascal(variable)) && IsIdentifier(variable)) found = variable;
        if (found is null) return null;
        return gets ? _ => Show(context, handed, found) : a => Set(context, handed, a, found, a[0]);
    }

    /// <summary>As in Elsa, objects and lists are the variable's own: what the script changes in them stays.</summary>
    private static JsonNode? Show(ActivityContext context, Handed handed, string name)
    {
        var value = Look(context, handed, name);
        if (value is not (JsonObject or JsonArray)) return value;
        handed.Shared.Add(name);
        return JsonValue.Create(new ScriptShared(name, value));
    }

    private static JsonNode? Look(ActivityContext context, Handed handed, string name)
    {
        var value = context.ShowVariable(name);
        if (value is JsonObject or JsonArray && context.IsReadInAnyCase(name)) handed.InAnyCase.Add(value);
        return value;
    }

    private static JsonNode? Set(ActivityContext context, Handed handed, ScriptArguments arguments, string name, JsonNode? value)
    {
        context.SetVariable(name, value);
        arguments.Forget(name);

        // As in Elsa it is a member of variables from now on.
        if (handed.Names.Contains(name) && IsIdentifier(name)) handed.Variables[name] = Look(context, handed, name);
        return null;
    }

    /// <summary>
    /// <c>getTotalFromCalc()</c>: an output of an activity in the same container, of definitions used as activities too. Documents that no Elsa 3 has
    /// written (their tool version says so) call activities by id. Of several with one name the last one counts.
    /// </summary>
    private static ScriptFunction? OutputGetter(string name, Script script, ActivityContext context)
    {
        if (!name.StartsWith("get", StringComparison.Ordinal) || !name.Contains("From", StringComparison.Ordinal) || !script.FreeNames.Contains(name)) return null;
        var byName = Version.TryParse(context.Workflow.ToolVersion, out var tool) && tool.Major >= 3;
        ScriptFunction? found = null;
        foreach (var node in context.Neighbours)
        {
            if ((byName ? node.Name : node.Id) is not { Length: > 0 } called || !name.EndsWith(Words.Pascal(called), StringComparison.Ordinal)) continue;
            foreach (var output in node.Composite?.Workflow.Outputs.Select(o => o.Name) ?? node.Activity.Descriptor.Outputs.Select(o => o.Name))
                if (Words.Pascal(output) is var asked && IsIdentifier(asked) && name == $"get{asked}From{Words.Pascal(called)}")
                    found = _ => context.Burst.ThisRun.OutputOf(context, node.Id, asked)?.DeepClone();
        }

        return found;
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
        }
        ,
        "getWorkflowInstanceName" => _ => context.InstanceName,
        "setWorkflowInstanceName" => a =>
        {
            context.InstanceName = a.Text(0);
            return null;
        }
        ,
        "newGuid" or "newGuidString" or "getGuidString" => _ => context.NewId().ToString(),
        "newShortGuid" or "getShortGuid" => _ => string.Concat(Convert.ToBase64String(context.NewId().ToByteArray()).Where(char.IsLetterOrDigit)),
        _ => null,
    };

    /// <summary>What a run has been handed of the variables around it.</summary>
    private sealed class Handed
    {
        /// <summary>Names that the script looks for in <c>variables</c>.</summary>
        public required IReadOnlySet<string> Names { get; init; }

        /// <summary>The members of <c>variables</c>.</summary>
        public Dictionary<string, JsonNode?> Variables { get; } = new(StringComparer.Ordinal);

        /// <summary>Names of those that a function gave as an object.</summary>
        public HashSet<string> Shared { get; } = new(StringComparer.Ordinal);

        /// <summary>Copies whose members are found in any case of letters.</summary>
        public HashSet<JsonNode> InAnyCase { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
