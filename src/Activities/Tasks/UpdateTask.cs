using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Tasks;

/// <summary>
/// Gives values to a task that people already have, so that its rules and texts go by them from now on (a raised limit, a notice that has come):
/// nobody has to hand the task back for it. Its form, dates, drafts and history stay.
/// </summary>
[Activity("Workflows.UpdateTask", Category = "Con người", NameVi = "Cập nhật dữ liệu của việc", NameEn = "Update task values",
    TextVi = "Ghi giá trị mới cho việc đang mở; quy tắc của biểu mẫu áp dụng ngay.", TextEn = "Gives new values to an open task; the form's rules go by them at once.")]
public sealed class UpdateTask : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "task.update";

    public readonly Input<string> Step = new("Step") { LabelVi = "Mã bước giao việc", LabelEn = "Id of the step that gave the task" };
    public readonly Input<JsonObject> Values = new("Values") { LabelVi = "Giá trị", LabelEn = "Values", TypeName = "Object", UiHint = "json-editor" };

    // The revision stays: a page that was open keeps its draft, and the server checks by the new values. A step without a live task changes nothing.
    private const string Apply =
        """
        -- UpdateTask.Apply
        with asked as (
          select e.instance_id, e.body ->> 'step' as step, jsonb_object_agg(v.key, v.value order by e.n) as given
          from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) with ordinality as e (instance_id, root_id, body, n) cross join lateral jsonb_each(e.body -> 'values') v
          group by 1, 2),
        held as (
          select t.id, s.body || jsonb_build_object('context', coalesce(s.body -> 'context', '{}') || a.given) as body
          from asked a
          join task t on t.instance_id = a.instance_id and t.activity_id = a.step and t.status in ('open', 'submitted')
          join task_spec s on s.id = t.spec_id
          order by t.id
          for no key update of t),
        specs as (
          insert into task_spec (id, body) select distinct on (md5(h.body::text)) md5(h.body::text)::uuid, h.body from held h on conflict (id) do nothing)
        update task t set spec_id = md5(h.body::text)::uuid from held h where t.id = h.id
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Apply);

    protected override void Execute(ActivityContext context)
    {
        if (context.Get(Step) is not { Length: > 0 } step) context.Fault("The task's step is not named.");
        else context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject { ["step"] = step, ["values"] = (context.Get(Values) ?? []).DeepClone() }));
    }
}
