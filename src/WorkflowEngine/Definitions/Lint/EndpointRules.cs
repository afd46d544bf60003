using WorkflowEngine.Activities;
using WorkflowEngine.Organisation;
using WorkflowEngine.Requests;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>Requests that come in and their answers: paths that cannot be reached or stand for two definitions, answers nobody waits for or that are refused.</summary>
internal static class EndpointRules
{
    private static readonly string[] NotTaken = ["requestTimeout", "fileSizeLimit", "allowedFileExtensions", "blockedFileExtensions", "allowedMimeTypes"];
    private static readonly string[] NeverTaken = ["exposeFileTooLargeOutcome", "exposeInvalidFileExtensionOutcome", "exposeInvalidFileMimeTypeOutcome"];

    private static readonly string[] Files = ["files", "file"];

    /// <summary>Steps that end a request's own step: behind them the caller does not wait any more.</summary>
    private static readonly string[] Waits =
    [
        HttpEndpoint.TypeName, NodeText.HumanTask, "Elsa.Event", "Elsa.Delay", "Elsa.Timer", "Elsa.Cron", "Elsa.StartAt", "Elsa.RunTask",
        "Elsa.SendHttpRequest", "Elsa.FlowSendHttpRequest",
    ];

    public static void Judge(Workflow workflow, ActivityNode node, DesignWorld world, LintList found)
    {
        if (node.Activity is HttpEndpoint) JudgeEndpoint(workflow, node, world, found);
        if (node.Activity is WriteHttpResponse) JudgeAnswer(workflow, node, found);
        if (node.Activity is HttpRequestStep && HttpRequestStep.IsMultipart(NodeText.Literal(node, "contentType")))
            found.Error("request-parts", node, "không gửi được yêu cầu nhiều phần (multipart): lượt chạy không giữ tệp.", "a request in parts (multipart) cannot be sent: an instance holds no files.");
        if (node.Activity is Flowchart) JudgeWays(node, found);
    }

    private static void JudgeEndpoint(Workflow workflow, ActivityNode node, DesignWorld world, LintList found)
    {
        var isComputed = StartTriggers.IsWorkedOut(node, "path");
        if (!isComputed && EndpointPath.Read(NodeText.Literal(node, "path")) is { Path: null, Problem: var problem })
            found.Error("endpoint-path", node, Lower(problem.Vi), Lower(problem.En));
        if (!NodeText.IsComputed(node, "supportedMethods") && StartTriggers.EndpointMethods(node) is null)
            found.Error("endpoint-method", node, $"phương thức là một hoặc vài trong {string.Join(", ", EndpointPath.Methods)}.", $"the methods are one or more of {string.Join(", ", EndpointPath.Methods)}.");
        if (NodeText.Literal(node, "policy")?.Trim() is { } policy && !Permission.All.Contains(policy) && !world.Roles.ContainsKey(policy))
            found.Error("endpoint-policy", node, $"“{policy}” không phải mã quyền hay chức vụ.", $"'{policy}' is neither a permission nor a role.");
        if (NotTaken.Any(n => node.Inputs.GetValueOrDefault(n)?.Expression?.Value is not null) || NeverTaken.Any(n => EndpointRule.IsYes(node.Raw[n])) || Files.Any(node.Outputs.ContainsKey))
            found.Warning("endpoint-files", node, "không nhận tệp và không đổi được thời gian chờ; các mục về tệp không có tác dụng.", "files are not taken and the time-out is fixed; what it says of files has no effect.");
        if (!node.CanStartWorkflow) return;
        if (isComputed || StartTriggers.IsWorkedOut(node, "policy") || NodeText.IsComputed(node, "supportedMethods"))
            found.Error("endpoint-computed-start", node, "bước bắt đầu cần đường dẫn, phương thức và quyền ghi sẵn, không tính bằng biểu thức; nếu không, không yêu cầu nào tới được.",
                "a step that starts needs its path, methods and policy as plain values; otherwise no request reaches it.");
        foreach (var start in StartTriggers.Endpoints(node))
        {
            var where = $"{start.Payload["method"]} /workflows/{start.Payload["path"]}";
            if (world.Endpoints.TryGetValue(start.Hash!, out var other) && other.Id != workflow.DefinitionId)
                found.Error("endpoint-taken", node, $"{where} đã thuộc về quy trình “{other.Title.Vi}” ({other.Id}).", $"{where} belongs to the definition '{other.Title.In("en")}' ({other.Id}) already.");
            if (LintDefinition.Own(workflow.Root).FirstOrDefault(n => n != node && n.CanStartWorkflow && n.Activity is HttpEndpoint && StartTriggers.Endpoints(n).Any(t => t.Hash == start.Hash)) is { } twin)
                found.Error("endpoint-taken", node, $"{where} có hai lần: cũng ở “{NodeText.Label(twin).Vi}”.", $"{where} stands twice: '{NodeText.Label(twin).En}' has it too.");
        }
    }

