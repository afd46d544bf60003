using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>What the activities that start children share: the definition must be there, the child learns who its parent is.</summary>
internal static class ChildDispatch
{
    /// <summary>Children of children that no wait stands between; after so many they are taken for a loop without an end.</summary>
    public const int MostGenerations = 1_000;

    private const string GenerationKey = "Generation";

    /// <summary>The published definition this activity names; faults when there is none.</summary>
    public static string Definition(ActivityContext context, Input<string> input)
    {
        if (context.Get(input) is not { Length: > 0 } id) throw new ActivityFaultException("No workflow definition is named.", "Exception");
        if (context.Facts.Reference.Published is not { } published || published.Contains(id)) return id;
        context.Effects.Missed.Add($"definition {id}");
        throw new ActivityFaultException($"No published version of workflow definition with ID {id} found.", "Exception");
    }

    /// <summary>Lets what follows in this run see how the child ended, with getInput and under Elsa's names: go on, make up for it, or fail.</summary>
    public static void ShowEnd(ActivityContext context, JsonObject end) => context.Burst.ThisRun.MergeInput(new JsonObject
    {
        ["WorkflowOutput"] = end["output"]?.DeepClone(),
        ["WorkflowInstanceId"] = end["childId"]?.DeepClone(),
        ["WorkflowStatus"] = end["status"]?.DeepClone(),
        ["WorkflowSubStatus"] = end["subStatus"]?.DeepClone(),
    });

    /// <summary>Which generation its children are, counted from the last ancestor that had waited for something.</summary>
    private static int Generation(ActivityContext context)
    {
        var head = context.Burst.Head;
        var generation = !context.Burst.ThisRun.IsFirst ? 1 : (head.ParentId is null ? 0 : context.Burst.State.Properties[GenerationKey]?.GetValue<int>() ?? 1) + 1;
        if (generation > MostGenerations) throw new ActivityFaultException($"{MostGenerations} definitions have started one another without waiting for anything.", "RunsWithoutEnd");
        return generation;
    }

    public static NewChild Child(ActivityContext context, string definition, string? correlationId, JsonObject input, bool wait, string report)
    {
        var parent = context.InstanceId.ToString();
        input["ParentInstanceId"] = parent;
        var properties = new JsonObject { ["ParentInstanceId"] = parent, ["WaitForCompletion"] = wait };
        if (Generation(context) is > 1 and var generation) properties[GenerationKey] = generation;
        return new NewChild(context.NewId(), definition, context.Id, correlationId, input, properties, report, context.Facts.UnitId, context.Burst.NextChild(1));
    }
}
