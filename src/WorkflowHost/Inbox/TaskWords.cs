using Microsoft.AspNetCore.Mvc.ModelBinding;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>Refusals of commands in the words of the pages.</summary>
public static class TaskWords
{
    /// <summary>"Đồng chí khác vừa trả lại việc này lúc 09:12. Nội dung bạn soạn còn ở dưới để sao lại." Source: design §8.</summary>
    public static string Conflict(TaskAnswer.Conflict conflict, Actor actor, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(texts);
        var happened = conflict.Happened;
        var did = happened.Action switch
        {
            "task.claimed" => texts["staff.did.claimed"],
            "task.released" => texts["staff.did.released"],
            "task.reassigned" => texts["staff.did.reassigned"],
            "task.submitted" => texts["staff.did.submitted"],
            "task.completed" => texts["staff.did.completed"],
            "task.accepted" => texts["staff.did.accepted"],
            "task.returned" => texts["staff.did.returned"],
            "task.withdrawn" => texts["staff.did.withdrawn"],
            "task.closed" => texts["staff.did.closed"],
            "task.cancelled" => texts["staff.did.cancelled"],
            _ => texts["staff.did.changed"],
        };
        var at = Dates.Time(happened.At);
        return happened.PersonId == actor.PersonId ? texts["staff.conflict.self", did, at]
            : happened.PersonId is null ? texts["staff.conflict.system", did, at]
            : texts["staff.conflict.other", did, at];
    }

    /// <summary>What is wrong, behind the name of the field: "Lý do: viết ít nhất mười chữ."</summary>
    public static string Of(string label, string wrong)
    {
        ArgumentException.ThrowIfNullOrEmpty(wrong);
        return $"{label}: {char.ToLower(wrong[0], Language.Current.Culture)}{wrong[1..]}";
    }

    /// <summary>Puts refusals beside their fields; what belongs to no field stands in the summary only. Null: nothing was refused.</summary>
    /// <param name="prefix">Before the names of fields.</param>
    /// <param name="label">What the page calls its one text, said before what is wrong with it.</param>
    public static void Show(TaskAnswer answer, ModelStateDictionary state, Texts texts, string prefix = "", string? label = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(texts);
        switch (answer)
        {
            case TaskAnswer.Invalid invalid:
                foreach (var (field, text) in invalid.Errors) state.AddModelError(
                        field.Length == 0 || field == "outcome" ? field : prefix + field,
                        label is not null && field is "reason" or "text" ? Of(label, Language.Say(text)) : Language.Say(text));
                break;
            case TaskAnswer.ExplanationRequired required:
                foreach (var (rule, text) in required.Rules) state.AddModelError(FormPost.ExplanationPrefix + rule, texts["staff.explain.needed", Language.Say(text)]);
                break;
            case TaskAnswer.OwnSubmission own:
                state.AddModelError("", Language.Say(own.Sentence));
                break;
            case TaskAnswer.OperationReused or TaskAnswer.MissingRevision:
                state.AddModelError("", texts["staff.again"]);
                break;
        }
    }
}
