using System.Text.Json.Nodes;
using Unions;

namespace Workflows.Tests.Workflows;

/// <summary>Every form shipped with the product keeps to the supported keywords and speaks both languages.</summary>
public sealed class ShippedFormsTests
{
    private static readonly HashSet<string> Keywords =
    [
        "type", "properties", "required", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "items", "minItems", "maxItems",
        "uniqueItems", "x-label", "x-hint", "x-widget", "x-enumLabels", "x-order",
    ];

    public static TheoryData<string> Ids => [.. ShippedFiles.Forms.Keys];

    private static JsonObject Read(string id) => JsonNode.Parse(ShippedFiles.Forms[id])!.AsObject();

    [Theory, MemberData(nameof(Ids))]
    public void Its_schema_uses_supported_keywords_with_labels(string id)
    {
        var form = Read(id);

        form["id"]!.ToString().ShouldBe(id);
        Both(form["title"], id);
        Check(form["schema"]!.AsObject(), id, isField: false);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Its_rules_state_limit_and_way_out_and_point_at_fields(string id)
    {
        var form = Read(id);
        var fields = form["schema"]!["properties"]!.AsObject();
        var rules = form["rules"]!.AsArray().Select(r => r!.AsObject()).ToArray();

        rules.Select(r => r["id"]!.ToString()).ShouldBeUnique();
        foreach (var rule in rules)
        {
            rule["level"]!.ToString().ShouldBeOneOf("hard", "soft");
            Both(rule["text"], id);
            Both(rule["wayOut"], id);
            foreach (var field in rule["fields"]!.AsArray()) fields.ShouldContainKey(field!.ToString());
        }

        foreach (var fact in form["facts"]!.AsArray()) Both(fact!["text"], id);
    }

    private static void Check(JsonObject schema, string place, bool isField)
    {
        foreach (var (name, _) in schema) Keywords.ShouldContain(name, place);
        if (isField) Both(schema["x-label"], place);
        if (schema["enum"] is JsonArray values)
            foreach (var value in values) Both(schema["x-enumLabels"]?[value!.ToString()], $"{place}={value}");
        if (schema["items"] is JsonObject items) Check(items, $"{place}[]", isField: false);
        if (schema["properties"] is not JsonObject properties) return;
        schema["x-order"]!.AsArray().Select(o => o!.ToString()).ShouldBe(properties.Select(p => p.Key), ignoreOrder: true);
        foreach (var required in schema["required"]!.AsArray()) properties.ShouldContainKey(required!.ToString());
        foreach (var (name, property) in properties) Check(property!.AsObject(), $"{place}.{name}", isField: true);
    }

    private static void Both(JsonNode? text, string place)
    {
        text?["vi"]?.ToString().ShouldNotBeNullOrWhiteSpace(place);
        text?["en"]?.ToString().ShouldNotBeNullOrWhiteSpace(place);
        text.ShouldNotBeNull(place);
    }
}
