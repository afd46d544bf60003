using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Workflows.Tests.Managers;

/// <summary>The setting that a draft is published by another person than who changed it last.</summary>
[Collection("demo in January")]
public sealed class StudioFourEyesTests(DemoInJanuary demo)
{
    private const string Root = "/elsa/api/workflow-definitions";

    [Fact]
    public async Task Who_changed_the_draft_last_does_not_publish_it()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await SetAsync("insert into setting (key, value) values ('definition.four-eyes', 'true') on conflict (key) do update set value = excluded.value");
        try
        {
            var draft = StudioTests.Waiting("bon-mat");
            draft["isPublished"] = false;
            (await designer.PostAsJsonAsync($"{Root}/import", draft)).StatusCode.ShouldBe(HttpStatusCode.OK);
            var refused = await designer.PostAsync(new Uri($"{Root}/bon-mat/publish", UriKind.Relative), null);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["code"]!.ToString().ShouldBe("four_eyes");

            // Saving and publishing at once is no way around it.
            draft["description"] = "khác";
            (await designer.PostAsJsonAsync(Root, new JsonObject { ["model"] = draft.DeepClone(), ["publish"] = true })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await designer.GetFromJsonAsync<JsonNode>($"{Root}/bon-mat?versionOptions=Latest"))!["isPublished"]!.GetValue<bool>().ShouldBeFalse();

            // Had somebody else changed it last, this person might.
            await SetAsync("update definition_version set updated_by = (select id from person where user_name = 'quantri') where definition_id = 'bon-mat'");
            (await designer.PostAsync(new Uri($"{Root}/bon-mat/publish", UriKind.Relative), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await SetAsync("delete from setting where key = 'definition.four-eyes'");
        }
    }

    private async Task SetAsync(string sql)
    {
        await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }
}
