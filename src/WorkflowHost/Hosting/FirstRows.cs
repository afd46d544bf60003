using Unions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Demo;

namespace WorkflowHost.Hosting;

/// <summary>What the database holds before anybody comes: the shipped calendar, ladder, forms and definitions, and in a demo its plan.</summary>
public static class FirstRows
{
    public static async Task InstallAsync(IServiceProvider services, Installation installation, CancellationToken cancellation = default)
    {
        if (installation.Mode == Mode.Demo)
        {
            Console.WriteLine("  Loading the demo …");
            await services.GetRequiredService<LoadDemo>().RunAsync(cancellation);
        }
        else
        {
            await InstallShipped.RunAsync(
                installation.Database, services.GetRequiredService<FormStore>(), services.GetRequiredService<DefinitionReader>(), installation.Clock.Now(), cancellation);
        }
    }
}
