using Unions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Demo;
using WorkflowHost.Identity;

namespace WorkflowHost.Hosting;

/// <summary>What the database holds before anybody comes: the shipped calendar, ladder, forms and definitions, in a demo its plan, else the first administrator.</summary>
public static class FirstRows
{
    public static async Task InstallAsync(
        IServiceProvider services, Installation installation, TextWriter output, CancellationToken cancellation = default)
    {
        if (installation.Mode == Mode.Demo)
        {
            await output.WriteLineAsync("  Loading the demo …");
            await services.GetRequiredService<LoadDemo>().RunAsync(cancellation);
        }
        else
        {
            await InstallShipped.RunAsync(
                installation.Database, services.GetRequiredService<FormStore>(), services.GetRequiredService<DefinitionReader>(), installation.Clock.Now(), cancellation);
            var recordedAt = BusinessClock.Whole(services.GetRequiredService<TimeProvider>().GetUtcNow());
            if (await services.GetRequiredService<FirstAdministrator>().RunAsync(installation.Clock.Now(), recordedAt, cancellation) is { } password)
                await output.WriteLineAsync($"  First administrator: sign in with the one-time password {password} and change it. It is shown only now.");
        }
    }
}
