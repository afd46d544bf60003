using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Puts a call, visit or letter to the unit on record ("Ghi đôn đốc"), by those who follow the case.</summary>
public sealed class FollowUpModel(RequestActor who, TaskPageReader reader, CommentTask comment, Texts texts) : TaskCommandPage(who, reader, texts, "follow-up")
{
    public string? Text { get; private set; }

    public async Task<IActionResult> OnPostAsync(Guid id, string? operationId, string? text, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        (Text, OperationId) = (text, operationId ?? OperationId);
        var answer = await comment.CommentAsync(Who.Actor, new(id, operationId, text, true), Who.Now, Who.RecordedAt, cancellation);
        return answer is TaskAnswer.Done ? Done("follow-up", "#comments") : Refuse(answer, Texts["staff.follow-up.title"]);
    }
}
