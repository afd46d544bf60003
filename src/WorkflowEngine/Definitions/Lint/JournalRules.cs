using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>What a document says of the journal that does not hold here: inputs and outputs are always kept, an instance is explained by them.</summary>
internal static class JournalRules
{
    public static void Judge(Workflow workflow, ActivityNode node, LintList found)
    {
        if (LeavesOut(node.CustomProperties) || (node == workflow.Root && LeavesOut(workflow.CustomProperties)))
            found.Warning("journal-keeps", node, "nhật ký vẫn giữ dữ liệu vào và ra của bước; mục chọn không giữ không có tác dụng.", "the journal keeps inputs and outputs all the same; what it says of leaving them out has no effect.");
    }

    private static bool LeavesOut(JsonObject properties) =>
        properties["logPersistenceMode"].AsText() == "Exclude" || IsExclude(properties["logPersistenceConfig"]);

    /// <summary>Anywhere in it a strategy that leaves out, or one that is worked out while running.</summary>
    private static bool IsExclude(JsonNode? config) => config is JsonObject members && (
        members["strategyType"].AsText()?.Contains("Exclude", StringComparison.Ordinal) == true
        || (members["evaluationMode"].AsText() == "Expression" && members["expression"] is not null)
        || members.Any(m => IsExclude(m.Value)));
}
