namespace WorkflowHost.Web;

/// <summary>Reads the test clock, or gives null where there is none (production). Registered by the demo slice.</summary>
public delegate Task<DemoClock?> ReadDemoClock(HttpContext context);
