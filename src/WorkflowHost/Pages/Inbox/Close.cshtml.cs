using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Ends a task with a reason ("Không phải thực hiện"); the plan goes on without it.</summary>
public sealed class CloseModel(RequestActor who, TaskPageReader reader, CloseTask close, Runner runner, Texts texts) : TaskCommandPage(who, reader, texts, "close")
{
    public string? Reason { get; private set; }

    public async Task<IActionResult> OnPostAsync(Guid id, int? revision, string? operationId, string? reason, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        (Reason, OperationId) = (reason, operationId ?? OperationId);
        var answer = await close.CloseAsync(Who.Actor, new(id, revision, operationId, reason), Who.Now, Who.RecordedAt, cancellation);
        if (answer is not TaskAnswer.Done done) return Refuse(answer, Texts["staff.close.reason"]);
        if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
        return Done("close");
    }
}
