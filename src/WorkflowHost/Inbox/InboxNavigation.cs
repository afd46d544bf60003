using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>
/// The top bar by right: everybody has an inbox and the plans they may read; who follows other units also has what is overdue and what was sent.
/// </summary>
public sealed class InboxNavigation(RequestActor who, InboxQueries inbox, UnitNames names, Texts texts)
{
    /// <summary>Read once a page; a person without any role gets an empty inbox and nothing else.</summary>
    public async Task<Navigation> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await who.ReadAsync(context.RequestAborted) is not { } actor) return Navigation.Empty;
        var counts = await inbox.CountAsync(actor, who.Now, context.RequestAborted);
        var oversees = await inbox.OverseesAsync(actor, context.RequestAborted);
        var items = new List<Navigation.Item> { new(texts["staff.nav.inbox"], "/", oversees ? counts.All : counts.Own) };
        if (actor.May(Permission.Read)) items.Add(new(texts[oversees ? "staff.nav.plans" : "staff.nav.plans-received"], "/plans"));
        if (oversees) items.Add(new(texts["staff.nav.overdue"], "/overdue", counts.Overdue));
        if (oversees && actor.May(Permission.Outbox)) items.Add(new(texts["staff.nav.outbox"], "/outbox"));
        var (role, unit) = await names.OfAsync(actor, context.RequestAborted);
        return new Navigation(items, role, unit);
    }
}
