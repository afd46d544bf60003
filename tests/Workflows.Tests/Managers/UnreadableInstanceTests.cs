using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Managers;

/// <summary>Of an instance whose version or state cannot be read is shown what can be, with what is wrong: nobody mends what nobody can look at.</summary>
[Collection("demo in January")]
public sealed class UnreadableInstanceTests(DemoInJanuary demo)
{
    private const string SpoilVersion = "update definition_version set document = jsonb_set(document::jsonb, '{root}', '[]')::text where definition_id = '{0}'";
    private const string ReplaceVersion = "update definition_version set document = '[]' where definition_id = '{0}'";
    private const string SpoilState = "update instance_state set state = replace(state::text, 'Suspended', 'Elsewhere')::json where instance_id = '{1}'";

    [Theory]
    [InlineData("hong-ban", SpoilVersion, "DefinitionUnreadable")]
    [InlineData("hong-ca-ban", ReplaceVersion, "DefinitionUnreadable")]
    [InlineData("hong-trang-thai", SpoilState, "StateUnreadable")]
    public async Task Every_page_about_it_is_answered(string definition, string spoil, string kind)
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var operators = await demo.ProgramAsync("quantri");
        using var browser = await demo.BrowserAsync("quantri");
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", StudioTests.Waiting(definition, definition))).EnsureSuccessStatusCode();
        var started = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{definition}/execute", new { });
        var id = started.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        var before = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!;
        var executions = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/activity-executions/list?workflowInstanceId={id}"))!["items"]!.AsArray();
        await demo.ExecuteAsync(spoil.Replace("{0}", definition, StringComparison.Ordinal).Replace("{1}", id, StringComparison.Ordinal));
        demo.App.Services.GetRequiredService<DefinitionStore>().Versions.Forget();
        var (version, execution) = (before["definitionVersionId"], executions[^1]!["id"]);

        string[] answered =
        [
            $"/elsa/api/workflow-instances?definitionId={definition}", $"/elsa/api/workflow-instances/{id}", $"/elsa/api/workflow-instances/{id}/journal",
            $"/elsa/api/workflow-instances/{id}/journal/cho", $"/elsa/api/workflow-instances/{id}/execution-state", $"/elsa/api/workflow-instances/{id}/variables",
            $"/elsa/api/activity-executions/list?workflowInstanceId={id}", $"/elsa/api/activity-executions/count?workflowInstanceId={id}",
            $"/elsa/api/activity-executions/by-id?id={execution}", $"/elsa/api/activity-executions/{execution}", $"/elsa/api/activity-executions/{execution}/call-stack",
            $"/elsa/api/activity-execution-summaries/list?workflowInstanceId={id}", $"/elsa/api/workflow-definitions?definitionIds={definition}",
            $"/elsa/api/workflow-definitions/{definition}/versions", $"/api/instances/{id}", $"/api/instances/{id}/journal", $"/api/instances/{id}/replay",
            $"/api/incidents?instanceId={id}", $"/elsa/api/workflow-definitions/{definition}", $"/elsa/api/workflow-definitions/by-definition-id/{definition}",
            $"/elsa/api/workflow-definitions/by-id/{version}", $"/elsa/api/workflow-definitions/many-by-id?ids={version}", $"/elsa/api/workflow-definitions/subgraph/{version}",
            "/elsa/api/workflow-definitions", "/elsa/api/descriptors/activities",
        ];
        string[] designed = [$"/designer/panel/{definition}", $"/designer/panel/{definition}?handler=Units&search=a", $"/designer/workflows/definitions/{definition}/edit", $"/designer/workflows/instances/{id}/view", "/designer"];
        using var drawing = await demo.BrowserAsync("thietke");
        foreach (var path in designed) (await drawing.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        (await designer.PostAsync(new Uri($"/elsa/api/scripting/javascript/type-definitions/{definition}", UriKind.Relative), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        DemoInJanuary.Words(await drawing.GetStringAsync(new Uri(designed[0], UriKind.Relative))).Contains("Không đọc được bản này, tại $", StringComparison.Ordinal).ShouldBe(kind == "DefinitionUnreadable");
        var export = $"/elsa/api/workflow-definitions/{definition}/export";
        string[] refused = [$"/elsa/api/workflow-instances/{id}/export", .. kind == "DefinitionUnreadable" ? [export] : Array.Empty<string>()];
        foreach (var path in answered.Concat(refused))
        {
            var answer = await (path.StartsWith("/api", StringComparison.Ordinal) ? operators : designer).GetAsync(new Uri(path, UriKind.Relative));
            answer.StatusCode.ShouldBe(refused.Contains(path) ? HttpStatusCode.Conflict : HttpStatusCode.OK, path);
            if (refused.Contains(path)) JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.ToString().ShouldBe("unreadable", path);
        }

        // What is wrong is said wherever the instance as a whole is shown.
        var shown = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!;
        shown["unreadable"]![0]!["kind"]!.ToString().ShouldBe(kind);
        shown["workflowState"]!["incidents"]![0]!["exception"]!["type"]!.ToString().ShouldBe(kind);
        (await operators.GetFromJsonAsync<JsonNode>($"/api/instances/{id}"))!["unreadable"]![0]!["kind"]!.ToString().ShouldBe(kind);
        (await browser.GetStringAsync(new Uri($"/instances/{id}", UriKind.Relative))).ShouldContain("role=\"alert\"");
        var report = await designer.PostAsJsonAsync("/elsa/api/activity-executions/report", new { workflowInstanceId = id });
        JsonNode.Parse(await report.Content.ReadAsStringAsync())!["stats"]!.AsArray().ShouldNotBeEmpty();
        (await operators.PostAsJsonAsync($"/elsa/api/workflow-instances/{id}/variables", new { variables = new[] { new { id = "x", value = 1 } } })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }
}
