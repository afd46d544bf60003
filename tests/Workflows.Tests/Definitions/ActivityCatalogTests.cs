using System.Reflection;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Workflows.Tests.Definitions;

public sealed class ActivityCatalogTests
{
    private static readonly ActivityCatalog Catalog = new(Assembly.GetExecutingAssembly());

    [Fact]
    public void A_class_is_read_once_into_a_descriptor()
    {
        var activity = Catalog.Find("Test.Stamp")!;
        activity.ShouldBeOfType<StampTwo>();
        activity.Descriptor.FindInput("colour")!.JsonName.ShouldBe("colour");
        activity.Descriptor.Inputs.Count.ShouldBe(1);
        activity.Descriptor.FindOutput("Mark")!.TypeName.ShouldBe("String");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 2)]
    [InlineData(null, 2)]
    public void An_exact_version_or_the_newest(int? asked, int found) => Catalog.Find("Test.Stamp", asked)!.Descriptor.Version.ShouldBe(found);

    [Fact]
    public void Type_names_are_case_sensitive()
    {
        Catalog.Find("test.stamp").ShouldBeNull();
        Catalog.Find("test.stamp", 1).ShouldBeNull();
        Catalog.NotFound.Descriptor.TypeName.ShouldBe("Elsa.NotFoundActivity");
    }

    [Fact]
    public void Two_classes_may_not_share_type_and_version() =>
        Should.Throw<InvalidOperationException>(() => new ActivityCatalog(Catalog.All.Concat(Catalog.All))).Message.ShouldContain("Test.Stamp");

    [Activity("Test.Stamp")]
    private sealed class StampOne : Activity
    {
        protected internal override void Execute(ActivityContext context) => context.Complete();
    }

    [Activity("Test.Stamp", Version = 2)]
    private sealed class StampTwo : Activity
    {
        public readonly Input<string> Colour = new("Colour");
        public readonly Output Mark = new("Mark", "String");

        protected internal override void Execute(ActivityContext context) => context.Complete();
    }
}
