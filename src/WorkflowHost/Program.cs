using WorkflowEngine.Storage;
using WorkflowHost.Hosting;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
try
{
    await using var installation = await Installation.OpenAsync(configuration);
    await using var app = HostSetup.Build(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }, installation);
    await FirstRows.InstallAsync(app.Services, installation, Console.Out);
    await Greeting.RunAsync(app, installation, configuration);
    return 0;
}
catch (StartupProblem problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
