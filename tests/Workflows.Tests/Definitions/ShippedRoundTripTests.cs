using Unions;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

/// <summary>Definitions shipped with the product lose nothing when they are read, and stay the same when they are written and read again.</summary>
public sealed class ShippedRoundTripTests
{
    private static readonly DefinitionReader Reader = new(new ActivityCatalog(typeof(Activity).Assembly, typeof(ShippedFiles).Assembly));

    public static TheoryData<string> Ids => [.. ShippedFiles.Definitions.Keys];

    [Theory, MemberData(nameof(Ids))]
    public void It_is_read_without_a_warning_and_written_the_same(string id)
    {
        var result = Reader.Read(ShippedFiles.Definitions[id]);
        result.Warnings.ShouldBeEmpty();
        var written = DefinitionWriter.WriteText(result.Workflow);
        DefinitionWriter.WriteText(Reader.Read(written).Workflow).ShouldBe(written);
    }
}
