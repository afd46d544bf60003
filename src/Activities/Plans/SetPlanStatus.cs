using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Plans;

/// <summary>Moves a plan to its next stage (soạn thảo, kiểm tra, trình ký, đã ký). Numbering, closing and recall have their own steps.</summary>
[Activity("Workflows.SetPlanStatus", Category = "Kế hoạch", NameVi = "Chuyển bước kế hoạch", NameEn = "Set plan status",
    TextVi = "Ghi kế hoạch đang ở bước nào.", TextEn = "Records the stage a plan has reached.")]
public sealed class SetPlanStatus : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "plan.status";

    public readonly Input<string> Status = new("Status") { LabelVi = "Bước", LabelEn = "Status", HintVi = "draft, checking, signing, signed", HintEn = "draft, checking, signing or signed", UiHint = "dropdown" };
    public readonly Input<string> PlanId = new("PlanId") { LabelVi = "Kế hoạch", LabelEn = "Plan", HintVi = "Để trống: kế hoạch của lượt chạy", HintEn = "Empty: the plan of this instance" };

    // A step that the plan's own rules refuse raises plan_status_step: the commit fails for this instance alone and becomes its incident.
    private const string Apply =
        """
        -- SetPlanStatus.Apply
        update plan p set status = e.status, updated_at = $4,
          signed_at = case when e.status = 'signed' then $4 when e.status in ('draft', 'checking', 'signing') then null else p.signed_at end
        from (select distinct on ((body ->> 'planId')::uuid) (body ->> 'planId')::uuid as plan_id, body ->> 'status' as status
              from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) with ordinality as e (instance_id, root_id, body, n)
              order by (body ->> 'planId')::uuid, n desc) e
        where p.id = e.plan_id
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Apply);

    protected override void Execute(ActivityContext context)
    {
        var status = context.Get(Status);
        if (status is not ("draft" or "checking" or "signing" or "signed")) context.Fault($"'{status}' is no stage that a workflow may set: draft, checking, signing or signed.");
        context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject { ["planId"] = PlanOf.Instance(context, context.Get(PlanId)), ["status"] = status }));
    }
}
