namespace WorkflowHost.Web;

/// <summary>What the frame around every page needs to know of the installation.</summary>
/// <param name="Demo">Shows the test clock, the demo roles and <c>/components</c>. Off in production.</param>
/// <param name="Product">The name in the bar.</param>
/// <param name="Organisation">The organisation that runs this installation, at the foot of the sign-in page.</param>
public sealed record ShellSettings(bool Demo, string Product, string Organisation)
{
    /// <summary>From <c>Workflows:Mode</c> (Demo or Production), <c>Workflows:Product</c> and <c>Workflows:Organisation</c>.</summary>
    public static ShellSettings From(IConfiguration configuration) => new(
        string.Equals(configuration["Workflows:Mode"], "Demo", StringComparison.OrdinalIgnoreCase),
        configuration["Workflows:Product"] ?? "Kế hoạch Công đoàn",
        configuration["Workflows:Organisation"] ?? "");
}
