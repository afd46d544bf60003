using System.Text.Json.Nodes;

namespace WorkflowEngine.Requests;

/// <summary>A request that a burst wants sent to another server. <paramref name="BookmarkId"/> is the wait for its answer.</summary>
/// <param name="Request">{method, url, headers: {name: [values]}, authorization, content, contentType}; what is secret in it stands here alone.</param>
public sealed record NewHttpJob(Guid Id, Guid BookmarkId, JsonObject Request);
