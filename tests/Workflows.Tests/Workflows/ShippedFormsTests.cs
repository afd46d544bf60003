using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Tasks.Forms;

namespace Workflows.Tests.Workflows;

/// <summary>Every form shipped with the product is one the engine reads, and speaks both languages.</summary>
public sealed class ShippedFormsTests
{
    public static TheoryData<string> Ids => [.. ShippedFiles.Forms.Keys];

    [Theory, MemberData(nameof(Ids))]
    public void It_reads_without_a_problem_and_is_named_after_its_file(string id)
    {
        var (form, problems) = new FormReader().Read(ShippedFiles.Forms[id]);

        problems.ShouldBeEmpty();
        form!.Id.ShouldBe(id);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_text_stands_in_both_languages(string id)
    {
        var form = JsonNode.Parse(ShippedFiles.Forms[id])!.AsObject();

        Both(form["title"], id);
        Schema(form["schema"]!.AsObject(), id, isField: false);
        foreach (var rule in form["rules"]!.AsArray())
        {
            Both(rule!["text"], $"{id}/{rule["id"]}");
            Both(rule["wayOut"], $"{id}/{rule["id"]}");
        }

        foreach (var fact in form["facts"]!.AsArray()) Both(fact!["text"], id);
    }

    private static void Schema(JsonObject schema, string place, bool isField)
    {
        if (isField) Both(schema["x-label"], place);
        if (schema["x-hint"] is { } hint) Both(hint, place);
        foreach (var value in schema["enum"] as JsonArray ?? []) Both(schema["x-enum-labels"]?[value!.ToString()], $"{place}={value}");
        if (schema["items"] is JsonObject items) Schema(items, $"{place}[]", isField: false);
        foreach (var (name, property) in schema["properties"] as JsonObject ?? []) Schema(property!.AsObject(), $"{place}.{name}", isField: true);
    }

    private static void Both(JsonNode? text, string place)
    {
        text?["vi"]?.ToString().ShouldNotBeNullOrWhiteSpace(place);
        text?["en"]?.ToString().ShouldNotBeNullOrWhiteSpace(place);
        text.ShouldNotBeNull(place);
    }
}
