using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

public sealed class ValuesTests
{
    [Theory]
    [InlineData("\"5\"", "Int32", "5")]
    [InlineData("\" 5 \"", "Int64", "5")]
    [InlineData("\"0x1F\"", "Int32", "31")]
    [InlineData("2.5", "Int32", "2")]
    [InlineData("3.5", "Int32", "4")]
    [InlineData("true", "Int32", "1")]
    [InlineData("\"\"", "Int32", "null")]
    [InlineData("null", "Int32", "null")]
    [InlineData("\"5\"", "int32?", "5")]
    [InlineData("\"1.50\"", "Decimal", "1.50")]
    [InlineData("\"1.50\"", "Double", "1.5")]
    [InlineData("\"1e3\"", "Double", "1000")]
    [InlineData("\"true\"", "Boolean", "true")]
    [InlineData("\"TRUE\"", "Boolean", "true")]
    [InlineData("0", "Boolean", "false")]
    [InlineData("2", "Boolean", "true")]
    [InlineData("5", "String", "\"5\"")]
    [InlineData("12.50", "String", "\"12.50\"")]
    [InlineData("1e21", "String", "\"1E+21\"")]
    [InlineData("true", "String", "\"True\"")]
    [InlineData("""{"ấ":1}""", "String", "\"{\\\"ấ\\\":1}\"")]
    [InlineData("\"00:05:00\"", "TimeSpan", "\"00:05:00\"")]
    [InlineData("\"1.02:00\"", "TimeSpan", "\"1.02:00:00\"")]
    [InlineData("\"2026-01-05\"", "DateTimeOffset", "\"2026-01-05T00:00:00+00:00\"")]
    [InlineData("\"2026-01-05T10:00:00.25+07:00\"", "DateTimeOffset", "\"2026-01-05T10:00:00.25+07:00\"")]
    [InlineData("\"2026-01-05T10:00:00+07:00\"", "DateTime", "\"2026-01-05T03:00:00Z\"")]
    [InlineData("\"0F6C8A1B-2D3E-4F50-8A1B-2D3E4F500F6C\"", "Guid", "\"0f6c8a1b-2d3e-4f50-8a1b-2d3e4f500f6c\"")]
    [InlineData("\"{\\\"a\\\":1}\"", "JSON", """{"a":1}""")]
    [InlineData("\"{\\\"a\\\":1}\"", "ObjectDictionary", """{"a":1}""")]
    [InlineData("""{"a":1,"b":null}""", "StringMap", """{"a":"1","b":null}""")]
    [InlineData("\"{\\\"a\\\":1}\"", "Object", "\"{\\\"a\\\":1}\"")]
    [InlineData("\"[1,2]\"", "JsonArray", "[1,2]")]
    [InlineData("\"[1,2]\"", "Int32[]", "[1,2]")]
    [InlineData("[\"1\",2]", "Int32[]", "[1,2]")]
    [InlineData("\"5\"", "Int32[]", "[53]")]
    [InlineData("""["1",2]""", "List<String>", """["1","2"]""")]
    [InlineData("\"alone\"", "List<String>", """["alone"]""")]
    [InlineData("""["a","a"]""", "HashSet<String>", """["a"]""")]
    [InlineData("""[["1"],["2"]]""", "List<List<Int32>>", "[[1],[2]]")]
    [InlineData("\"text\"", "No.Such.Type", "\"text\"")]
    [InlineData("\"aGk=\"", "ByteArray", "\"aGk=\"")]
    public void A_value_becomes_the_declared_type(string value, string alias, string converted) =>
        Text(Values.To(JsonNode.Parse(value), alias)).ShouldBe(converted);

    [Theory]
    [InlineData("\"five\"", "Int32")]
    [InlineData("\"5.5\"", "Int32")]
    [InlineData("99999999999", "Int32")]
    [InlineData("1e300", "Int64")]
    [InlineData("\"yes\"", "Boolean")]
    [InlineData("\"soon\"", "DateTimeOffset")]
    [InlineData("5", "TimeSpan")]
    [InlineData("\"x\"", "Guid")]
    [InlineData("\"{broken\"", "JSON")]
    [InlineData("\"text\"", "JSON")]
    [InlineData("\"[true]\"", "Int32[]")]
    [InlineData("\"[1.5]\"", "Int32[]")]
    [InlineData("""{"a":1}""", "List<Int32>")]
    [InlineData("""{"a":1}""", "Int32")]
    [InlineData("\"%\"", "ByteArray")]
    [InlineData("1e39", "Single")]
    public void A_value_of_another_type_is_refused(string value, string alias)
    {
        Should.Throw<ValueConversionException>(() => Values.To(JsonNode.Parse(value), alias)).Message.ShouldContain(alias is "Int32[]" or "List<Int32>" ? "Int32" : alias);
        Text(Values.ToOrKeep(JsonNode.Parse(value), alias)).ShouldBe(JsonNode.Parse(value)!.ToJsonString());
    }

