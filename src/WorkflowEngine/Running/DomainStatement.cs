namespace WorkflowEngine.Running;

/// <summary>
/// SQL of the union's world run inside <c>CommitBursts</c> for all <see cref="DomainEffect"/>s of this kind in the batch, set-based:
/// <c>$1 uuid[]</c> instance ids, <c>$2 uuid[]</c> root ids, <c>$3 jsonb[]</c> bodies, <c>$4 timestamptz</c> business now,
/// <c>$5 timestamptz</c> system time for audit rows; arrays aligned by position.
/// </summary>
public sealed record DomainStatement(string Kind, string Sql);
