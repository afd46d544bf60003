using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

public sealed class TypeAliasTests
{
    [Theory]
    [InlineData("String", "String")]
    [InlineData("string", "String")]
    [InlineData("long", "Int64")]
    [InlineData("Int32?", "Int32?")]
    [InlineData("json", "JSON")]
    [InlineData("Object[]", "Object[]")]
    [InlineData("List<string[]>", "List<String[]>")]
    [InlineData("ICollection<Int32>", "List<Int32>")]
    [InlineData("ISet<String>", "HashSet<String>")]
    [InlineData("IReadOnlyList<List<Guid>>", "List<List<Guid>>")]
    [InlineData("System.String, System.Private.CoreLib", "String")]
    [InlineData("System.String, System.Private.CoreLib, Version=8.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e", "String")]
    [InlineData("System.Byte[], System.Private.CoreLib", "ByteArray")]
    [InlineData("System.Int32[], System.Private.CoreLib", "Int32[]")]
    [InlineData("System.Nullable`1[[System.Int32, System.Private.CoreLib]], System.Private.CoreLib", "Int32?")]
    [InlineData("System.Collections.Generic.ICollection`1[[System.String, System.Private.CoreLib]], System.Private.CoreLib", "List<String>")]
    [InlineData("System.Collections.Generic.IDictionary`2[[System.String, System.Private.CoreLib],[System.Object, System.Private.CoreLib]], System.Private.CoreLib", "ObjectDictionary")]
    [InlineData("System.Dynamic.ExpandoObject, System.Linq.Expressions", "JSON")]
    [InlineData("Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core", "WorkflowInstanceStorageDriver")]
    [InlineData("UnregisteredClrType:Elsa.Workflows.SwitchMode, Elsa.Workflows.Core", null)]
    [InlineData("HttpFile[]", "HttpFile[]")]
    [InlineData("System.String", null)]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process", null)]
    [InlineData("System.String, Evil", null)]
    [InlineData("Evil.FlowScope, Evil", null)]
    [InlineData("list<String>", null)]
    [InlineData("List<Nothing>", null)]
    [InlineData("List<>", null)]
    [InlineData("[]", null)]
    [InlineData(", ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_name_becomes_the_alias_Elsa_writes(string? name, string? alias) => TypeAliases.Resolve(name).ShouldBe(alias);

    [Fact]
    public void Long_chains_do_not_exhaust_the_stack() => TypeAliases.Resolve("String" + string.Concat(Enumerable.Repeat("[]", 100_000))).ShouldBeNull();

    [Fact]
    public void CLR_types_have_their_alias()
    {
        TypeAliases.Of(typeof(string)).ShouldBe("String");
        TypeAliases.Of(typeof(DateTimeOffset?)).ShouldBe("DateTimeOffset?");
        TypeAliases.Of(typeof(List<string>)).ShouldBe("List<String>");
        TypeAliases.Of(typeof(ICollection<JsonNode>)).ShouldBe("List<JsonNode>");
        TypeAliases.Of(typeof(int[])).ShouldBe("Int32[]");
        TypeAliases.Of(typeof(byte[])).ShouldBe("ByteArray");
    }
}
