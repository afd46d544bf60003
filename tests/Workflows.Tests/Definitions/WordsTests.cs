using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

public sealed class WordsTests
{
    [Theory]
    [InlineData("CurrentValue", "current-value")]
    [InlineData("sum", "sum")]
    [InlineData("HTTPStatus", "http-status")]
    [InlineData("Total sum", "total-sum")]
    [InlineData("total_sum", "total-sum")]
    public void Kebab_case(string name, string kebab) => Words.Kebab(name).ShouldBe(kebab);

    [Theory]
    [InlineData("Double it", "DoubleIt", "doubleIt")]
    [InlineData("co-p3", "CoP3", "coP3")]
    [InlineData("total_sum", "TotalSum", "totalSum")]
    [InlineData("", "", "")]
    public void Pascal_and_camel_case(string name, string pascal, string camel)
    {
        Words.Pascal(name).ShouldBe(pascal);
        Words.Camel(name).ShouldBe(camel);
    }
}
