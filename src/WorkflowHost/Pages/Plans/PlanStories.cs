using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Plans;

/// <summary>Reads what a plan's story is told from, within the reach of the reader.</summary>
public sealed class PlanStories(PlanPageQueries queries, PlanWaits waits, UnitNames names, DefinitionStore definitions, ReferenceStore reference, Texts texts)
{
    /// <summary>The story of a plan that the actor may see.</summary>
    public async Task<PlanStory> ReadAsync(Actor actor, PlanHead plan, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(plan);
        var root = plan.RootId;
        var units = (await queries.UnitCountsAsync(actor, [root], cancellation)).GetValueOrDefault(root);
        return new PlanStory(new PlanFacts(
            plan, await MapAsync(plan, cancellation), [.. (await queries.StepsAsync(actor, [root], now, cancellation))[root]], units.Units, units.Pending,
            await waits.RungsAsync(actor, root, cancellation), await waits.BookmarksAsync(actor, root, cancellation), await waits.FaultedAsync(actor, root, cancellation),
            await waits.OwnAsync(actor, root, now, cancellation), await names.RolesAsync(cancellation), await reference.GetAsync(cancellation), now,
            actor.May(Permission.Operate, plan.IssuerPath), actor.May(Permission.Extend, plan.IssuerPath)), texts);
    }

    private async Task<PlanMap> MapAsync(PlanHead plan, CancellationToken cancellation)
    {
        var version = plan.DefinitionVersionId ?? await definitions.PublishedAsync(plan.DefinitionId, cancellation);
        if (version is null) return PlanMap.Empty;
        var root = await definitions.GetOrEmptyAsync(version, cancellation);
        var children = new List<Workflow>();
        foreach (var child in PlanMap.ChildrenOf(root))
            if (await definitions.PublishedAsync(child, cancellation) is { } published) children.Add(await definitions.GetOrEmptyAsync(published, cancellation));
        return PlanMap.Of(root, children);
    }
}
