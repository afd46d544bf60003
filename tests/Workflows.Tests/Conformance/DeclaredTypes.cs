using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Conformance;

/// <summary>Our code of Elsa's activity types declares what Elsa's declares; documents depend on it.</summary>
public sealed class DeclaredTypes
{
    /// <summary>The implicit root stands in no document.</summary>
    public static TheoryData<string> Shared => [.. CorpusCatalog.ElsaDescriptors.Select(d => d["typeName"]!.GetValue<string>())
        .Where(t => t != "Elsa.Workflow" && CorpusCatalog.Ours.Find(t) is not null and not NotFoundActivity)];

    [Theory]
    [MemberData(nameof(Shared))]
    public void An_activity_declares_what_Elsas_does(string typeName)
    {
        var elsa = new DescriptorOnlyActivity(CorpusCatalog.ElsaDescriptors.Single(d => d["typeName"]!.GetValue<string>() == typeName)).Descriptor;
        var ours = CorpusCatalog.Ours.Find(typeName)!.Descriptor;
        ours.Inputs.Where(i => i.IsWrapped).Select(i => $"{i.Name} {TypeAliases.Of(i)}").ShouldBe(
            elsa.Inputs.Where(i => i.IsWrapped).Select(i => $"{i.Name} {TypeAliases.Of(i)}"), ignoreOrder: true);
        ours.Inputs.Where(i => !i.IsWrapped).Select(i => i.Name).ShouldBe(elsa.Inputs.Where(i => !i.IsWrapped).Select(i => i.Name), ignoreOrder: true);
        ours.Outputs.Select(o => $"{o.Name} {o.TypeName}").ShouldBe(elsa.Outputs.Select(o => $"{o.Name} {o.TypeName}"), ignoreOrder: true);
        ours.Ports.ShouldBe(elsa.Ports, ignoreOrder: true);
        ours.Texts.IsContainer.ShouldBe(elsa.Texts.IsContainer);
        ours.Texts.IsTerminal.ShouldBe(elsa.Texts.IsTerminal);
        ours.Texts.Kind.ShouldBe(elsa.Texts.Kind);
    }
}
