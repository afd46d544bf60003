using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>
/// The top bar by right: everybody has an inbox and the plans they may read; who works above other units also has
/// what was sent, who follows them what is overdue, and who may see definitions the designer.
/// </summary>
public sealed class InboxNavigation(RequestActor who, InboxQueries inbox, UnitNames names, Texts texts)
{
    /// <summary>Read once a page; a person without any role gets an empty inbox and nothing else.</summary>
    public async Task<Navigation> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await who.ReadAsync(context.RequestAborted) is not { } actor) return Navigation.Empty;
        var counts = await inbox.CountAsync(actor, who.Now, context.RequestAborted);
        var (oversees, leads) = await inbox.StandingAsync(actor, context.RequestAborted);
        var items = new List<Navigation.Item> { new(texts["staff.nav.inbox"], "/", oversees ? counts.All : counts.Own) };
        if (actor.May(Permission.Read)) items.Add(new(texts[leads ? "staff.nav.plans" : "staff.nav.plans-received"], "/plans"));
        if (oversees) items.Add(new(texts["staff.nav.overdue"], "/overdue", counts.Overdue));
        if (leads && actor.May(Permission.Outbox)) items.Add(new(texts["staff.nav.outbox"], "/outbox"));
        if (actor.May(Permission.Organisation)) items.Add(new(texts["organisation.nav"], "/organisation"));
        if (actor.MayFromTheTop(Permission.Organisation)) items.Add(new(texts["templates.nav"], "/mail-templates"));
        if (actor.MayFromTheTop(Permission.Schedule)) items.Add(new(texts["scheduler.nav"], "/scheduler"));
        if (actor.May(Permission.ReadDefinition)) items.Add(new(texts["designer.title"], "/designer"));
        var (role, unit) = await names.OfAsync(actor, context.RequestAborted);
        return new Navigation(items, role, unit);
    }
}
