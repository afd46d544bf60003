namespace WorkflowEngine.Definitions;

/// <summary>A published definition that stands as an activity in another one.</summary>
/// <param name="Workflow">The version that runs there.</param>
/// <param name="LatestVersion">Number of the newest published version.</param>
/// <param name="LatestVersionId">Id of the newest published version.</param>
public sealed record Composite(Workflow Workflow, int LatestVersion, string LatestVersionId);