    private static void JudgeAnswer(Workflow workflow, ActivityNode node, LintList found)
    {
        if (NodeText.Literal(node, "contentType") is { } type && SafeAnswer.ContentType(type) is null)
            found.Error("answer-type", node, $"không trả lời được loại “{type}” từ địa chỉ này; được: {SafeAnswer.AllTypes}.", $"the type '{type}' may not be answered from this address; {SafeAnswer.AllTypes} may.");
        if (NodeText.Literal(node, "statusCode") is { } status && SafeAnswer.Status(status) is null)
            found.Error("answer-status", node, $"“{status}” không phải mã trả lời được: 2xx, 4xx hoặc 5xx, không chuyển hướng.", $"'{status}' is no status that may be answered: 2xx, 4xx or 5xx, no redirect.");
        if (workflow.Options.UsableAsActivity != true && !LintDefinition.Own(workflow.Root).Any(n => n.Activity is HttpEndpoint || n.Composite is not null))
            found.Warning("answer-unread", node, "không ai chờ câu trả lời này: quy trình không có bước nhận yêu cầu HTTP.", "nobody waits for this answer: the definition takes no request.");
    }

    /// <summary>Answers to which every way from an endpoint leads through a wait.</summary>
    private static void JudgeWays(ActivityNode flowchart, LintList found)
    {
        var activities = (flowchart.Children.GetValueOrDefault("activities") ?? []).ToDictionary(a => a.Id, StringComparer.Ordinal);
        var endpoints = activities.Values.Where(a => a.Activity is HttpEndpoint).Select(a => a.Id).ToList();
        if (endpoints.Count == 0) return;
        var (all, inStep) = (Reached(_ => true), Reached(id => !Waits.Contains(activities[id].Type)));
        foreach (var answer in activities.Values.Where(a => a.Activity is WriteHttpResponse && !inStep.Contains(a.Id)))
            if (all.Contains(answer.Id))
                found.Warning("answer-late", answer, "đến đây thì người gọi không còn chờ: giữa bước nhận yêu cầu và bước này có bước chờ.", "the caller does not wait any more: a step that waits stands between the request and this one.");
            else
                found.Warning("answer-unread", answer, "không ai chờ câu trả lời này: không có đường nào từ bước nhận yêu cầu dẫn tới đây.", "nobody waits for this answer: no way leads here from a step that takes a request.");

        HashSet<string> Reached(Func<string, bool> passes)
        {
            var (seen, pending) = (new HashSet<string>(endpoints, StringComparer.Ordinal), new Stack<string>(endpoints));
            while (pending.TryPop(out var id))
                foreach (var way in flowchart.Connections.Where(c => c.Source == id && (endpoints.Contains(id) || passes(id))))
                    if (activities.ContainsKey(way.Target) && seen.Add(way.Target)) pending.Push(way.Target);
            return seen;
        }
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
