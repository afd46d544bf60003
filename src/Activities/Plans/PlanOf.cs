using WorkflowEngine.Running;

namespace Unions.Plans;

/// <summary>Which plan an activity is about: the one named, else the one its instance was started for.</summary>
internal static class PlanOf
{
    public static string Instance(ActivityContext context, string? given)
    {
        var text = string.IsNullOrWhiteSpace(given) ? context.GetInput("planId")?.ToString() ?? context.CorrelationId : given;
        if (!Guid.TryParse(text, out var id)) context.Fault("The instance belongs to no plan: it has no input planId.");
        return id.ToString();
    }
}
