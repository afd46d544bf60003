using System.Globalization;
using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Tasks;

/// <summary>The last thing that changed a task: what, when and who by role. The loser of a race is told this.</summary>
/// <param name="Action">Name in the audit (<c>task.submitted</c>, …).</param>
/// <param name="Role">The role in which it was done; null for the engine.</param>
public sealed record Happening(string Action, DateTimeOffset At, Guid? PersonId, string? PersonName, Text? Role, string? UnitName)
{
    /// <summary>The audited actions after which a task's revision is another one.</summary>
    public static readonly string[] Changing =
        ["task.claimed", "task.released", "task.reassigned", "task.submitted", "task.completed", "task.accepted", "task.returned", "task.withdrawn",
            "task.closed", "task.cancelled"];

    /// <summary>"Chủ tịch CĐCS (Bệnh viện huyện) đã nộp lúc 08:05 ngày 20/12/2019."</summary>
    public Text Sentence
    {
        get
        {
            var local = TimeZoneInfo.ConvertTime(At, WorkingCalendar.VietnamPublic.Zone);
            var (vi, en) = Action switch
            {
                "task.claimed" => ("đã nhận việc", "claimed the task"),
                "task.released" => ("đã nhả việc", "released the task"),
                "task.reassigned" => ("đã giao việc cho người khác", "reassigned the task"),
                "task.submitted" => ("đã nộp", "handed it in"),
                "task.completed" => ("đã hoàn thành", "completed the task"),
                "task.accepted" => ("đã chấp nhận", "accepted it"),
                "task.returned" => ("đã trả lại", "returned it"),
                "task.withdrawn" => ("đã rút lại", "withdrew it"),
                "task.closed" => ("đã đóng việc", "closed the task"),
                "task.cancelled" => ("đã kết thúc việc", "ended the task"),
                _ => ("đã mở việc", "opened the task"),
            };
            var unit = UnitName is null ? "" : $" ({UnitName})";
            return new Text(
                string.Create(CultureInfo.InvariantCulture, $"{Role?.Vi ?? "Hệ thống"}{unit} {vi} lúc {local:HH:mm} ngày {local:dd/MM/yyyy}."),
                string.Create(CultureInfo.InvariantCulture, $"{Role?.In("en") ?? "The system"}{unit} {en} at {local:HH:mm} on {local:dd/MM/yyyy}."));
        }
    }
}
