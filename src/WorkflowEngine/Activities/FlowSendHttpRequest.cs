using System.Globalization;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Sends a request and goes on by what came: the expected status code or <c>Unmatched status code</c>, and Done; or <c>Failed to connect</c>, <c>Timeout</c>.</summary>
[Activity("Elsa.FlowSendHttpRequest", Category = "HTTP", Kind = "Task", NameVi = "Gửi yêu cầu HTTP", NameEn = "HTTP Request (flow)", TextVi = "Gửi yêu cầu tới máy chủ khác và đi tiếp theo mã trả về.",
    TextEn = "Sends a request to another server and goes on by its status code.")]
public sealed class FlowSendHttpRequest : HttpRequestStep
{
    public readonly Input<List<string>> ExpectedStatusCodes = new("ExpectedStatusCodes") { LabelVi = "Mã trả về mong đợi", LabelEn = "Expected status codes", HintVi = "Mỗi mã là một nhánh ra; để trống: 200", HintEn = "Each is a way out; empty: 200", UiHint = "multitext" };

    protected override void Answered(ActivityContext context, int status)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        context.Complete((context.Get(ExpectedStatusCodes) ?? ["200"]).Contains(code) ? code : "Unmatched status code", "Done");
    }

    protected override void Failed(ActivityContext context, string outcome) => context.Complete(outcome);
}
