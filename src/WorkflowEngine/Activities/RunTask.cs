using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Asks somebody outside for a result and waits for it. Work of people goes through <see cref="HumanTask"/>.</summary>
[Activity("Elsa.RunTask", Category = "Primitives", NameVi = "Nhờ làm việc", TextVi = "Yêu cầu bên ngoài làm một việc và chờ kết quả.",
    TextEn = "Asks somebody outside for a result and waits for it.")]
public sealed class RunTask : Activity
{
    public readonly Input<string> TaskName = new("TaskName") { LabelVi = "Tên việc", LabelEn = "Task name" };
    public readonly Input<JsonObject> Payload = new("Payload") { LabelVi = "Nội dung", LabelEn = "Payload", TypeName = "ObjectDictionary", UiHint = "dictionary" };
    public readonly Output TaskId = new("TaskId", "String");
    public readonly Output Result = new("Result");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.GetRaw("payload") is not (null or JsonObject)) context.Get(Payload); // has to be an object, or the text of one
        var (id, name) = (context.NewId().ToString(), context.Get(TaskName) ?? throw new ActivityFaultException("The task has no name.", "InvalidOperationException"));
        context.WaitFor(payload: new JsonObject { ["taskId"] = id, ["taskName"] = name }, hash: Stimulus.HashOfTask(id));
        context.Set(TaskId, id);
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        context.Recall(TaskId, bookmark.Payload?["taskId"]);
        context.Set(Result, input["RunTaskInput"]);
        context.Complete();
    }
}
