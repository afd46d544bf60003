using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Unions;

namespace Workflows.Tests.Managers;

/// <summary>Broken bodies at every address of the Elsa contract that takes one, here where definitions come in and what only asks, in <see cref="ApiFuzzTests"/> the others: each is answered, none by a failure of ours.</summary>
[Collection("demo in January")]
public sealed partial class StudioFuzzTests(DemoInJanuary demo)
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 300;

    private static readonly string[] Addresses =
    [
        "workflow-definitions", "workflow-definitions/import", "workflow-instances", "activity-executions/report", "bulk-actions/publish/workflow-definitions/by-definition-ids",
        "bulk-actions/delete/workflow-definitions/by-id", "bulk-actions/export/workflow-definitions", "bulk-actions/cancel/workflow-instances", "workflow-definitions/fuzz/update-references",
        "workflow-definitions/fuzz/dispatch", "workflow-definitions/fuzz/bulk-dispatch", "events/fuzz/trigger", "descriptors/activities/Workflows.HumanTask/options/Form",
        "scripting/javascript/type-definitions/fuzz", "alterations/dry-run", "tests/activities", "bookmarks/resume?t=x",
    ];

    [Fact]
    public async Task No_body_brings_a_failure()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var dice = new Random(20200108);
        var failures = new List<string>();
        var refused = 0;
        var memory = new MemoryBound(Rounds, demo.App.Services);
        for (var round = 0; round < Rounds; round++)
        {
            memory.Note(round);
            // Half of them go where definitions come in, with the most to break.
            var address = round % 2 == 0 ? Addresses[round / 2 % 2] : Addresses[2 + dice.Next(Addresses.Length - 2)];
            var body = Mutation.Of(Body(address, dice), dice);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await designer.PostAsync(new Uri("/elsa/api/" + address, UriKind.Relative), content);
            if ((int)answer.StatusCode >= 500) failures.Add($"round {round}: {address} {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}: {body[..Math.Min(body.Length, 500)]}");
            if ((int)answer.StatusCode is >= 400 and < 500) refused++;
        }

        string.Join("\n", failures).ShouldBeEmpty();
        memory.Judge();
        refused.ShouldBeGreaterThan(Rounds / 10);
    }

    [Fact]
    public void Every_address_of_the_contract_that_takes_a_body_gets_spoilt_ones()
    {
        var spoilt = Addresses.Select(a => "/elsa/api/" + a.Split('?')[0]).Concat(ElsaWishes.All.Select(w => w.Address)).ToList();
        var routes = demo.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Intersect(["POST", "PUT"]).Any() == true)
            .Select(e => e.RoutePattern.RawText!.TrimEnd('/')).Where(r => r.StartsWith("/elsa/api/", StringComparison.Ordinal)).Distinct().ToList();
        routes.Count.ShouldBeGreaterThan(30);
        routes.Where(r => !spoilt.Exists(a => Regex.IsMatch(a, $"^{Parameter().Replace(r, "[^/]+")}$"))).ShouldBeEmpty();
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
            "alterations/dry-run" => (JsonObject)JsonNode.Parse("""{"workflowInstanceIds":["00000000-0000-0000-0000-000000000001"],"definitionIds":["x"],"subStatuses":["Suspended"],"hasIncidents":true,"searchTerm":"a","timestampFilters":[{"column":"CreatedAt","operator":"GreaterThan","timestamp":"2020-01-01T00:00:00Z"}],"activityFilters":[{"activityId":"a"}]}""")!,
            "tests/activities" => new JsonObject { ["workflowDefinitionHandle"] = new JsonObject { ["definitionId"] = "fuzz", ["versionOptions"] = "Latest" }, ["activityHandle"] = new JsonObject { ["activityNodeId"] = "Workflow1" } },
            _ => (JsonObject)JsonNode.Parse("""{"ids":["x"],"definitionIds":["x"],"definitionVersionId":null,"versionOptions":"Latest","count":2,"input":{"a":1},"consumingWorkflowIds":["x"],"correlationId":"c","workflowInstanceId":"x","activityInstanceId":"y"}""")!,
        };
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
