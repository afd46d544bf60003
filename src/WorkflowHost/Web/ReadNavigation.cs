namespace WorkflowHost.Web;

/// <summary>
/// Reads the top bar of the person signed in, once a page. The host registers it
/// (<c>services.AddScoped&lt;ReadNavigation&gt;(…)</c>) before <see cref="WebSetup.AddWeb"/> gives the bar without items.
/// </summary>
public delegate Task<Navigation> ReadNavigation(HttpContext context);
