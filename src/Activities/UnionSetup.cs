using Unions.Documents;
using Unions.Plans;
using Unions.Tasks;
using WorkflowEngine.Running;

namespace Unions;

/// <summary>What the union's world adds to the engine.</summary>
public static class UnionSetup
{
    /// <summary>The register of incoming documents, for what units hand in on paper.</summary>
    public static WorkflowEngine.Tasks.PaperRegister Register { get; } = RegisterPaper.Register;

    /// <summary>Statements that <c>CommitBursts</c> runs for the effects of the union's activities.</summary>
    public static IReadOnlyList<DomainStatement> Statements { get; } =
        [SetPlanStatus.Statement, DistributePlan.Statement, AggregatePlan.Statement, ClosePlan.Statement, RegisterIncoming.Statement, UpdateTask.Statement];
}
