using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ConformanceCorpus
{
    public static TheoryData<string> Scripts => [.. ConformanceScripts.Table.Split('\n')];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_script_parses(string source) => Script.Parse(source).Source.ShouldBe(source);

    [Theory]
    [InlineData("""const xs = [3,1,2]; let [a, ...rest] = [...xs].sort((x, y) => x - y); return `min=${a} rest=${rest.map(v => v * 2).join("|")}`;""", "\"min=1 rest=4|6\"")]
    [InlineData("""[isNullOrEmpty(""), isNullOrWhiteSpace("  "), toJson({a:[1,"x"]}), stringToBase64("hey"), stringFromBase64("aGV5")].join(" ; ")""", "\"true ; true ; {\\u0022a\\u0022:[1,\\u0022x\\u0022]} ; aGV5 ; hey\"")]
    [InlineData("""({ Sum: 20 + 1, Who: "Ann" })""", """{"Sum":21,"Who":"Ann"}""")]
    [InlineData("\"PO-\" + (70 + 7)", "\"PO-77\"")]
    public void The_samples_give_what_the_corpus_expects(string source, string expected) => Running.Show(source).ShouldBe(expected);
}
