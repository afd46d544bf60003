using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Plans;

/// <summary>Closes an issued plan: its file is complete and goes to the archive within a year (NĐ 30/2020 Đ.30).</summary>
[Activity("Workflows.ClosePlan", Category = "Kế hoạch", NameVi = "Kết thúc kế hoạch", NameEn = "Close plan",
    TextVi = "Kết thúc kế hoạch và đóng hồ sơ.", TextEn = "Closes a plan and its file.")]
public sealed class ClosePlan : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "plan.close";

    public readonly Input<string> PlanId = new("PlanId") { LabelVi = "Kế hoạch", LabelEn = "Plan", HintVi = "Để trống: kế hoạch của lượt chạy", HintEn = "Empty: the plan of this instance" };

    // A recalled plan stays recalled; any other stage is refused by plan_status_step.
    private const string Apply =
        """
        -- ClosePlan.Apply
        update plan p set status = 'closed', closed_at = $4, updated_at = $4
        from (select distinct (body ->> 'planId')::uuid as plan_id from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as e (instance_id, root_id, body)) e
        where p.id = e.plan_id and p.status not in ('closed', 'recalled')
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Apply);

    protected override void Execute(ActivityContext context) =>
        context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject { ["planId"] = PlanOf.Instance(context, context.Get(PlanId)) }));
}