    [Fact]
    public void An_array_of_a_type_is_asked_for_beside_it() => Values.To("[1]", "Int32", isArray: true)!.ToJsonString().ShouldBe("[1]");

    /// <summary>As Elsa writes them, which loses the seconds; here they stay.</summary>
    [Theory]
    [InlineData("2030-01-02", "DateTime", "01/02/2030")]
    [InlineData("2030-01-02T03:04:00", "DateTime", "01/02/2030 03:04")]
    [InlineData("2030-01-02T03:04:05.5Z", "DateTime?", "01/02/2030 03:04:05.5")]
    [InlineData("2030-01-02T00:00:00+07:00", "DateTimeOffset", "01/02/2030 +07:00")]
    [InlineData("2030-01-02T03:04:00+07:00", "DateTimeOffset", "01/02/2030 03:04 +07:00")]
    public void A_date_as_the_default_of_a_variable_is_written_short(string text, string alias, string stored)
    {
        Values.DefaultText(text, alias, out var failed).ShouldBe(stored);
        failed.ShouldBeFalse();
        Values.DefaultText(stored, alias, out _).ShouldBe(stored);
    }

    [Theory]
    [InlineData("{\"đơn vị\": \"Đoàn <A> & 'B'\"}", "JSON", "{\"đơn vị\":\"Đoàn <A> & 'B'\"}")]
    [InlineData("[ \"Đoàn\" ]", "String[]", "[\"Đoàn\"]")]
    public void JSON_as_the_default_of_a_variable_keeps_its_letters(string text, string alias, string stored) =>
        Values.DefaultText(text, alias, out _).ShouldBe(stored);

    [Fact]
    public void Dotnet_types()
    {
        Values.To<string>(5).ShouldBe("5");
        Values.To<string>(null).ShouldBeNull();
        Values.To<bool>("true").ShouldBeTrue();
        Values.To<int>("5").ShouldBe(5);
        Values.To<int>(null).ShouldBe(0);
        Values.To<int?>("").ShouldBeNull();
        Values.To<long>(5).ShouldBe(5L);
        Values.To<decimal>("2.25").ShouldBe(2.25m);
        Values.To<double>("2.25").ShouldBe(2.25);
        Values.To<TimeSpan>("00:05:00").ShouldBe(TimeSpan.FromMinutes(5));
        Values.To<DateTimeOffset>("2026-01-05T10:00:00+07:00").ShouldBe(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.FromHours(7)));
        Values.To<DateTimeOffset>(JsonValue.Create(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero))).Hour.ShouldBe(10);
        Values.To<Guid>("0f6c8a1b-2d3e-4f50-8a1b-2d3e4f500f6c").ShouldNotBe(Guid.Empty);
        Values.To<DayOfWeek>("friday").ShouldBe(DayOfWeek.Friday);
        Values.To<string[]>("[\"a\"]").ShouldBe(["a"]);
        Values.To<List<string>>(new JsonArray("a", 1)).ShouldBe(["a", "1"]);
        Values.To<JsonObject>("""{"a":1}""")!["a"]!.GetValue<int>().ShouldBe(1);
        Values.To<JsonArray>("[1]")!.Count.ShouldBe(1);
        Values.To<JsonNode>("[1]")!.GetValue<string>().ShouldBe("[1]");
        Values.To<Dictionary<string, int>>("""{"a":1}""")!["a"].ShouldBe(1);
        Should.Throw<ValueConversionException>(() => Values.To<int>("five"));
        Should.Throw<ValueConversionException>(() => Values.To<DayOfWeek>("someday"));
    }

    [Fact]
    public void The_machines_culture_does_not_matter()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("vi-VN");
            Values.To<decimal>("2.25").ShouldBe(2.25m);
            Values.To<string>(2.25).ShouldBe("2.25");
            Values.To("\"2026-02-01\"".Trim('"'), "DateTimeOffset")!.GetValue<string>().ShouldBe("2026-02-01T00:00:00+00:00");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void What_is_returned_can_be_put_anywhere()
    {
        var owner = new JsonObject { ["a"] = "x", ["list"] = new JsonArray("y") };
        Values.To(owner["a"], "String")!.Parent.ShouldBeNull();
        Values.To(owner["list"], "Object")!.Parent.ShouldBeNull();
        Values.ToOrKeep(owner["a"], "Int32")!.Parent.ShouldBeNull();
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(JsonMembers.Compact) ?? "null";
}
