using System.Text;

namespace Workflows.Tests.Managers;

/// <summary>Bodies for the addresses of Elsa's contract that start, change or remove something; INSTANCE and TASK stand for one that is there.</summary>
internal static class ElsaWishes
{
    private const string Definition = """{"definitionId":"fuzz-file","name":"f","version":1,"root":{"type":"Elsa.Sequence","id":"s","activities":[{"type":"Elsa.WriteLine","id":"w","text":{"typeName":"String","expression":{"type":"Literal","value":"x"}}}]}}""";

    public static readonly (string Address, string Body)[] All =
    [
        ("/elsa/api/alterations/run", """{"alterations":[{"type":"ModifyVariable","variableId":"v","value":1},{"type":"Migrate","targetVersion":2,"mapping":{"a":"b"}},{"type":"ScheduleActivity","activityId":"a"},{"type":"CancelActivity","activityId":"a"}],"workflowInstanceIds":["INSTANCE"]}"""),
        ("/elsa/api/alterations/submit", """{"id":"fuzz","alterations":[{"type":"ModifyVariable","variableId":"v","value":1}],"filter":{"workflowInstanceIds":["INSTANCE"],"definitionIds":["d"],"activityFilters":[{"activityId":"a"}]}}"""),
        ("/elsa/api/alterations/workflows/retry", """{"workflowInstanceIds":["INSTANCE"],"activityIds":["a"]}"""),
        ("/elsa/api/bulk-actions/delete/workflow-definitions/by-definition-id", """{"definitionIds":["fuzz"]}"""),
        ("/elsa/api/bulk-actions/delete/workflow-instances", """{"ids":["INSTANCE"]}"""),
        ("/elsa/api/bulk-actions/delete/workflow-instances/by-id", """{"ids":["INSTANCE"]}"""),
        ("/elsa/api/bulk-actions/export/workflow-instances", """{"ids":["INSTANCE"]}"""),
        ("/elsa/api/bulk-actions/import/workflow-instances", """{"id":"INSTANCE","definitionId":"fuzz","definitionVersionId":"v","version":1,"status":"Running","subStatus":"Suspended","workflowState":{"bookmarks":[],"properties":{}},"instance":{"state":{"sequence":1},"definition":{"id":"fuzz","version":1,"hash":"h"},"unit":"CDYT-TB"}}"""),
        ("/elsa/api/bulk-actions/retract/workflow-definitions/by-definition-ids", """{"definitionIds":["fuzz"]}"""),
        ("/elsa/api/cancel/workflow-instances/INSTANCE", """{"reason":"r"}"""),
        ("/elsa/api/events/fuzz/trigger", """{"correlationId":"c","workflowInstanceId":"INSTANCE","input":{"a":[1]}}"""),
        ("/elsa/api/tasks/TASK/complete", """{"result":{"a":1}}"""),
        ("/elsa/api/workflow-definitions/import-files", Definition),
        ("/elsa/api/workflow-definitions/fuzz-file/import", Definition),
        ("/elsa/api/workflow-definitions/fuzz-file/execute", """{"correlationId":"c","input":{"a":[1]},"versionOptions":"Latest","triggerActivityId":"w","name":"n"}"""),
        ("/elsa/api/workflow-definitions/fuzz-file/export", """{"includeConsumingWorkflows":true,"versionOptions":"Latest"}"""),
        ("/elsa/api/workflow-definitions/fuzz-file/publish", """{"definitionId":"fuzz-file"}"""),
        ("/elsa/api/workflow-definitions/fuzz-file/retract", """{"definitionId":"fuzz-file"}"""),
        ("/elsa/api/workflow-definitions/fuzz-file/revert/1", """{"definitionId":"fuzz-file","version":1}"""),
        ("/elsa/api/workflow-instances/INSTANCE/bookmarks/INSTANCE/token", """{"minutes":60}"""),
        ("/elsa/api/workflow-instances/INSTANCE/export", """{"includeBookmarks":true}"""),
        ("/elsa/api/workflow-instances/INSTANCE/journal", """{"filter":{"activityIds":["a"],"excludedActivityTypes":["b"]},"skip":0,"take":10}"""),
        ("/elsa/api/workflow-instances/INSTANCE/variables", """{"variables":[{"id":"v","value":{"a":1}}]}"""),
    ];

    /// <summary>The body as its address takes it: as JSON, or as an uploaded file.</summary>
    public static HttpContent Content(string address, string text)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.EndsWith("import-files", StringComparison.Ordinal) && !address.EndsWith("import/workflow-instances", StringComparison.Ordinal))
            return new StringContent(text, Encoding.UTF8, "application/json");
        return new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "files", "fuzz.json" } };
    }
}
