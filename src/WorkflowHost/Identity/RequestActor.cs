using System.Security.Claims;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace WorkflowHost.Identity;

/// <summary>Who makes this request and when: read once, so that all its commands see the same rights and the same two clocks.</summary>
public sealed class RequestActor(IHttpContextAccessor http, LoadActor load, BusinessClock clock, TimeProvider system)
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
}
