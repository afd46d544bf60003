using WorkflowEngine.Absences;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;

namespace WorkflowHost.Inbox;

/// <summary>What waits for a person in another's place.</summary>
public sealed record StandInWork(StandIn StandIn, IReadOnlyList<(InboxItem Item, TaskTimes Times)> Items)
{
    /// <summary>"Chuyên viên theo dõi, Công đoàn ngành Y tế".</summary>
    public string Place => PlaceOf(StandIn);

    /// <summary>The same of somebody for whom nothing was read; the name where no role is stood in for.</summary>
    public static string PlaceOf(StandIn standIn)
    {
        ArgumentNullException.ThrowIfNull(standIn);
        return standIn.Unit is { } unit ? $"{Web.Language.Say(standIn.Role)}, {unit}" : standIn.Name;
    }
}

/// <summary>Reads it: the inbox of each one away, as far as the delegation covers plan, process and duty.</summary>
public sealed class StandInInbox(StandIns standIns, InboxQueries inbox)
{
    public async Task<IReadOnlyList<StandInWork>> ReadAsync(Actor actor, ReferenceData reference, DateTimeOffset now, CancellationToken cancellation)
    {
        var all = new List<StandInWork>();
        foreach (var standIn in await standIns.ReadAsync(actor.PersonId, now, null, cancellation))
        {
            var items = new List<InboxItem>();
            foreach (var (kind, duty) in new[] { (InboxKind.Review, Duty.Review), (InboxKind.FollowUp, Duty.FollowUp), (InboxKind.Own, Duty.Work) })
                if (standIn.Duties.Contains(duty)) items.AddRange((await inbox.PageAsync(standIn.Actor, kind, null, null, now, cancellation)).Items);
            var covered = await standIns.CoveredAsync(standIn, [.. items.Select(i => i.Id)], cancellation);
            all.Add(new StandInWork(standIn, [.. items.Where(i => covered.Contains(i.Id)).Select(i => (i, TaskTimes.Of(i, reference)))]));
        }

        return all;
    }
}
