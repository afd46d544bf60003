using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Requests;

/// <summary>
/// A request that the run has not answered yet. Its id stands in the instance from the endpoint that took it to the step that answers; the answer is
/// written with the burst that gives it and read by whoever asked, on whichever host the burst ran.
/// </summary>
public static class HttpCall
{
    /// <summary>Under which name a request comes with a start or a resumption: {call, method, path, route, query, headers, content, contentType, tooLarge}.</summary>
    public const string InputKey = "__HttpRequest";

    private const string Open = "HttpCall", Kind = "http-call";

    /// <summary>The first answer stays: a step that is done again does not change what was said.</summary>
    public static readonly DomainStatement Statement = new(Kind, """
        -- HttpCall.Tell
        update http_call c set reached_at = coalesce(c.reached_at, $4), answer = coalesce(c.answer, n.body -> 'answer')
        from unnest($1, $2, $3) as n(instance_id, root_id, body)
        where c.id = (n.body ->> 'call')::uuid and c.instance_id = n.instance_id
        """);

    /// <summary>The request has come where it was waited for; from here on an answer is one to it. Who starts an instance by hand may give anything for one.</summary>
    internal static void Reach(ActivityContext context, string? call)
    {
        if (!Guid.TryParse(call, out _)) return;
        context.Burst.State.Properties[Open] = call;
        context.Effects.Domain.Add(new DomainEffect(Kind, new JsonObject { ["call"] = call }));
    }

    /// <summary>Answers the latest request that is open. False: there is none.</summary>
    internal static bool Answer(ActivityContext context, JsonObject answer)
    {
        if (context.Burst.State.Properties[Open].AsText() is not { } call || !Guid.TryParse(call, out _)) return false;
        context.Burst.State.Properties.Remove(Open);
        // One row is written once by a statement: what the endpoint left in this burst goes with it.
        context.Effects.Domain.RemoveAll(d => d.Kind == Kind && d.Body["call"].AsText() == call);
        context.Effects.Domain.Add(new DomainEffect(Kind, new JsonObject { ["call"] = call, ["answer"] = answer }));
        return true;
    }
}
