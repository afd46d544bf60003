namespace Workflows.Tests.Expressions.JavaScript;

public class ElsaFunctionsOfScripts
{
    [Theory]
    [InlineData("isNullOrEmpty('')", "true")]
    [InlineData("isNullOrEmpty(null) && isNullOrEmpty(undefined) && isNullOrEmpty()", "true")]
    [InlineData("isNullOrEmpty('a')", "false")]
    [InlineData("isNullOrWhiteSpace(' \\t ')", "true")]
    [InlineData("toJson({ a: [1, 'x', 1.5], b: null, c: 'đ' })", "\"{\\u0022a\\u0022:[1,\\u0022x\\u0022,1.5],\\u0022b\\u0022:null,\\u0022c\\u0022:\\u0022\\u0111\\u0022}\"")]
    [InlineData("toJson(undefined)", "\"null\"")]
    [InlineData("stringToBase64('hey')", "\"aGV5\"")]
    [InlineData("stringFromBase64('aGV5')", "\"hey\"")]
    [InlineData("stringFromBase64(stringToBase64('Công đoàn')) === 'Công đoàn'", "true")]
    [InlineData("bytesToString(bytesFromString('hey'))", "\"hey\"")]
    [InlineData("bytesToString([104, 101, 121])", "\"hey\"")]
    [InlineData("bytesToBase64([104, 101, 121])", "\"aGV5\"")]
    [InlineData("bytesToBase64(bytesFromBase64('aGV5'))", "\"aGV5\"")]
    [InlineData("bytesToBase64([256])", "! Error: bytes are numbers from 0 to 255")]
    [InlineData("stringFromBase64('%')", "! Error: the text is not Base64")]
    [InlineData("parseGuid('{0F8FAD5B-D9CB-469F-A165-70867728950E}')", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"")]
    [InlineData("parseGuid('x')", "! Error: parseGuid: the text is not a GUID")]
    public void They_do_what_Elsa_does(string source, string expected) => Running.Show(source).ShouldBe(expected);
}
