using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Unions;

namespace Workflows.Tests.Managers;

/// <summary>Broken bodies at every address of the Elsa contract that takes one: each is answered, none by a failure of ours.</summary>
[Collection("demo in January")]
public sealed class StudioFuzzTests(DemoInJanuary demo)
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 300;

    private static readonly string[] Addresses =
    [
        "workflow-definitions", "workflow-definitions/import", "workflow-instances", "activity-executions/report", "bulk-actions/publish/workflow-definitions/by-definition-ids",
        "bulk-actions/delete/workflow-definitions/by-id", "bulk-actions/export/workflow-definitions", "bulk-actions/cancel/workflow-instances", "workflow-definitions/fuzz/update-references",
        "workflow-definitions/fuzz/dispatch", "workflow-definitions/fuzz/bulk-dispatch", "events/fuzz/trigger", "descriptors/activities/Workflows.HumanTask/options/Form",
        "scripting/javascript/type-definitions/fuzz",
    ];

    [Fact]
    public async Task No_body_brings_a_failure()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var dice = new Random(20200108);
        var failures = new List<string>();
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // Half of them go where definitions come in, with the most to break.
            var address = round % 2 == 0 ? Addresses[round / 2 % 2] : Addresses[2 + dice.Next(Addresses.Length - 2)];
            var body = Mutated(Body(address, dice), dice);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await designer.PostAsync(new Uri("/elsa/api/" + address, UriKind.Relative), content);
            if ((int)answer.StatusCode >= 500) failures.Add($"round {round}: {address} {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}: {body[..Math.Min(body.Length, 500)]}");
            if ((int)answer.StatusCode is >= 400 and < 500) refused++;
        }

        string.Join("\n", failures).ShouldBeEmpty();
        refused.ShouldBeGreaterThan(Rounds / 10);
    }

    private static JsonObject Body(string address, Random dice)
    {
        var definition = (JsonObject)JsonNode.Parse(ShippedFiles.Definitions.Values.ElementAt(dice.Next(ShippedFiles.Definitions.Count)))!;
        (definition["definitionId"], definition["isPublished"]) = ("fuzz", false);
        definition.Remove("id");
        return address switch
        {
            "workflow-definitions" => new JsonObject { ["model"] = definition, ["publish"] = false },
            "workflow-definitions/import" => definition,
            "workflow-instances" => (JsonObject)JsonNode.Parse("""{"page":0,"pageSize":10,"searchTerm":"a","definitionIds":["x"],"statuses":["Running"],"orderBy":"Created","orderDirection":"Descending","hasIncidents":true,"timestampFilters":[{"column":"CreatedAt","operator":"GreaterThanOrEqual","timestamp":"2020-01-01T00:00:00Z"}]}""")!,
            "activity-executions/report" => new JsonObject { ["workflowInstanceId"] = Guid.Empty.ToString(), ["activityNodeIds"] = new JsonArray("a", "b") },
            _ => (JsonObject)JsonNode.Parse("""{"ids":["x"],"definitionIds":["x"],"definitionVersionId":null,"versionOptions":"Latest","count":2,"input":{"a":1},"consumingWorkflowIds":["x"],"correlationId":"c","workflowInstanceId":"x","activityInstanceId":"y"}""")!,
        };
    }

    /// <summary>One to four places take another value, lose theirs or come twice; now and then the text itself is cut or spoilt.</summary>
    private static string Mutated(JsonObject body, Random dice)
    {
        for (var times = dice.Next(1, 5); times > 0; times--)
        {
            var places = Places(body).ToList();
            if (places.Count == 0) break;
            var (owner, name, index) = places[dice.Next(places.Count)];
            var value = Odd(dice);
            if (owner is JsonObject o)
            {
                if (dice.Next(4) == 0) o.Remove(name!);
                else o[name!] = value;
            }
            else if (owner is JsonArray a)
            {
                if (dice.Next(4) == 0) a.Add(a[index]?.DeepClone());
                else a[index] = value;
            }
        }

        var text = body.ToJsonString();
        return dice.Next(12) switch
        {
            0 => text[..dice.Next(text.Length)],
            1 => text.Replace('"', '\''),
            2 => text.Replace("a", "\\u0000", StringComparison.Ordinal),
            3 => text.Replace("e", "\\ud800", StringComparison.Ordinal),
            _ => text,
        };
    }

    private static JsonNode? Odd(Random dice) => dice.Next(12) switch
    {
        0 => null,
        1 => -1,
        2 => long.MaxValue,
        3 => 1e300,
        4 => "",
        5 => new string('x', 5000),
        6 => true,
        7 => new JsonArray(),
        8 => new JsonObject(),
        9 => new JsonArray(1, "hai", null, new JsonObject { ["type"] = "Elsa.Flowchart" }),
        10 => new JsonObject { ["type"] = "Elsa.NotFoundActivity", ["originalActivityJson"] = "{" },
        _ => dice.NextDouble().ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<(JsonNode Owner, string? Name, int Index)> Places(JsonNode node)
    {
        if (node is JsonObject o)
            foreach (var (name, value) in o)
            {
                yield return (o, name, 0);
                if (value is not null)
                    foreach (var inner in Places(value)) yield return inner;
            }
        else if (node is JsonArray a)
            for (var i = 0; i < a.Count; i++)
            {
                yield return (a, null, i);
                if (a[i] is { } value)
                    foreach (var inner in Places(value)) yield return inner;
            }
    }
}
