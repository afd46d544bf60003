using System.Text.Json.Nodes;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptLanguage
{
    public static TheoryData<string, string> Expressions => Running.Rows(ExpressionCases.Table);

    public static TheoryData<string, string> Functions => Running.Rows(FunctionCases.Table);

    public static TheoryData<string, string> Statements => Running.Rows(StatementCases.Table);

    public static TheoryData<string, string> Forms => Running.Rows(SyntaxCases.Table);

    public static TheoryData<string, string> Arrays => Running.Rows(ArrayCases.Table);

    public static TheoryData<string, string> Texts => Running.Rows(TextCases.Table);

    public static TheoryData<string, string> Numbers => Running.Rows(NumberCases.Table);

    public static TheoryData<string, string> Data => Running.Rows(DataCases.Table);

    public static TheoryData<string, string> Dates => Running.Rows(DateCases.Table);

    public static TheoryData<string, string> Mixed => Running.Rows(MixedCases.Table);

    public static TheoryData<string, string> Patterns => Running.Rows(PatternCases.Table);

    public static TheoryData<string, string> Pasted => Running.Rows(PastedCases.Table);

    [Theory]
    [MemberData(nameof(Expressions))]
    [MemberData(nameof(Functions))]
    [MemberData(nameof(Statements))]
    [MemberData(nameof(Forms))]
    [MemberData(nameof(Arrays))]
    [MemberData(nameof(Texts))]
    [MemberData(nameof(Numbers))]
    [MemberData(nameof(Data))]
    [MemberData(nameof(Dates))]
    [MemberData(nameof(Mixed))]
    [MemberData(nameof(Patterns))]
    [MemberData(nameof(Pasted))]
    public void A_script_gives_what_JavaScript_gives(string source, string expected)
    {
        var shown = Running.Show(source);
        if (expected[0] == '!' || shown[0] == '!' || expected == "undefined" || shown == "undefined") shown.ShouldBe(expected);
        else JsonNode.DeepEquals(JsonNode.Parse(shown), JsonNode.Parse(expected)).ShouldBeTrue(shown);
    }

    [Theory]
    [InlineData("120", "120")]
    [InlineData("120.0", "120")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("1500000.5", "1500000.5")]
    [InlineData("-0", "-0")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("0 / 0", "\"NaN\"")]
    public void Numbers_are_written_without_noise(string source, string expected) => Running.Show(source).ShouldBe(expected);

    [Theory]
    [InlineData("Date.now()", "1772415000000")]
    [InlineData("new Date().toISOString()", "\"2026-03-02T01:30:00.000Z\"")]
    [InlineData("new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString()", "\"2026-03-05T01:30:00.000Z\"")]
    [InlineData("new Date().getHours()", "8")]
    [InlineData("new Date().toLocaleDateString('vi-VN')", "\"2/3/2026\"")]
    [InlineData("new Date().toLocaleString('vi-VN')", "\"08:30:00 2/3/2026\"")]
    [InlineData("new Date()", "\"2026-03-02T01:30:00Z\"")]
    [InlineData("Math.random()", "0.25")]
    [InlineData("(1234567.891).toLocaleString('vi-VN')", "\"1.234.567,891\"")]
    [InlineData("(1500000).toLocaleString('vi-VN', { style: 'currency', currency: 'VND' })", "\"1.500.000\\u00A0\\u20AB\"")]
    public void Clock_and_chance_come_from_the_host(string source, string expected) => Running.Show(source).ShouldBe(expected);

    [Theory]
    [InlineData("new Map([['a', 1]])", "{}")]
    [InlineData("new Set([1, 2])", "{}")]
    [InlineData("({ a: undefined, b: () => 1, c: [undefined, () => 1] })", """{"a":null,"c":[null,null]}""")]
    [InlineData("Promise.resolve({ a: 1 })", """{"a":1}""")]
    [InlineData("undefined", "undefined")]
    [InlineData("null", "null")]
    [InlineData("return", "undefined")]
    [InlineData("() => 1", "! TypeError: the script's value is a function")]
    [InlineData("Math.max", "! TypeError: the script's value is a function")]
    public void Values_leave_as_JSON(string source, string expected) => Running.Show(source).ShouldBe(expected);
}
