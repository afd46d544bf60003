using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Sends a request and runs the embedded activity of its status code, or the one for other codes, for no connection, for no answer in time.</summary>
[Activity("Elsa.SendHttpRequest", Category = "HTTP", Kind = "Task", NameVi = "Gửi yêu cầu HTTP (nhúng)", NameEn = "HTTP Request", TextVi = "Gửi yêu cầu tới máy chủ khác rồi chạy bước bên trong theo mã trả về.",
    TextEn = "Sends a request to another server and runs the activity of its status code.", Ports = ["unmatchedStatusCode", "failedToConnect", "timeout"])]
public sealed class SendHttpRequest : HttpRequestStep
{
    public readonly Input<JsonArray> ExpectedStatusCodes = new("ExpectedStatusCodes") { LabelVi = "Mã trả về mong đợi", LabelEn = "Expected status codes", IsWrapped = false, UiHint = "http-status-codes" };

    protected override void Answered(ActivityContext context, int status)
    {
        var cases = context.GetRaw("expectedStatusCodes") as JsonArray ?? [];
        var code = status.ToString(CultureInfo.InvariantCulture);
        var expected = Enumerable.Range(0, cases.Count).Where(i => cases[i]?["statusCode"]?.ToString() == code).Select(i => (int?)i).FirstOrDefault();
        Run(context, context.Node.Child(expected is { } at ? $"expectedStatusCodes[{at}]" : "unmatchedStatusCode"));
    }

    protected override void Failed(ActivityContext context, string outcome) => Run(context, context.Node.Child(outcome == "Timeout" ? "timeout" : "failedToConnect"));

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) => context.Complete();

    private static void Run(ActivityContext context, ActivityNode? child)
    {
        if (child is null) context.Complete();
        else context.Schedule(child);
    }
}
