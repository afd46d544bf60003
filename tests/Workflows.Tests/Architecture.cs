using WorkflowEngine.Running;
using WorkflowHost.Hosting;

namespace Workflows.Tests;

/// <summary>The dependency rules that the project files alone do not enforce.</summary>
public sealed class Architecture
{
    [Fact]
    public void The_engine_knows_no_web_no_scheduler_and_no_union()
    {
        var known = typeof(Burst).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        known.ShouldNotContain(n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        known.ShouldNotContain("Quartz");
        known.ShouldNotContain("Activities");
    }

    [Fact]
    public void The_unions_world_knows_the_engine_and_no_host() =>
        Installation.Assemblies[1].GetReferencedAssemblies().Select(a => a.Name).ShouldNotContain("WorkflowHost");
}
