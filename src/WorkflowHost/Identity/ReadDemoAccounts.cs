namespace WorkflowHost.Identity;

/// <summary>The roles below the sign-in form. Registered by the demo slice; never asked outside demo mode.</summary>
public delegate Task<IReadOnlyList<DemoAccount>> ReadDemoAccounts(CancellationToken cancellation);
