using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace Workflows.Benchmarks;

/// <summary>The engine wired by hand on a database, as one host has it, without HTTP.</summary>
internal sealed class Engine
{
    public Engine(NpgsqlDataSource database)
    {
        Database = database;
        Clock = new BusinessClock(TimeProvider.System);
        var catalog = new ActivityCatalog(typeof(Activity).Assembly);
        var definitions = new DefinitionStore(database, new DefinitionLibrary(database, new DefinitionReader(catalog)));
        Load = new LoadInstances(definitions, new ReferenceStore(database, TimeProvider.System));
        Runner = new Runner(database, Load, Commit, Clock, TimeProvider.System, CrashPoints.None,
            new Nudge(database, TimeProvider.System, NullLogger<Nudge>.Instance), NullLogger<Runner>.Instance);
        Worker = new ReadyWorker(Runner);
    }

    public NpgsqlDataSource Database { get; }
    public BusinessClock Clock { get; }
    public LoadInstances Load { get; }
    public CommitBursts Commit { get; } = new([]);
    public Runner Runner { get; }
    public ReadyWorker Worker { get; }
}
