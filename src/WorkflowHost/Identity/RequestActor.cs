using System.Security.Claims;
using WorkflowEngine.Absences;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Api;

namespace WorkflowHost.Identity;

/// <summary>Who makes this request and when: read once, so that all its commands see the same rights and the same two clocks.</summary>
public sealed class RequestActor(
    IHttpContextAccessor http, LoadActor load, StandIns standIns, TaskQueries tasks, BusinessClock clock, TimeProvider system)
{
    private Actor? actor;

    /// <summary>Business time of the request.</summary>
    public DateTimeOffset Now { get; } = clock.Now();

    /// <summary>System time of the request, for the audit's second clock.</summary>
    public DateTimeOffset RecordedAt { get; } = BusinessClock.Whole(system.GetUtcNow());

    /// <summary>The actor, once <see cref="ReadAsync"/> has found one.</summary>
    public Actor Actor => actor ?? throw new InvalidOperationException("Nobody is signed in, or the actor was not read.");

    /// <summary>The signed-in person with the roles of this business day; null when nobody is signed in or the person is no longer active.</summary>
    public async ValueTask<Actor?> ReadAsync(CancellationToken cancellation = default)
    {
        if (actor is not null) return actor;
        return Guid.TryParse(http.HttpContext?.User.FindFirstValue(ClaimTypes.NameIdentifier), out var person)
            ? actor = await load.ReadAsync(person, Now, null, cancellation)
            : null;
    }

    /// <summary>For whom the person acts in this request; null: in their own name.</summary>
    public StandIn? StandIn { get; private set; }

    /// <summary>
    /// Chooses in whose name a command on a task is given: where the person stands in for somebody, the delegation covers the task and the duty, and
    /// that one may do it, in that one's place (both are recorded); else in their own.
    /// </summary>
    /// <param name="command">The command's API name, or <c>read</c>.</param>
    public async ValueTask<Actor?> InTaskAsync(Guid task, string command, CancellationToken cancellation = default)
    {
        if (actor is { OnBehalfOf: not null } || PersonClaims.IdOf(http.HttpContext!.User) is not { } person) return await ReadAsync(cancellation);
        // Both at once: one wait for the database instead of two.
        var (own, others) = (ReadAsync(cancellation).AsTask(), standIns.ReadAsync(person, Now, task, cancellation));
        await Task.WhenAll(own, others);
        foreach (var standIn in await own is null ? [] : await others)
        {
            if (!standIn.Actor.Covers(command) || await tasks.FindAsync(standIn.Actor, task, Now, cancellation) is not { } item) continue;
            if (command == "read" ? item.Allowed.All(c => c == "comment") : !item.Allowed.Contains(command)) continue;
            (StandIn, actor) = (standIn, standIn.Actor);
            break;
        }

        return actor;
    }
}
